// Small worlds for tests of experiments: a few people who merge, events at the edges of windows and days.
import fc from 'fast-check';
import type { ReferenceInput } from './sufficient-statistics.ts';
import type { RawEvent } from './unit-values.ts';

export type ReferenceMetric = NonNullable<ReferenceInput['metric']>;
export type ReferenceSource = Extract<ReferenceMetric, { kind: 'ratio' }>['numerator'];

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const START = Date.UTC(2026, 2, 27);
const instant = fc
  .tuple(fc.integer({ min: -30, max: 130 }), fc.constantFrom(-1, 0, 0, 1, 1234))
  .map(([hours, by]) => new Date(START + hours * HOUR_MS + by).toISOString());
const call = fc
  .constantFrom<unknown>('control', 'test', 'test', true, 'holdout-3', 'gone', null)
  .chain((response) =>
    fc.constantFrom<Record<string, unknown>>(
      { $feature_flag: 'f', $feature_flag_response: response, $os: 'web' },
      { $feature_flag: 'f', $feature_flag_response: response, $os: 'ios' },
      {
        $feature_flag: 'f',
        $feature_flag_response: response,
        $feature_flag_original_response: null,
      },
    ),
  );
const amount = fc
  .constantFrom<unknown>(5, 12.5, '7', 'many', null, -3, 0)
  .chain((value) => fc.constantFrom({ amount: value, $session_id: 's1' }, { amount: value }));
const happening = fc.oneof(
  call.map((properties) => ['$feature_flag_called', properties] as const),
  amount.map((properties) => ['buy', properties] as const),
  amount.map((properties) => ['view', properties] as const),
  fc
    .constantFrom('control', 'test')
    .map((value) => ['seen', { '$feature/f': value, $os: 'mac' }] as const),
);
const events = fc
  .array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'qa'), instant, happening), { maxLength: 40 })
  .map((all) =>
    all.map(([id, at, [name, properties]], i): RawEvent => [
      String(1000 + ((i * 37) % 1000)),
      id,
      at,
      name,
      properties,
    ]),
  );

const source = fc.constantFrom<ReferenceSource>(
  { event: 'buy' },
  { event: 'buy', math: 'sum', property: 'amount' },
  { event: 'view', math: 'avg', property: 'amount' },
  { event: 'buy', math: 'min', property: 'amount' },
  { event: 'buy', math: 'max', property: 'amount' },
  { event: 'view', math: 'dau' },
  { event: 'view', math: 'unique_session' },
);
const windowed = fc.constantFrom<
  Pick<ReferenceMetric, 'window' | 'delay' | 'onlyMatured' | 'breakdown'>
>(
  {},
  { window: { value: 1, unit: 'day' } },
  { window: { value: 36, unit: 'hour' }, onlyMatured: true },
  { breakdown: '$os' },
  { delay: { value: -2, unit: 'hour' } },
  { window: { value: 1, unit: 'day' }, delay: { value: 3, unit: 'hour' }, onlyMatured: true },
);
const kinds: fc.Arbitrary<ReferenceMetric> = fc.oneof(
  fc
    .record({
      source,
      winsorize: fc.constantFrom(
        undefined,
        { upper: 0.9, ignoreZeros: true },
        { lower: 0.2, upper: 0.8 },
      ),
      cupedDays: fc.constantFrom(undefined, 1),
    })
    .map(({ winsorize, cupedDays, ...rest }) => ({
      kind: 'mean' as const,
      ...rest,
      ...(winsorize ? { winsorize } : {}),
      ...(cupedDays === undefined ? {} : { cupedDays }),
    })),
  fc.record({
    kind: fc.constant('funnel' as const),
    steps: fc.array(fc.constantFrom('view', 'buy'), { minLength: 1, maxLength: 4 }),
    order: fc.constantFrom('ordered' as const, 'unordered' as const),
  }),
  fc.record({
    kind: fc.constant('funnel' as const),
    steps: fc.array(fc.constantFrom('view', 'buy'), { minLength: 1, maxLength: 2 }),
    cupedDays: fc.constant(2),
  }),
  fc.record({ kind: fc.constant('ratio' as const), numerator: source, denominator: source }),
  fc.record({
    kind: fc.constant('ratio' as const),
    numerator: source,
    denominator: source,
    cupedDays: fc.constant(2),
  }),
  fc.record({
    kind: fc.constant('retention' as const),
    startEvent: fc.constantFrom('view', 'buy'),
    completionEvent: fc.constantFrom('view', 'buy'),
    retentionWindow: fc.constantFrom(
      { start: 0, end: 1, unit: 'day' as const },
      { start: 1, end: 3, unit: 'hour' as const },
      { start: 1, end: 1, unit: 'week' as const },
      { start: 0, end: 90, unit: 'minute' as const },
    ),
    startHandling: fc.constantFrom('first_seen' as const, 'last_seen' as const),
  }),
);
/** An experiment and what a few people did around it. */
export const world: fc.Arbitrary<ReferenceInput> = fc.record({
  flagKey: fc.constant('f'),
  variants: fc.constant(['control', 'test']),
  start: fc.constant(new Date(START).toISOString()),
  end: fc.constantFrom(null, new Date(START + 3 * DAY_MS).toISOString()),
  asOf: fc.constantFrom(
    new Date(START + 2.5 * DAY_MS).toISOString(),
    new Date(START + 5 * DAY_MS).toISOString(),
  ),
  timezone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York'),
  exposure: fc.record({
    event: fc.constantFrom('$feature_flag_called', 'seen'),
    multipleVariantHandling: fc.constantFrom('exclude' as const, 'first_seen' as const),
    filterTestAccounts: fc.boolean(),
    activation: fc.constantFrom(undefined, undefined, 'view'),
  }),
  changes: fc.constantFrom(
    undefined,
    undefined,
    [new Date(START + 20 * HOUR_MS).toISOString()],
    [20, 50].map((hours) => new Date(START + hours * HOUR_MS).toISOString()),
  ),
  testAccounts: fc.constant(['qa']),
  persons: fc.constantFrom<Record<string, string>>({}, { a: 'P', b: 'P' }, { a: 'c' }),
  events,
  metric: fc.tuple(kinds, windowed).map(([kind, { delay, ...more }]): ReferenceMetric => {
    // What was done before the exposure is not told from what is done before the delay is over.
    const isAdjusted = kind.kind !== 'retention' && kind.cupedDays !== undefined;
    const late = delay && !isAdjusted ? { delay } : {};
    return { ...kind, ...more, ...late } as ReferenceMetric;
  }),
  dailyExposures: fc.constant(true),
});
