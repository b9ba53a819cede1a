// Comparisons: every interval agrees with its p-value and its verdict; what people did before, and shares that were
// changed meanwhile, are taken into account.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRng } from '#kernel/rng';
import { type Comparison, adjusted, analyse } from './analysis.ts';
import { DEFAULT_STATS, type StatsConfig } from './experiment.ts';
import type { Metric } from './metric.ts';
import { type ArmStatistics, NO_ONE } from './statistics.ts';
import { base, buying, cuped, FIXED, KEYS } from './test-analysis.ts';

const perVisit: Metric = {
  ...base,
  metric_type: 'ratio',
  numerator: { event: 'buy' },
  denominator: { event: 'visit' },
};

const failing: Metric = {
  ...base,
  goal: 'decrease',
  metric_type: 'mean',
  source: { event: '$exception' },
};
const arm = (n: number, sum: number) => ({ n, sum, sumSquares: sum });

type Person = { readonly y: number; readonly d: number; readonly py: number; readonly pd: number };

/** People who differ lastingly in how readily they buy: their past tells of their future. */
function people(n: number, lift: number, rng: () => number): Person[] {
  return Array.from({ length: n }, () => {
    const readiness = rng() < 0.5 ? 0.05 : 0.8;
    const visits = () => 1 + Math.floor(rng() * 4);
    const bought = (count: number, chance: number) =>
      Array.from({ length: count }, () => Number(rng() < chance)).reduce((a, b) => a + b, 0);
    const [d, pd] = [visits(), visits()];
    return { d, pd, y: bought(d, Math.min(1, readiness * (1 + lift))), py: bought(pd, readiness) };
  });
}

const sumOf = (all: readonly Person[], value: (one: Person) => number) =>
  all.reduce((sum, one) => sum + value(one), 0);

function ratioArm(all: readonly Person[]): ArmStatistics {
  const sum = (value: (one: Person) => number) => sumOf(all, value);
  return {
    n: all.length,
    sum: sum(({ y }) => y),
    sumSquares: sum(({ y }) => y * y),
    denSum: sum(({ d }) => d),
    denSumSquares: sum(({ d }) => d * d),
    sumProducts: sum(({ y, d }) => y * d),
    preSum: sum(({ py }) => py),
    preSumSquares: sum(({ py }) => py * py),
    preDenSum: sum(({ pd }) => pd),
    preDenSumSquares: sum(({ pd }) => pd * pd),
    preProducts: [
      sum(({ y, py }) => y * py),
      sum(({ d, pd }) => d * pd),
      sum(({ py, pd }) => py * pd),
      sum(({ y, pd }) => y * pd),
      sum(({ py, d }) => py * d),
    ],
    preAny: all.length,
  };
}

function funnelArm(all: readonly Person[]): ArmStatistics {
  const [did, had] = [(one: Person) => Number(one.y > 0), (one: Person) => Number(one.py > 0)];
  const sum = sumOf(all, did);
  const preSum = sumOf(all, had);
  const sumProducts = sumOf(all, (one) => did(one) * had(one));
  return {
    n: all.length,
    sum,
    sumSquares: sum,
    preSum,
    preSumSquares: preSum,
    sumProducts,
    preAny: preSum,
  };
}

test.each([
  ['a funnel', buying, funnelArm],
  ['a ratio', perVisit, ratioArm],
] as const)('what people did before narrows %s and moves nothing', (_name, metric, armOf) => {
  const runs = 200;
  const trials = Array.from({ length: runs }, (_, run) => {
    const rng = createRng(run + 1);
    const arms = { control: armOf(people(300, 0, rng)), test: armOf(people(300, 0, rng)) };
    const [plain, adjusted] = [metric, { ...metric, cuped }].map(
      (one) => analyse(one, KEYS, arms, FIXED).variants[0]?.comparison,
    );
    if (!plain || !adjusted) throw new Error('Nothing is told.');
    return { plain, adjusted };
  });
  const mean = (value: (trial: (typeof trials)[number]) => number) =>
    trials.reduce((sum, trial) => sum + value(trial), 0) / runs;
  const spread = Math.sqrt(mean(({ adjusted }) => adjusted.difference ** 2));
  expect(Math.abs(mean(({ adjusted }) => adjusted.difference))).toBeLessThan(
    (3 * spread) / Math.sqrt(runs),
  );
  // The stated error is the real one, and smaller than without.
  expect(mean(({ adjusted }) => adjusted.standardError) / spread).toBeGreaterThan(0.85);
  expect(mean(({ adjusted }) => adjusted.standardError) / spread).toBeLessThan(1.2);
  expect(mean(({ adjusted }) => adjusted.varianceReduction ?? 0)).toBeGreaterThan(0.1);
  expect(mean(({ plain }) => plain.varianceReduction ?? 0)).toBe(0);
  const wrong = trials.filter(({ adjusted }) => adjusted.isSignificant).length;
  expect(wrong / runs).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / runs));
});

test('without a past there is no adjustment, and it says so', () => {
  const rng = createRng(7);
  const arms = { control: funnelArm(people(300, 0, rng)), test: funnelArm(people(300, 0, rng)) };
  const without = (arm: ArmStatistics) => ({ ...arm, preAny: 10 });
  const few = { control: without(arms.control), test: without(arms.test) };
  const told = analyse({ ...buying, cuped }, KEYS, few, FIXED);
  expect(told.unadjusted).toBe(
    'Not adjusted: only 20 of 600 did anything like it before, 5 % are needed.',
  );
  expect(told.variants).toEqual(analyse(buying, KEYS, few, FIXED).variants);
  expect(analyse({ ...buying, cuped }, KEYS, {}, FIXED).unadjusted).toMatch(/^Not adjusted yet/);
  const gap = { ...ratioArm(people(200, 0, rng)), preDenSum: 0 };
  const ratio = analyse({ ...perVisit, cuped }, KEYS, { control: gap, test: gap }, FIXED);
  expect(ratio.unadjusted).toContain('nothing to divide by');
  expect(analyse(buying, KEYS, arms, FIXED).unadjusted).toBeNull();
});

test('over a change of the shares, only those are compared who came under the same', () => {
  const share = (n: number, rate: number): ArmStatistics => arm(n, Math.round(n * rate));
  const together = (epochs: readonly ArmStatistics[]): ArmStatistics => ({
    ...epochs.reduce(
      (all, one) => ({
        n: all.n + one.n,
        sum: all.sum + one.sum,
        sumSquares: all.sumSquares + one.sumSquares,
      }),
      NO_ONE,
    ),
    epochs,
  });
  // Early people buy twice as much as late ones, and few of them were given the variant.
  const arms = (lift: number) => ({
    control: together([share(19_000, 0.1), share(10_000, 0.05), share(40, 0)]),
    test: together([share(1_000, 0.1 * lift), share(10_000, 0.05 * lift), share(40, 1)]),
  });
  const told = (lift: number) => analyse(buying, KEYS, arms(lift), FIXED).variants[0]?.comparison;
  const pooled = { control: { ...arms(1).control }, test: { ...arms(1).test } };
  for (const arm of Object.values(pooled)) delete (arm as { epochs?: unknown }).epochs;
  expect(analyse(buying, KEYS, pooled, FIXED).variants[0]?.comparison).toMatchObject({
    isSignificant: true,
    difference: expect.closeTo(-0.025, 2),
  });
  // Forty people in each are too few to be compared.
  expect(told(1)?.difference).toBeCloseTo(0, 10);
  expect(told(1)?.isSignificant).toBe(false);
  expect(told(1.3)?.lift).toBeCloseTo(0.3, 3);
  expect(told(1.3)?.isSignificant).toBe(true);
});

test('too few people or conversions, and a baseline of zero, are said and not computed', () => {
  const failures = (control: ReturnType<typeof arm>, metric: Metric = failing) => {
    const { baseline, variants } = analyse(
      metric,
      KEYS,
      { control, test: arm(100, 20) },
      DEFAULT_STATS,
    );
    return [baseline.failures, variants[0]?.comparison];
  };
  expect(failures(arm(49, 20))).toEqual([['not-enough-exposures'], null]);
  expect(failures(arm(100, 4), buying)).toEqual([['not-enough-metric-data'], null]);
  expect(failures(arm(100, 0))).toEqual([['baseline-mean-is-zero'], null]);
});

const config: fc.Arbitrary<StatsConfig> = fc.record({
  method: fc.constantFrom('bayesian', 'frequentist'),
  sequential: fc.boolean(),
  confidence_level: fc.constantFrom(0.9, 0.95, 0.99),
  tuning_parameter: fc.constantFrom(500, 5000),
  correction: fc.constantFrom('none', 'holm', 'bh', 'bonferroni'),
  rule: fc.constant('clear-signals'),
});

const excludesZero = ({ low, high }: { low: number | null; high: number | null }) =>
  low !== null && high !== null && (low > 0 || high < 0);

function isConsistent(comparison: Comparison): boolean {
  const { difference, differenceInterval, liftInterval, isSignificant } = comparison;
  const isHeld = (differenceInterval.low ?? -Infinity) <= difference;
  const isPlain = comparison.pValueAdjusted === comparison.pValue;
  const excludes = excludesZero(differenceInterval);
  // Adjusted intervals are never narrower than plain ones.
  const agrees = isPlain ? excludes === isSignificant : excludes || !isSignificant;
  const isBounded = liftInterval.low !== null && liftInterval.high !== null;
  const liftAgrees = !isPlain || !isBounded || excludesZero(liftInterval) === isSignificant;
  return isHeld && agrees && liftAgrees && comparison.chanceToWin > 0.5 === difference > 0;
}

test('an interval excludes 0 exactly when its difference is significant, and holds the estimate', () => {
  const counts = fc.tuple(
    fc.integer({ min: 50, max: 5000 }),
    fc.integer({ min: 50, max: 5000 }),
    fc.double({ min: 0.05, max: 0.95, noNaN: true }),
    fc.double({ min: 0.05, max: 0.95, noNaN: true }),
  );
  fc.assert(
    fc.property(fc.array(counts, { minLength: 1, maxLength: 3 }), config, (all, own) => {
      const goals = all.map(([n, m, p, q]) => {
        const arms = { control: arm(n, Math.ceil(n * p)), test: arm(m, Math.ceil(m * q)) };
        return analyse(buying, KEYS, arms, own);
      });
      return adjusted(goals, own).every(({ variants }) =>
        variants.every(({ comparison }) => !comparison || isConsistent(comparison)),
      );
    }),
    { numRuns: 200 },
  );
});

test('looked at against another variant, or at another level, it is the same evidence', () => {
  const arms = fc.record({
    control: fc.integer({ min: 40, max: 400 }),
    test: fc.integer({ min: 40, max: 400 }),
    level: fc.constantFrom(0.9, 0.95, 0.99),
    sequential: fc.boolean(),
  });
  fc.assert(
    fc.property(arms, ({ control, test: other, level, sequential }) => {
      const config = { ...FIXED, sequential };
      const all = { control: arm(1_000, control), test: arm(1_000, other) };
      const planned = analyse(buying, KEYS, all, config).variants[0]?.comparison as Comparison;
      const turned = analyse(buying, KEYS, all, { ...config, baseline: 'test' });
      expect(turned.baseline.key).toBe('test');
      expect(turned.variants.map(({ key }) => key)).toEqual(['control']);
      const back = turned.variants[0]?.comparison as Comparison;
      expect(back.difference).toBeCloseTo(-planned.difference, 12);
      expect(back.pValue).toBeCloseTo(planned.pValue, 10);

      const read = analyse(buying, KEYS, all, { ...config, level }).variants[0]
        ?.comparison as Comparison;
      // What was fixed before the start stays: p is the same, and agrees with the interval of any level.
      expect(read.pValue).toBe(planned.pValue);
      const { low, high } = read.differenceInterval as { low: number; high: number };
      expect(low > 0 || high < 0).toBe(read.isSignificant);
      expect(read.isSignificant).toBe(read.pValue < 1 - level);
      const width = (one: Comparison) =>
        (one.differenceInterval.high ?? 0) - (one.differenceInterval.low ?? 0);
      expect(Math.sign(width(read) - width(planned))).toBe(Math.sign(level - 0.95));
    }),
  );
});
