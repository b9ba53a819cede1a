// What filters of recordings mean in a small world, in plain loops.
import fc from 'fast-check';
import type { TestEvent } from '#platform/test-events';
import type { Condition, Measure, RecordingFilter } from './filter.ts';
import { ISSUE, PEOPLE, type TestSession, ownerOf, typeOf } from './test-list-world.ts';

/** What is asked of worlds, of every kind that needs no more than they hold. */
export const CONDITIONS: readonly Condition[] = [
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
  { kind: 'exception', issue: ISSUE.id },
  { kind: 'exception', issue: ISSUE.id, message: 'cannot read free' },
  { kind: 'rage_click' },
  { kind: 'dead_click' },
  { kind: 'console', level: 'error' },
  { kind: 'console', text: 'PAYMENT' },
  { kind: 'request', status_from: 400, path: '/pay' },
  { kind: 'request', status_from: 404, status_to: 499 },
  { kind: 'measure', measure: 'duration', min: 60, max: 60 },
  { kind: 'request', method: 'post', host: 'a.test', unanswered: true },
  { kind: 'measure', measure: 'active_seconds', min: 4 },
  { kind: 'measure', measure: 'inactive_seconds', min: 50 },
  { kind: 'measure', measure: 'size_bytes', max: 2000 },
  { kind: 'measure', measure: 'clicks', min: 1, max: 2 },
  { kind: 'measure', measure: 'console_errors', max: 0 },
  { kind: 'measure', measure: 'errors_after_click', min: 1 },
  { kind: 'library', library: 'web', version: '1.3' },
  { kind: 'url', where: 'visited', match: 'contains', value: 'checkout' },
  { kind: 'url', where: 'first', match: 'exact', value: 'https://a.test/' },
  { kind: 'person', person_id: 'ann' },
  { kind: 'property', property: { key: 'plan', value: 'pro', type: 'person' } },
  { kind: 'property', property: { key: '$browser', value: 'Chrome', type: 'event' } },
  { kind: 'source', source: 'mobile' },
  { kind: 'live' },
  { kind: 'watched' },
  { kind: 'pinned' },
];

/** Orders that a world tells. */
export const RANKED = [
  'start_time',
  'duration',
  'active_seconds',
  'activity_score',
  'clicks',
  'console_errors',
  'errors',
] as const;

export const filter: fc.Arbitrary<RecordingFilter> = fc.record({
  conditions: fc.array(
    fc
      .record({
        condition: fc.constantFrom(...CONDITIONS),
        negated: fc.constantFrom(false, false, true),
      })
      .map(({ condition, negated }): Condition => ({ ...condition, negated })),
    { maxLength: 3 },
  ),
  match: fc.constantFrom('all' as const, 'any' as const),
  order: fc.constantFrom(...RANKED),
});

type Asked = {
  readonly world: readonly TestSession[];
  readonly watched: readonly string[];
  readonly pinned: readonly string[];
};

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
      case 'active_seconds':
      case 'activity_score':
        return one.activeMs;
      case 'clicks':
        return one.clicks;
      case 'console_errors':
        return one.errors;
      case 'relevance':
        return worthOf(one);
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

/** What is relevant of sessions that nothing is asked of. */
function worthOf({ errorsAfterClick, rage, quickBacks, errors, idleGaps }: TestSession): number {
  const clicked = 3 * Math.log1p(errorsAfterClick) + 3 * Math.log1p(rage);
  const rest = 2 * Math.log1p(quickBacks) + Math.log1p(errors) + Math.log1p(idleGaps);
  return Math.round(100 * (clicked + rest));
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
function holdsFor(condition: Condition, one: TestSession, asked: Asked): boolean {
  const { world, watched, pinned } = asked;
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
      return events.some((one) => {
        const { event: name, properties } = one;
        const list = properties?.['$exception_list'] as { type: string; value: string }[];
        const isListed = list.some(
          ({ type, value }) =>
            (condition.type ?? type) === type &&
            value.toLowerCase().includes((condition.message ?? '').toLowerCase()),
        );
        const { fingerprint } = condition;
        const isSame =
          fingerprint === undefined || properties?.['$exception_fingerprint'] === fingerprint;
        const isOfIssue = condition.issue === undefined || typeOf(one) === ISSUE.type;
        return name === '$exception' && isListed && isSame && isOfIssue;
      });
    case 'rage_click':
      return one.rage > 0 || events.some(({ event: name }) => name === '$rageclick');
    case 'dead_click':
      return events.some(({ event: name }) => name === '$dead_click');
    case 'console':
      return one.console.some(
        ({ level, message }) =>
          (condition.level ?? level) === level &&
          message.toLowerCase().includes((condition.text ?? '').toLowerCase()),
      );
    case 'request':
      return one.requests.some(
        ({ method, host, path, status, isUnanswered }) =>
          (condition.method ?? method).toUpperCase() === method &&
          (condition.host ?? host) === host &&
          (condition.unanswered ?? isUnanswered) === isUnanswered &&
          path.includes(condition.path ?? '') &&
          status >= (condition.status_from ?? 0) &&
          status <= (condition.status_to ?? 999),
      );
    case 'measure': {
      const value = measured(condition.measure, one);
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
    case 'pinned':
      return pinned.includes(one.id);
    case 'library':
      return condition.version === one.libraryVersion;
    case 'sessions':
      return condition.ids.includes(one.id);
    case 'people_behind': {
      // Asked of those who pay.
      const all = world.flatMap((other) => other.events);
      const payers = all.filter(({ event: name }) => name === 'pay').map(ownerOfEvent);
      const seen = new Set(all.map(({ distinctId }) => distinctId));
      return one.distinctIds.some((id) => seen.has(id) && payers.includes(ownerOf(id)));
    }
  }
}

const ownerOfEvent = ({ distinctId }: TestEvent): string => ownerOf(distinctId);

function measured(measure: Measure, one: TestSession): number {
  if (measure === 'duration') return one.seconds;
  if (measure === 'active_seconds') return one.activeMs / 1000;
  if (measure === 'inactive_seconds') return one.seconds - one.activeMs / 1000;
  if (measure === 'size_bytes') return one.bytes;
  if (measure === 'errors_after_click') return one.errorsAfterClick;
  return measure === 'clicks' ? one.clicks : one.errors;
}
