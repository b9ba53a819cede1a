// Every check of an experiment: quiet where all is well, and what it says where something is not.
import { expect, test } from 'vitest';
import { analyse } from './analysis.ts';
import { changesOf } from './changes.ts';
import { type Check, TOO_EARLY } from './check.ts';
import { type Coming, exposureChecks } from './exposure-checks.ts';
import { DEFAULT_EXPOSURE, DEFAULT_STATS } from './experiment.ts';
import { type ExposureRow, silenceOf } from './exposed.ts';
import type { Metric } from './metric.ts';
import { type Telling, metricChecks } from './metric-checks.ts';
import { levelsOff } from './sample-ratio.ts';
import type { ArmStatistics } from './statistics.ts';
import { PEOPLE } from '#kernel/units';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const variants = (control: number) => [
  { key: 'control', rollout_percentage: control },
  { key: 'test', rollout_percentage: 100 - control },
];
const filters = (control: number, groups: object[] = [{ properties: [] }]) =>
  ({ groups, multivariate: { variants: variants(control) } }) as Coming['flagFilters'];

const coming: Coming = {
  parameters: { feature_flag_variants: variants(50) },
  exposureCriteria: DEFAULT_EXPOSURE,
  flagKey: 'one-page',
  flagFilters: filters(50),
  isFlagActive: true,
  hasEnded: false,
  days: 4,
  people: { control: 500, test: 500 },
  lately: { control: 500, test: 500 },
  multiple: 1,
  silence: null,
  changes: [],
  lateness: { events: 1_000, late: 10 },
  units: PEOPLE,
};
const loud = (checks: readonly Check[]) =>
  checks.filter(({ state }) => state !== 'ok').map(({ id, state }) => [id, state]);
const comingWith = (more: Partial<Coming>) => loud(exposureChecks({ ...coming, ...more }));

test('who comes is checked, each rule by itself', () => {
  expect(comingWith({})).toEqual([]);
  expect(exposureChecks(coming).every(({ words, rule }) => words !== '' && rule !== '')).toBe(true);
  const nobody = { people: { control: 0, test: 0 }, multiple: 0 };
  expect(comingWith({ ...nobody, days: 0.9 })).toEqual([]);
  expect(comingWith({ ...nobody, days: 1 })).toEqual([['nobody', 'harm']]);
  const silence = { sinceMs: 0, perDay: 30 };
  expect(comingWith({ silence })).toEqual([['nobody', 'watch']]);
  expect(comingWith({ silence, hasEnded: true, flagFilters: filters(0) })).toEqual([]);
  expect(comingWith({ silence, isFlagActive: false })).toEqual([['flag', 'watch']]);

  // Held out, or of several variants: of no variant.
  const few = { lately: { control: 49, test: 0, $multiple: 60 } };
  expect(comingWith(few)).toEqual([]);
  expect(comingWith({ lately: { control: 50, test: 0 } })).toEqual([['arms', 'harm']]);
  const off = {
    parameters: { feature_flag_variants: variants(100) },
    lately: { control: 50, test: 0 },
  };
  expect(comingWith(off)).toEqual([]);
  const early = exposureChecks({ ...coming, ...nobody, ...few, days: 0.9 });
  expect(early.slice(0, 2).map(({ words }) => words)).toEqual([TOO_EARLY, TOO_EARLY]);

  // Whom an uneven split leaves out depends on the variant.
  const uneven = { parameters: { feature_flag_variants: variants(80) }, multiple: 2 };
  expect(comingWith({ ...uneven, multiple: 1 })).toEqual([]);
  expect(comingWith(uneven)).toEqual([['several_variants', 'watch']]);
  const first = { ...DEFAULT_EXPOSURE, multiple_variant_handling: 'first_seen' } as const;
  expect(comingWith({ ...uneven, exposureCriteria: first })).toEqual([]);
  expect(comingWith({ multiple: 2 })).toEqual([]);
  // However even the shares, beyond 1 % nothing can be trusted.
  expect(comingWith({ multiple: 10 })).toEqual([]);
  expect(comingWith({ multiple: 11 })).toEqual([['several_variants', 'harm']]);

  for (const [flagFilters, more] of [
    [filters(100), {}],
    [filters(50, [{ properties: [], rollout_percentage: 0 }]), {}],
    [filters(50, [{ properties: [] }, { properties: [], variant: 'test' }]), {}],
    [filters(50), { isFlagActive: false }],
    [filters(50), { hasEnded: true }],
  ] as const) {
    expect(comingWith({ flagFilters, ...more })).toEqual([['flag', 'watch']]);
  }
  expect(comingWith({ hasEnded: true, flagFilters: filters(100) })).toEqual([]);
  expect(comingWith({ hasEnded: true, isFlagActive: false })).toEqual([]);

  const lateness = { events: 1_000, late: 11 };
  expect(comingWith({ lateness })).toEqual([['late_events', 'watch']]);
  // Whatever arrives of one that is over is late.
  expect(comingWith({ lateness, hasEnded: true, flagFilters: filters(100) })).toEqual([]);
  const changes = ['shares', 'shares', 'metrics'].map((kind) => ({ atMs: 1, kind }));
  const told = exposureChecks({ ...coming, changes: changes as Coming['changes'] });
  expect(told.find(({ id }) => id === 'changes')?.words).toContain(
    'shares of variants (2 times), metrics',
  );
});

test('a day without anybody new is a silence only where people came before', () => {
  const startMs = Date.UTC(2026, 2, 1);
  const lastMs = startMs + 5 * DAY_MS;
  const rows = (perDay: number): ExposureRow[] =>
    ['01', '02', '03', '04', '05'].map((day, i) => [
      'test',
      `2026-03-${day}`,
      perDay,
      0,
      0,
      startMs + (i + 1) * DAY_MS,
    ]);
  const at = (asOfMs: number, perDay = 20, sinceMs = startMs) =>
    silenceOf(rows(perDay), { startMs, sinceMs, asOfMs }, 'UTC');
  expect(at(lastMs + DAY_MS - 1)).toBeNull();
  expect(at(lastMs + DAY_MS)).toEqual({ sinceMs: lastMs, perDay: 20 });
  expect(at(lastMs + DAY_MS, 6)).toBeNull();
  // Paused since, and on again: people have had no day to come.
  expect(at(lastMs + 3 * DAY_MS, 20, lastMs + 2.5 * DAY_MS)).toBeNull();
  expect(silenceOf([], { startMs, sinceMs: startMs, asOfMs: lastMs }, 'UTC')).toBeNull();
});

test('levels in which people do not come as planned are named, whatever the whole says', () => {
  const shares = { control: 50, test: 50 };
  const level = (value: string, control: number, other: number) => ({
    property: '$browser',
    value,
    splits: [{ shares, people: { control, test: other } }],
  });
  const crashes = level('Safari', 600, 300);
  const off = levelsOff([level('Chrome', 5_000, 5_050), crashes, level('Opera', 40, 10)]);
  expect(off).toMatchObject([
    { property: '$browser', value: 'Safari', expected: { control: 0.5 }, people: { test: 300 } },
  ]);
  // What one level shows by itself is held up to all that were looked at.
  const [alone] = levelsOff([crashes]);
  expect(off[0]?.pValue).toBeCloseTo(2 * (alone?.pValue ?? 0), 12);
});

test('what was changed while it ran is read from the log, once each', () => {
  const entry = (at: string, action: string, ...changes: [string, unknown, unknown][]) => ({
    at: new Date(`2026-03-0${at}:00Z`).toISOString(),
    action,
    changes: changes.map(([field, before, after]) => ({ field, before, after })),
  });
  const groups = (percent: number) => ({ groups: [percent], multivariate: { variants: [1] } });
  const told = changesOf(
    {
      experiment: [
        entry('1T10:00', 'launched', ['status', 'draft', 'running']),
        entry('2T10:00', 'split_changed', ['parameters', 1, 2]),
        entry('3T10:00', 'updated', ['metrics', 1, 2], ['stats_config', 1, 2], ['name', 1, 2]),
        entry('4T10:00', 'paused'),
        entry('8T10:00', 'shipped', ['metrics', 1, 2]),
      ],
      flag: [
        entry('1T09:00', 'updated', ['filters', groups(1), groups(2)]),
        entry('2T10:00', 'updated', ['filters', { multivariate: 1 }, { multivariate: 2 }]),
        entry('4T10:00', 'updated', ['active', true, false]),
        entry('5T10:00', 'updated', ['filters', groups(2), groups(3)]),
        entry('6T10:00', 'updated', ['active', false, true], ['tags', 1, 2]),
        // What ended it, a moment before.
        {
          ...entry('8T10:00', 'rolled_out', ['filters', groups(3), 1]),
          at: '2026-03-08T09:59:59Z',
        },
      ],
    },
    Date.parse('2026-03-01T10:00:00Z'),
    Date.parse('2026-03-09T00:00:00Z'),
  );
  expect(told.map(({ kind, atMs }) => [new Date(atMs).getUTCDate(), kind])).toEqual([
    [2, 'shares'],
    [3, 'metrics'],
    [3, 'method'],
    [4, 'paused'],
    [5, 'conditions'],
    [6, 'resumed'],
  ]);
});

const base = { kind: 'ExperimentMetric', uuid: 'm', goal: 'increase' } as const;
const buying: Metric = {
  ...base,
  name: 'Buying',
  metric_type: 'mean',
  source: { event: 'buy' },
  cuped: { enabled: true, lookback_days: 14 },
};
/** Of a count that half of the people have once; before the exposure a share of them had it. */
const arm = (n: number, sum: number, preSum = n / 2): ArmStatistics => ({
  n,
  sum,
  sumSquares: sum,
  preSum,
  preSumSquares: preSum,
  preAny: preSum,
  sumProducts: Math.min(sum, preSum) / 2,
});
const result = (control: ArmStatistics, other: ArmStatistics, metric: Metric = buying) =>
  analyse(metric, ['control', 'test'], { control, test: other }, DEFAULT_STATS);
const telling: Telling = {
  parameters: { feature_flag_variants: variants(50), recommended_sample_size: 20_000 },
  config: DEFAULT_STATS,
  hasEnded: false,
  days: 5,
  people: 4_000,
  goals: [result(arm(2_000, 1_000), arm(2_000, 1_050))],
  secondary: [],
  units: PEOPLE,
};
const tellingWith = (more: Partial<Telling>) => loud(metricChecks({ ...telling, ...more }));

test('metrics are checked, each rule by itself', () => {
  expect(tellingWith({})).toEqual([]);
  expect(metricChecks(telling).map(({ id }) => id)).toEqual([
    'metric_events',
    'past',
    'power',
    'running_time',
    'suspicious',
  ]);

  const silent = result(arm(2_000, 0, 0), arm(2_000, 0, 0));
  expect(tellingWith({ goals: [silent] })).toEqual([['metric_events', 'watch']]);
  expect(tellingWith({ goals: [silent], days: 0.9 })).toEqual([]);
  // Of those who are analysed: with windows that are over, at first nobody is.
  const toldOf = (goals: Telling['goals'], days = 5) =>
    metricChecks({ ...telling, goals, days }).find(({ id }) => id === 'metric_events');
  expect(toldOf([result(arm(50, 0, 0), arm(49, 0, 0))])?.words).toBe(TOO_EARLY);
  expect(toldOf([result(arm(50, 0, 0), arm(50, 0, 0))])?.state).toBe('watch');
  // Who began cannot have come back before the seventh day, and an eighth for them to do it.
  const back = { ...base, metric_type: 'retention', start_event: { event: 'buy' } } as const;
  const week = { retention_window_start: 7, retention_window_end: 9, retention_window_unit: 'day' };
  const returning = { ...back, ...week, completion_event: { event: 'buy' } } as unknown as Metric;
  const away = result(arm(2_000, 0, 0), arm(2_000, 0, 0), returning);
  expect([toldOf([away], 7.9)?.words, toldOf([away], 8)?.state]).toEqual([TOO_EARLY, 'watch']);
  // Nobody begins: what they begin with is misspelt.
  const none = result(arm(0, 0, 0), arm(0, 0, 0), returning);
  expect([toldOf([none], 11.9)?.words, toldOf([none], 12)?.state]).toEqual([TOO_EARLY, 'watch']);
  const later = { ...buying, window_delay: 3, window_delay_unit: 'day' } as const;
  const delayed = result(arm(2_000, 0, 0), arm(2_000, 0, 0), later);
  expect([toldOf([delayed], 3.9)?.state, toldOf([delayed], 4)?.state]).toEqual(['ok', 'watch']);
  // Errors that do not come are no fault.
  const errors = { ...buying, goal: 'decrease' } as const;
  expect(tellingWith({ secondary: [result(arm(2_000, 0, 0), arm(2_000, 0, 0), errors)] })).toEqual(
    [],
  );

  const biased = result(arm(2_000, 1_000, 1_000), arm(2_000, 1_000, 1_250));
  expect(tellingWith({ goals: [biased] })).toEqual([['past', 'harm']]);
  const slightly = result(arm(2_000, 1_000, 1_000), arm(2_000, 1_000, 1_060));
  expect(tellingWith({ goals: [slightly] })).toEqual([]);

  const rare = result(arm(2_000, 20), arm(2_000, 20));
  expect(tellingWith({ goals: [rare] })).toEqual([['power', 'watch']]);
  const planned = { ...telling.parameters, minimum_detectable_effect: 80 };
  expect(tellingWith({ goals: [rare], parameters: planned })).toEqual([]);
  expect(tellingWith({ goals: [rare], hasEnded: true })).toEqual([]);

  // 56 days at 800 people a day.
  const size = (recommended_sample_size: number) => ({
    parameters: { ...telling.parameters, recommended_sample_size },
  });
  expect(tellingWith(size(44_800))).toEqual([]);
  expect(tellingWith(size(45_000))).toEqual([['running_time', 'watch']]);

  const huge = result(arm(2_000, 100), arm(2_000, 160));
  expect(tellingWith({ secondary: [huge] })).toEqual([['suspicious', 'watch']]);
  expect(tellingWith({ secondary: [result(arm(2_000, 50), arm(2_000, 80))] })).toEqual([]);
});
