// Every filter finds what a reference in plain loops finds, page by page, over small random worlds.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EventSource, type Scope, SqlParams } from '#insights/event-sql';
import { insertEventsOf, personIdOf } from '#platform/test-events';
import { type TestStores, startTestStores } from '#platform/test-stores';
import type { RecordingCursor } from '../recordings/cursor.ts';
import type { RecordingFilter } from './filter.ts';
import { listSql } from './list-sql.ts';
import {
  DAY_MS,
  NOW_MS,
  PEOPLE,
  type TestSession,
  expected,
  filter,
  ownerOf,
  sessions,
} from './test-list-reference.ts';

let stores: TestStores;
beforeAll(async () => {
  stores = await startTestStores();
});
afterAll(() => stores.close());

const [WORLDS, QUESTIONS, PAGE] = [10, 7, 2];
const LIVE_SINCE_MS = NOW_MS - 60_000;
const iso = (ms: number): string => new Date(ms).toISOString();

test('filters find what they mean, in order, page by page', async () => {
  const cases = fc.array(
    fc.tuple(sessions, fc.array(filter, { minLength: QUESTIONS, maxLength: QUESTIONS })),
    { minLength: WORLDS, maxLength: WORLDS },
  );
  await fc.assert(
    fc.asyncProperty(cases, async (asked) => {
      await store(asked.map(([world]) => world));
      for (const [i, [world, filters]] of asked.entries()) {
        const watched = world.filter((_, place) => place % 2 === 0).map(({ id }) => id);
        for (const one of filters) {
          const found = await findAll(FIRST_ENVIRONMENT + i, one, watched);
          expect(found, JSON.stringify({ one, world }, null, 1)).toEqual(
            expected(one, { world, watched }),
          );
        }
      }
    }),
    { numRuns: 1, endOnFailure: true },
  );
});

const FIRST_ENVIRONMENT = 4000;

async function findAll(
  environmentId: number,
  asked: RecordingFilter,
  watched: readonly string[],
): Promise<string[]> {
  const found: string[] = [];
  let cursor: RecordingCursor | undefined;
  do {
    const params = new SqlParams();
    const known = {
      watched,
      pinned: [],
      people: new Map(),
      distinctIds: new Map(asked.conditions.map((_, i) => [i, ['ann', 'anon']])),
    };
    const text = listSql(
      { ...asked, span: {}, cursor, limit: PAGE, known, liveSinceMs: LIVE_SINCE_MS },
      new EventSource(scopeOf(environmentId), params),
    );
    const { params: query_params } = params.statement(text);
    const answer = await stores.clickhouse
      .query({ query: text, query_params, format: 'JSONCompactEachRow' })
      .catch((error: unknown) => {
        throw new Error(`${text}\n${JSON.stringify(query_params)}`, { cause: error });
      });
    const rows = await answer.json<[string, string, string | number]>();
    found.push(...rows.slice(0, PAGE).map(([id]) => id));
    const last = rows[PAGE - 1];
    cursor = rows.length > PAGE && last ? { sessionId: last[0], rank: Number(last[2]) } : undefined;
  } while (cursor);
  return found;
}

const scopeOf = (environmentId: number): Scope => ({
  environmentId,
  calendar: { timeZone: 'UTC', firstWeekday: 1, nowMs: NOW_MS },
  groupTypes: [],
  hasOverrides: true,
  testAccountFilters: [],
  cohorts: {
    byId: new Map(),
    usable: new Set(),
    byEvents: new Set(),
    calculations: new Map(),
    members: new Map(),
  },
  isUsablePattern: () => true,
});

async function store(worlds: readonly (readonly TestSession[])[]): Promise<void> {
  const numbered = worlds.map((world, i) => [FIRST_ENVIRONMENT + i, world] as const);
  const each = (rows: (environment_id: number, one: TestSession) => object[]) =>
    numbered.flatMap(([id, world]) => world.flatMap((one) => rows(id, one)));
  const receivedAtMs = Date.now();
  await insertEventsOf(
    stores.clickhouse,
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
      one.requests.map((request) => ({ ...ofSession(environment_id, one), ...request })),
    ),
    person_overrides: numbered.flatMap(([environment_id]) =>
      [...PEOPLE.overrides].map(([distinct_id, owner]) => ({
        environment_id,
        distinct_id,
        person_id: personIdOf(owner),
        version: 1,
      })),
    ),
    person: numbered.flatMap(([environment_id]) =>
      ['ann', 'bob', 'cy'].map((id) => ({
        environment_id,
        id: personIdOf(ownerOf(id)),
        created_at: iso(NOW_MS),
        props: { plan: JSON.stringify(PEOPLE.pro.includes(id) ? 'pro' : 'free') },
        version: 1,
        is_deleted: 0,
      })),
    ),
  };
  for (const [table, values] of Object.entries<object[]>(tables)) {
    if (values.length > 0) {
      await stores.clickhouse.insert({ table, values, format: 'JSONEachRow' });
    }
  }
}

const ofSession = (environment_id: number, { id, startMs }: TestSession) => ({
  environment_id,
  session_day: iso(startMs).slice(0, 10),
  session_id: id,
  timestamp: iso(startMs + 1000),
  retention_days: 30,
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
  errors: one.errors,
  has_full: 1,
  source: one.source,
});
