// Small worlds of recordings: sessions, what happened in them, and whose they are; made at random, and stored.
import fc from 'fast-check';
import type { ClickHouseClient } from '@clickhouse/client';
import { type TestEvent, insertEventsOf, personIdOf } from '#platform/test-events';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
export const NOW_MS = Date.UTC(2026, 10, 20, 12);

export type TestSession = {
  readonly id: string;
  readonly startMs: number;
  readonly seconds: number;
  readonly activeMs: number;
  readonly clicks: number;
  readonly rage: number;
  readonly errorsAfterClick: number;
  readonly quickBacks: number;
  readonly idleGaps: number;
  readonly errors: number;
  readonly bytes: number;
  readonly distinctIds: readonly string[];
  readonly urls: readonly string[];
  readonly source: 'web' | 'mobile';
  readonly libraryVersion: string;
  readonly isLive: boolean;
  readonly console: readonly { readonly level: 'log' | 'error'; readonly message: string }[];
  readonly requests: readonly {
    readonly method: string;
    readonly host: string;
    readonly path: string;
    readonly status: number;
    readonly isUnanswered: boolean;
  }[];
  readonly events: readonly TestEvent[];
};

export const PEOPLE = {
  // Whoever was anonymous turned out to be ann.
  overrides: new Map([['anon', 'ann']]),
  pro: ['ann', 'cy'],
};

/** An issue has the exceptions of a type. */
export const ISSUE = {
  id: 'the-issue',
  type: 'TypeError',
  fingerprint: '0198a7c0-0000-5000-8000-000000000001',
};
/** Of the second in the list of an exception: the first is the same for all. */
export const typeOf = ({ properties }: TestEvent): string =>
  (properties?.['$exception_list'] as { type: string }[] | undefined)?.[1]?.type ?? '';

const event = (session: { id: string; startMs: number; ids: readonly string[] }) =>
  fc
    .record({
      event: fc.constantFrom(
        '$pageview',
        'pay',
        '$exception',
        '$rageclick',
        '$dead_click',
        '$feature_flag_called',
      ),
      who: fc.nat({ max: 1 }),
      minute: fc.nat({ max: 59 }),
      plan: fc.constantFrom('free', 'pro'),
      flag: fc.constantFrom('true', 'false', 'blue', undefined),
      type: fc.constantFrom('TypeError', 'RangeError'),
      isOfSession: fc.constantFrom(true, true, true, false),
      uuid: fc.uuid(),
    })
    .map(({ event: name, who, minute, plan, flag, type, isOfSession, uuid }): TestEvent => {
      const isCall = name === '$feature_flag_called' && flag !== undefined;
      return {
        event: name,
        distinctId: session.ids[who % session.ids.length] ?? 'ann',
        atMs: session.startMs + minute * 60_000,
        uuid,
        sessionId: isOfSession ? session.id : '',
        flags: flag === undefined || isCall ? {} : { checkout: flag },
        ...(isCall ? { flag: 'checkout', flagResponse: flag } : {}),
        properties: {
          plan,
          $browser: plan === 'pro' ? 'Chrome' : 'Safari',
          $exception_list: [
            { type: 'Error', value: 'outer' },
            { type, value: `Cannot read ${plan}` },
          ],
          $exception_fingerprint: `${type}-1`,
        },
      };
    });

const session = (index: number) =>
  fc
    .record({
      daysAgo: fc.constantFrom(0, 1, 1, 3, 40),
      hour: fc.nat({ max: 11 }),
      ids: fc.constantFrom(['ann'], ['anon', 'ann'], ['bob'], ['cy', 'bob'], ['anon']),
    })
    .chain(({ daysAgo, hour, ids }) => {
      const startMs = NOW_MS - daysAgo * DAY_MS - hour * HOUR_MS - index;
      // Time-ordered, as posthog-js makes them.
      const id = `${startMs.toString(16).padStart(12, '0')}-${index}`;
      return fc.record({
        id: fc.constant(id),
        startMs: fc.constant(startMs),
        distinctIds: fc.constant(ids),
        seconds: fc.constantFrom(5, 60, 61, 3600),
        activeMs: fc.constantFrom(0, 4000, 60_000),
        clicks: fc.nat({ max: 3 }),
        rage: fc.constantFrom(0, 0, 1),
        errorsAfterClick: fc.nat({ max: 2 }),
        quickBacks: fc.nat({ max: 2 }),
        idleGaps: fc.nat({ max: 2 }),
        errors: fc.nat({ max: 2 }),
        bytes: fc.constantFrom(1000, 2000, 3000),
        urls: fc.subarray(['https://a.test/', 'https://a.test/Checkout', 'https://a.test/help']),
        source: fc.constantFrom('web' as const, 'mobile' as const),
        libraryVersion: fc.constantFrom('1.2', '1.3'),
        isLive: fc.boolean(),
        console: fc.array(
          fc.record({
            level: fc.constantFrom('log' as const, 'error' as const),
            message: fc.constantFrom('Payment failed', 'loaded', 'é'),
          }),
          { maxLength: 2 },
        ),
        requests: fc.array(
          fc.record({
            method: fc.constantFrom('GET', 'POST'),
            host: fc.constantFrom('a.test', 'b.test'),
            path: fc.constantFrom('/api/pay', '/api/cart'),
            status: fc.constantFrom(200, 404, 500),
            isUnanswered: fc.boolean(),
          }),
          { maxLength: 2 },
        ),
        events: fc.array(event({ id, startMs, ids }), { maxLength: 5 }),
      });
    });

export const worldOf = (count: number): fc.Arbitrary<TestSession[]> =>
  fc.tuple(...Array.from({ length: count }, (_, i) => session(i)));

/** The person that an id belongs to. */
export const ownerOf = (distinctId: string): string =>
  PEOPLE.overrides.get(distinctId) ?? distinctId;

const iso = (ms: number): string => new Date(ms).toISOString();

/** Stores each world in an environment, past ingestion. */
export async function storeWorlds(
  clickhouse: ClickHouseClient,
  numbered: readonly (readonly [environmentId: number, world: readonly TestSession[]])[],
): Promise<void> {
  const each = (rows: (environment_id: number, one: TestSession) => object[]) =>
    numbered.flatMap(([id, world]) => world.flatMap((one) => rows(id, one)));
  const receivedAtMs = Date.now();
  await insertEventsOf(
    clickhouse,
    new Map(
      numbered.map(([id, world]) => [
        id,
        world.flatMap(({ events }) => events.map((event) => ({ ...event, receivedAtMs }))),
      ]),
    ),
  );
  const tables = {
    session_replay: each((environment_id, one) => [
      // What it was before it went on: the later row counts.
      { ...sessionRow(environment_id, one), version: 1, clicks: 9, errors: 9, active_ms: 99_999 },
      { ...sessionRow(environment_id, one), version: 2 },
    ]),
    replay_console: each((environment_id, one) =>
      one.console.map((line) => ({ ...ofSession(environment_id, one), ...line })),
    ),
    replay_request: each((environment_id, one) =>
      one.requests.map(({ isUnanswered, ...request }) => ({
        ...ofSession(environment_id, one),
        ...request,
        is_unanswered: Number(isUnanswered),
      })),
    ),
    exception: each((environment_id, { events }) =>
      events
        .filter((one) => one.event === '$exception' && typeOf(one) === ISSUE.type)
        .map(({ uuid, atMs }) => ({
          environment_id,
          uuid,
          fingerprint: ISSUE.fingerprint,
          timestamp: iso(atMs),
          received_at: iso(receivedAtMs),
        })),
    ),
    ...peopleOf(numbered.map(([environment_id]) => environment_id)),
  };
  for (const [table, values] of Object.entries<object[]>(tables)) {
    if (values.length > 0) await clickhouse.insert({ table, values, format: 'JSONEachRow' });
  }
}

const peopleOf = (environmentIds: readonly number[]) => ({
  person_overrides: environmentIds.flatMap((environment_id) =>
    [...PEOPLE.overrides].map(([distinct_id, owner]) => ({
      environment_id,
      distinct_id,
      person_id: personIdOf(owner),
      version: 1,
    })),
  ),
  person: environmentIds.flatMap((environment_id) =>
    ['ann', 'bob', 'cy'].map((id) => ({
      environment_id,
      id: personIdOf(ownerOf(id)),
      created_at: iso(NOW_MS),
      props: { plan: JSON.stringify(PEOPLE.pro.includes(id) ? 'pro' : 'free') },
      version: 1,
      is_deleted: 0,
    })),
  ),
});

const ofSession = (environment_id: number, { id, startMs }: TestSession) => ({
  environment_id,
  session_day: iso(startMs).slice(0, 10),
  session_id: id,
  timestamp: iso(startMs + 1000),
  retention_days: 90,
});

const sessionRow = (environment_id: number, one: TestSession) => ({
  ...ofSession(environment_id, one),
  timestamp: undefined,
  start_at: iso(one.startMs),
  end_at: iso(one.startMs + one.seconds * 1000),
  received_at: iso(one.isLive ? NOW_MS : NOW_MS - DAY_MS),
  distinct_id: one.distinctIds.at(-1),
  distinct_ids: one.distinctIds,
  urls: one.urls,
  active_ms: one.activeMs,
  clicks: one.clicks,
  rage_clicks: one.rage,
  errors_after_click: one.errorsAfterClick,
  quick_backs: one.quickBacks,
  idle_gaps: one.idleGaps,
  errors: one.errors,
  bytes: one.bytes,
  has_full: 1,
  source: one.source,
  library: 'web',
  library_version: one.libraryVersion,
  score: one.activeMs / 1000,
});
