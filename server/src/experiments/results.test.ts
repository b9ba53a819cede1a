import { expect, test } from 'vitest';
import { SerinError } from '#kernel/errors';
import { DEFAULT_EXPOSURE, DEFAULT_STATS } from './experiment.ts';
import { ordered } from './metric-order.ts';
import { changedMsOf, newestKept } from './newest-kept.ts';
import { resultsOf } from './results.ts';
import { EXPOSURES } from './statistics.ts';
import { untold } from './untold.ts';
import { PEOPLE } from '#kernel/units';

const variants = (control: number, other: number) => [
  { key: 'control', rollout_percentage: control },
  { key: 'test', rollout_percentage: other },
];
const split = (from: string, control: number) => ({
  from,
  shares: { control, test: 100 - control },
});

test('people who enter while clients learn of other shares are exposed, and say nothing about the shares', () => {
  const rows = (isSettling: 0 | 1) => [
    ['control', '2026-03-01', 900, 0, 0],
    ['test', '2026-03-01', 100, 0, 0],
    ['control', '2026-03-02', 1_000, 1, 0],
    ['test', '2026-03-02', 1_000, 1, 0],
    // Shares of before, by clients that have not learned of the new ones.
    ['control', '2026-03-02', 450, 1, isSettling],
    ['test', '2026-03-02', 50, 1, isSettling],
  ];
  const asOf = new Date('2026-03-03T00:00:00Z');
  const results = (isSettling: 0 | 1) =>
    resultsOf({
      experiment: {
        parameters: {
          feature_flag_variants: variants(50, 50),
          allocation_epochs: [split('2026-03-01', 90), split('2026-03-02', 50)],
        },
        statsConfig: DEFAULT_STATS,
        exposureCriteria: DEFAULT_EXPOSURE,
        primaryOrder: null,
        secondaryOrder: null,
        flagKey: 'f',
        isFlagActive: true,
        flagActiveSince: new Date('2026-03-01T00:00:00Z'),
        flagFilters: { groups: [{ properties: [] }], multivariate: { variants: variants(50, 50) } },
        startDate: new Date('2026-03-01T00:00:00Z'),
        endDate: null,
      },
      measured: [],
      latest: [
        { metricUuid: EXPOSURES, asOf, settingsHash: '', statistics: { rows: rows(isSettling) } },
      ],
      freshness: 'current',
      isFinal: false,
      settledAtMs: undefined,
      decisive: undefined,
      daily: [],
      hashes: new Map(),
      timeZone: 'UTC',
      units: PEOPLE,
      changes: [],
    });
  const { sampleRatio, total, recommendation } = results(1);
  expect(sampleRatio).toMatchObject({ pValue: 1, sequentialPValue: 1 });
  expect(total).toMatchObject({ control: 2_350, test: 1_150 });
  expect(recommendation.status).not.toBe('unhealthy');
  expect(results(0).sampleRatio?.sequentialPValue).toBeLessThan(0.001);
});

test('until newer numbers are counted, older ones are told that mean the same', () => {
  const at = (day: number) => new Date(`2026-03-0${day}T00:00:00Z`);
  const kept = (day: number, metricUuid: string, settingsHash = 'now') => ({
    metricUuid,
    asOf: at(day),
    settingsHash,
    statistics: {},
  });
  const all = [kept(2, 'a'), kept(2, 'b'), kept(3, 'a'), kept(3, 'b'), kept(4, 'a')];
  const hashes = new Map([
    ['a', 'now'],
    ['b', 'now'],
  ]);
  const newest = (parameters: object, endDate: Date | null = null, own = all) =>
    newestKept(own, {
      hashes,
      changedMs: changedMsOf({
        parameters: { feature_flag_variants: variants(50, 50), ...parameters },
        endDate,
      }),
    })?.map(({ asOf }) => asOf.getUTCDate());
  expect(newest({})).toEqual([3, 3]);
  expect(newest({}, null, [...all, kept(4, 'b', 'then')])).toEqual([3, 3]);
  // The end, and other shares, make other numbers of the same people.
  expect(newest({}, at(2))).toEqual([3, 3]);
  expect(newest({}, at(4))).toBeUndefined();
  const split = (from: Date) => ({ allocation_epochs: [{ from: from.toISOString(), shares: {} }] });
  expect([newest(split(at(3))), newest(split(at(4)))]).toEqual([[3, 3], undefined]);
});

test('strangers hear that something failed, and not what it names', () => {
  const secret = { detail: 'Cohort 12 “Whales” is gone.', attr: 'exposure_criteria' };
  for (const [code, told] of [
    ['invalid_input', 'conflict'],
    ['cohort_not_calculated', 'cohort_not_calculated'],
  ] as const) {
    const error = untold(new SerinError(code, secret));
    expect(error).toMatchObject({ code: told, attr: null });
    expect((error as Error).message).not.toContain('Whales');
  }
  const unknown = new Error('no');
  expect(untold(unknown)).toBe(unknown);
});

test('metrics are told in the order in which people put them, new ones last', () => {
  const one = (uuid: string, isGoal: boolean) => ({ metric: { uuid }, isGoal });
  const measured = [one('a', true), one('x', false), one('b', true), one('c', true)];
  const told = (primaryOrder: string[] | null) =>
    ordered(measured, { primaryOrder, secondaryOrder: null }).map(({ metric }) => metric.uuid);
  expect(told(null)).toEqual(['a', 'b', 'c', 'x']);
  expect(told(['c', 'gone', 'a'])).toEqual(['c', 'a', 'b', 'x']);
});
