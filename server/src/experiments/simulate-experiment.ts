// A whole experiment drawn from a seed and looked at every day with the real analysis: how often it finds what is not
// there, how often its intervals hold the truth, and whether planned people suffice.
import { createRng, type Rng } from '#kernel/rng';
import { drawBinomial, drawLognormal, lognormalOf } from '#stats/draws';
import { analyse } from './analysis.ts';
import { CONTROL, type StatsConfig } from './experiment.ts';
import type { Metric } from './metric.ts';
import type { ArmStatistics } from './statistics.ts';

export type ExperimentWorld = {
  /** share: conversions. spend: lognormal sums of those who buy. */
  readonly metric: 'share' | 'spend';
  /** Part of the people of control who convert or buy. */
  readonly share: number;
  /** What the variant adds, as a part of control's value; 0: nothing. */
  readonly lift: number;
  readonly peoplePerArmAndDay: number;
  readonly days: number;
  readonly config: StatsConfig;
};

export type ExperimentStory = {
  /** At any look, and at the last. */
  readonly isEverSignificant: boolean;
  readonly isSignificant: boolean;
  /** The interval of the difference holds the true one: at every look, and at the last. */
  readonly everCovers: boolean;
  readonly covers: boolean;
};

const VARIANT = 'test';
/** Mean and standard deviation of what a buyer of control spends: skewed, as money is. */
const SPEND = { mean: 50, sd: 90 };

/** Looks once a day. */
export function simulateExperiment(world: ExperimentWorld, seed: number): ExperimentStory {
  const rng = createRng(seed);
  const metric = metricOf(world);
  const truth = world.lift * world.share * (world.metric === 'share' ? 1 : SPEND.mean);
  const arms: Record<string, ArmStatistics> = { [CONTROL]: NOBODY, [VARIANT]: NOBODY };
  const story = { isEverSignificant: false, isSignificant: false, everCovers: true, covers: true };
  for (let day = 0; day < world.days; day += 1) {
    for (const [key, by] of [
      [CONTROL, 1],
      [VARIANT, 1 + world.lift],
    ] as const) {
      arms[key] = grown(rng, world, arms[key] ?? NOBODY, by);
    }
    const result = analyse(metric, [CONTROL, VARIANT], arms, world.config);
    const comparison = result.variants[0]?.comparison;
    if (!comparison) continue;
    const { low, high } = comparison.differenceInterval;
    story.isSignificant = comparison.isSignificant;
    story.covers = (low ?? -Infinity) <= truth && truth <= (high ?? Infinity);
    story.isEverSignificant ||= story.isSignificant;
    story.everCovers &&= story.covers;
  }
  return story;
}

const NOBODY: ArmStatistics = { n: 0, sum: 0, sumSquares: 0 };

/** The people of another day. @param by what is true of the arm, as a factor of control */
function grown(rng: Rng, world: ExperimentWorld, arm: ArmStatistics, by: number): ArmStatistics {
  const people = world.peoplePerArmAndDay;
  const n = arm.n + people;
  if (world.metric === 'share') {
    const sum = arm.sum + drawBinomial(rng, people, world.share * by);
    return { n, sum, sumSquares: sum };
  }
  let { sum, sumSquares } = arm;
  const spend = lognormalOf({ mean: SPEND.mean * by, sd: SPEND.sd * by });
  for (let buyers = drawBinomial(rng, people, world.share); buyers > 0; buyers -= 1) {
    const spent = drawLognormal(rng, spend);
    sum += spent;
    sumSquares += spent * spent;
  }
  return { n, sum, sumSquares };
}

function metricOf({ metric }: ExperimentWorld): Metric {
  return {
    kind: 'ExperimentMetric',
    uuid: 'order',
    goal: 'increase',
    metric_type: 'mean',
    source: { event: 'order' },
    ...(metric === 'share' ? { threshold: 1 } : {}),
  };
}
