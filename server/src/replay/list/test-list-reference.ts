// Small worlds of recordings and what filters mean in them, in plain loops.
import fc from 'fast-check';
import type { TestEvent } from '#platform/test-events';
import type { Condition, RecordingFilter } from './filter.ts';

const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
export const NOW_MS = Date.UTC(2026, 10, 20, 12);

export type TestSession = {
  readonly id: string;
  readonly startMs: number;
  readonly seconds: number;
  readonly activeMs: number;
  readonly clicks: number;
  readonly rage: number;
  readonly errors: number;
  readonly distinctIds: readonly string[];
  readonly urls: readonly string[];
  readonly source: 'web' | 'mobile';
  readonly isLive: boolean;
  readonly console: readonly { readonly level: 'log' | 'error'; readonly message: string }[];
  readonly requests: readonly { readonly path: string; readonly status: number }[];
  readonly events: readonly TestEvent[];
};

export const PEOPLE = {
  // Whoever was anonymous turned out to be ann.
  overrides: new Map([['anon', 'ann']]),
  pro: ['ann', 'cy'],
};

const event = (session: { id: string; startMs: number; ids: readonly string[] }) =>
  fc
    .record({
      event: fc.constantFrom(
        '$pageview',
        'pay',
        '$exception',
        '$rageclick',
        '$feature_flag_called',
      ),
      who: fc.nat({ max: 1 }),
      minute: fc.nat({ max: 59 }),
      plan: fc.constantFrom('free', 'pro'),
      flag: fc.constantFrom('true', 'false', 'blue', undefined),
      type: fc.constantFrom('TypeError', 'RangeError'),
      isOfSession: fc.constantFrom(true, true, true, false),
    })
    .map(({ event: name, who, minute, plan, flag, type, isOfSession }): TestEvent => {
      const isCall = name === '$feature_flag_called' && flag !== undefined;
      return {
        event: name,
        distinctId: session.ids[who % session.ids.length] ?? 'ann',
        atMs: session.startMs + minute * 60_000,
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
        errors: fc.nat({ max: 2 }),
        urls: fc.subarray(['https://a.test/', 'https://a.test/Checkout', 'https://a.test/help']),
        source: fc.constantFrom('web' as const, 'mobile' as const),
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
            path: fc.constantFrom('/api/pay', '/api/cart'),
            status: fc.constantFrom(200, 404, 500),
          }),
          { maxLength: 2 },
        ),
        events: fc.array(event({ id, startMs, ids }), { maxLength: 5 }),
      });
    });

export const sessions: fc.Arbitrary<TestSession[]> = fc
  .integer({ min: 1, max: 7 })
  .chain((count) => fc.tuple(...Array.from({ length: count }, (_, i) => session(i))));

const positive: fc.Arbitrary<Condition> = fc.constantFrom<Condition>(
  { kind: 'flag_called', flag: 'checkout' },
  { kind: 'flag_called', flag: 'checkout', values: ['blue'] },
  { kind: 'flag_value', flag: 'checkout', values: ['true', 'blue'] },
  { kind: 'flag_changed', flag: 'checkout' },
  { kind: 'event', event: 'pay' },
  { kind: 'event', event: 'pay', properties: [{ key: 'plan', value: 'pro', operator: 'exact' }] },
  { kind: 'event', event: 'pay', without_session: true },
  { kind: 'event', event: null, properties: [{ key: 'plan', value: 'pro', type: 'person' }] },
  { kind: 'exception' },
  { kind: 'exception', type: 'TypeError', message: 'cannot READ p' },
  { kind: 'exception', type: 'Error', message: 'Cannot read' },
  { kind: 'exception', fingerprint: 'RangeError-1' },
  { kind: 'rage_click' },
  { kind: 'console', level: 'error' },
  { kind: 'console', text: 'PAYMENT' },
  { kind: 'request', status_from: 400, path: '/pay' },
  { kind: 'request', status_from: 404, status_to: 499 },
  { kind: 'measure', measure: 'duration', min: 60, max: 60 },
  { kind: 'measure', measure: 'active_seconds', min: 4 },
  { kind: 'url', where: 'visited', match: 'contains', value: 'checkout' },
  { kind: 'url', where: 'first', match: 'exact', value: 'https://a.test/' },
  { kind: 'person', person_id: 'ann' },
  { kind: 'property', property: { key: 'plan', value: 'pro', type: 'person' } },
  { kind: 'property', property: { key: '$browser', value: 'Chrome', type: 'event' } },
  { kind: 'source', source: 'mobile' },
  { kind: 'live' },
  { kind: 'watched' },
);

export const filter: fc.Arbitrary<RecordingFilter> = fc.record({
  conditions: fc.array(
    fc
      .record({ condition: positive, negated: fc.constantFrom(false, false, true) })
      .map(({ condition, negated }): Condition => ({ ...condition, negated })),
    { maxLength: 3 },
  ),
  match: fc.constantFrom('all' as const, 'any' as const),
  order: fc.constantFrom('start_time', 'duration', 'clicks', 'console_errors', 'errors'),
});

/** The person that an id belongs to. */
export const ownerOf = (distinctId: string): string =>
  PEOPLE.overrides.get(distinctId) ?? distinctId;

type Asked = { readonly world: readonly TestSession[]; readonly watched: readonly string[] };

/** Ids in the order of the list. */
export function expected(filtered: RecordingFilter, asked: Asked): string[] {
  const holds = (one: TestSession): boolean => {
    const each = filtered.conditions.map(
      (condition) => holdsFor(condition, one, asked) !== (condition.negated === true),
    );
    if (each.length === 0) return true;
    return filtered.match === 'all' ? each.every(Boolean) : each.some(Boolean);
  };
  const rank = (one: TestSession): number => {
    switch (filtered.order) {
      case 'duration':
        return one.seconds;
      case 'clicks':
        return one.clicks;
      case 'console_errors':
        return one.errors;
      case 'errors':
        return eventsOf(one).filter(({ event: name }) => name === '$exception').length;
      default:
        return one.startMs;
    }
  };
  return asked.world
    .filter(holds)
    .toSorted((a, b) => rank(b) - rank(a) || (a.id < b.id ? 1 : -1))
    .map(({ id }) => id);
}

const eventsOf = (one: TestSession): readonly TestEvent[] =>
  one.events.filter(({ sessionId }) => sessionId !== '');

const valuesOf = (one: TestSession, isCalled: boolean): string[] =>
  eventsOf(one).flatMap(({ flags, flagResponse }) => [
    ...(flagResponse === undefined ? [] : [flagResponse]),
    ...(isCalled ? [] : Object.values(flags ?? {})),
  ]);

/** Whether somebody of the session paid, as a server says, while it was recorded. */
function isNear(one: TestSession, world: readonly TestSession[]): boolean {
  return world
    .flatMap(({ events }) => events)
    .some(
      ({ event: name, sessionId, distinctId, atMs }) =>
        name === 'pay' &&
        sessionId === '' &&
        one.distinctIds.includes(distinctId) &&
        atMs >= one.startMs - NEAR_MS &&
        atMs <= one.startMs + one.seconds * 1000 + NEAR_MS,
    );
}

const NEAR_MS = 60_000;

// One case a kind, each a line or two.
// oxlint-disable-next-line complexity, max-lines-per-function
function holdsFor(condition: Condition, one: TestSession, { world, watched }: Asked): boolean {
  const events = eventsOf(one);
  switch (condition.kind) {
    case 'flag_called':
    case 'flag_value': {
      const { values } = condition;
      return valuesOf(one, condition.kind === 'flag_called').some(
        (value) => !values || values.includes(value),
      );
    }
    case 'flag_changed':
      return new Set(valuesOf(one, false)).size > 1;
    case 'event':
      if (condition.without_session && isNear(one, world)) return true;
      return events.some(({ event: name, properties, distinctId }) => {
        if (condition.event === null) return PEOPLE.pro.includes(ownerOf(distinctId));
        return (
          name === condition.event && (!condition.properties || properties?.['plan'] === 'pro')
        );
      });
    case 'exception':
      return events.some(({ event: name, properties }) => {
        const list = properties?.['$exception_list'] as { type: string; value: string }[];
        const isListed = list.some(
          ({ type, value }) =>
            (condition.type ?? type) === type &&
            value.toLowerCase().includes((condition.message ?? '').toLowerCase()),
        );
        const { fingerprint } = condition;
        const isSame =
          fingerprint === undefined || properties?.['$exception_fingerprint'] === fingerprint;
        return name === '$exception' && isListed && isSame;
      });
    case 'rage_click':
      return one.rage > 0 || events.some(({ event: name }) => name === '$rageclick');
    case 'console':
      return one.console.some(
        ({ level, message }) =>
          (condition.level ?? level) === level &&
          message.toLowerCase().includes((condition.text ?? '').toLowerCase()),
      );
    case 'request':
      return one.requests.some(
        ({ path, status }) =>
          path.includes(condition.path ?? '') &&
          status >= (condition.status_from ?? 0) &&
          status <= (condition.status_to ?? 999),
      );
    case 'measure': {
      const value = condition.measure === 'duration' ? one.seconds : one.activeMs / 1000;
      return value >= (condition.min ?? 0) && value <= (condition.max ?? Infinity);
    }
    case 'url':
      return condition.where === 'first'
        ? one.urls[0] === condition.value
        : one.urls.some((url) => url.toLowerCase().includes(condition.value));
    case 'person':
      return one.distinctIds.some((id) => ownerOf(id) === condition.person_id);
    case 'property': {
      if (condition.property.type === 'event') {
        return events.some(
          ({ event: name, properties }) =>
            name === '$pageview' && properties?.['$browser'] === condition.property.value,
        );
      }
      // An id is known by its events, of any session or none.
      const seen = new Set(world.flatMap((other) => other.events.map((each) => each.distinctId)));
      return one.distinctIds.some((id) => seen.has(id) && PEOPLE.pro.includes(ownerOf(id)));
    }
    case 'source':
      return one.source === condition.source;
    case 'live':
      return one.isLive;
    case 'watched':
      return watched.includes(one.id);
    default:
      throw new Error(`no reference of ${condition.kind}`);
  }
}
