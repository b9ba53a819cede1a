// Seeded trials of the real analysis; at length in docs/statistics.md §12.
import { expect, test } from 'vitest';
import { unitsPerArm } from '#stats/power';
import { DEFAULT_STATS } from './experiment.ts';
import { type ExperimentWorld, simulateExperiment } from './simulate-experiment.ts';

const HARMLESS: ExperimentWorld = {
  metric: 'share',
  share: 0.1,
  lift: 0,
  peoplePerArmAndDay: 500,
  days: 14,
  config: DEFAULT_STATS,
};
const FIXED = { ...DEFAULT_STATS, method: 'frequentist', sequential: false } as const;
const RUNS = 120;
const ERROR = 3 * Math.sqrt((0.05 * 0.95) / RUNS);

function shareOf(
  world: ExperimentWorld,
  is: keyof ReturnType<typeof simulateExperiment>,
  runs = RUNS,
) {
  const stories = Array.from({ length: runs }, (_, run) => simulateExperiment(world, 1 + run));
  return stories.filter((story) => story[is]).length / runs;
}

test.each([
  ['the default engine', DEFAULT_STATS],
  ['the sequential test', { ...DEFAULT_STATS, method: 'frequentist' }],
] as const)('looking every day keeps the error rate of %s, and its intervals hold', (_, config) => {
  expect(shareOf({ ...HARMLESS, config }, 'isEverSignificant')).toBeLessThan(0.05);
  expect(shareOf({ ...HARMLESS, config, lift: 0.1 }, 'everCovers')).toBeGreaterThan(0.95);
});

test('sums of money keep it as well', () => {
  const world = { ...HARMLESS, metric: 'spend', days: 7 } as const;
  expect(shareOf(world, 'isEverSignificant')).toBeLessThan(0.05);
  expect(shareOf({ ...world, lift: 0.1 }, 'everCovers')).toBeGreaterThan(0.95);
});

test('one look at the end is right for the fixed test, daily looks are not', () => {
  const world = { ...HARMLESS, config: FIXED };
  expect(shareOf(world, 'isSignificant')).toBeLessThan(0.05 + ERROR);
  expect(shareOf(world, 'covers')).toBeGreaterThan(0.95 - ERROR);
  expect(shareOf(world, 'isEverSignificant')).toBeGreaterThan(0.15);
});

test.each([FIXED, DEFAULT_STATS])('as many people as planned find the effect', (config) => {
  const effect = 0.1;
  const people = unitsPerArm(
    { mean: 0.1, variance: 0.09 },
    {
      effect,
      alpha: 0.05,
      tuningParameter: config.sequential ? config.tuning_parameter : null,
      targetPower: 0.8,
    },
  );
  const days = 10;
  const perDay = Math.ceil(people / days);
  const world = { ...HARMLESS, config, lift: effect, days, peoplePerArmAndDay: perDay };
  const found = shareOf(world, config.sequential ? 'isEverSignificant' : 'isSignificant');
  expect(found).toBeGreaterThan(0.8 - 3 * Math.sqrt(0.16 / RUNS));
});
