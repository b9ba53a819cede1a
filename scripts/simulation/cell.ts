// One cell of the tables: a world, how it is run, and what an independent simulation of the same world found. Runs
// in a worker.
import {
  type ExperimentStory,
  type ExperimentWorld,
  simulateExperiment,
} from '../../server/src/experiments/simulate-experiment.ts';
import { simulate } from '../../server/src/rollouts/simulation/simulate.ts';
import { summarize } from '../../server/src/rollouts/simulation/summary.ts';
import { watch } from '../../server/src/rollouts/simulation/watch.ts';
import { readWorld, type WorldInput } from '../../server/src/rollouts/simulation/world.contract.ts';
import type { World } from '../../server/src/rollouts/simulation/world.ts';
import { type Estimate, medianOf, shareOf } from './estimate.ts';

/** What is compared, and which way is better. */
export const MEASURES = {
  alarms: { label: 'found harm', better: 'less' },
  found: { label: 'found harm', better: 'more' },
  rolledBack: { label: 'rolled back', better: 'more' },
  wrongly: { label: 'rolled back', better: 'less' },
  held: { label: 'held at the end', better: null },
  yellow: { label: 'ever paused', better: 'less' },
  released: { label: 'released', better: null },
  covered: { label: 'interval holds', better: 'more' },
  power: { label: 'effect found', better: 'more' },
  minutes: { label: 'minutes', better: 'less' },
  people: { label: 'people with the change', better: 'less' },
} as const;
export type Measure = keyof typeof MEASURES;

export type Figures = { readonly [measure in Measure]?: number };

/** What counts of the runs of an experiment. */
export type ExperimentAsk = keyof ExperimentStory;

/** One guardrail at one percentage, the whole controller, or an experiment. */
type How =
  | {
      readonly kind: 'watch';
      readonly alpha: number;
      readonly everyMinutes: number;
      readonly world: WorldInput;
    }
  | { readonly kind: 'rollout'; readonly world: WorldInput }
  | {
      readonly kind: 'experiment';
      readonly asks: ExperimentAsk;
      readonly world: ExperimentWorld;
    };

export type Cell = {
  readonly label: string;
  readonly how: How;
  readonly reference: Figures;
  /** Runs behind the reference. */
  readonly referenceRuns: number;
};

export type Found = { readonly [measure in Measure]?: Estimate };

/** Runs a cell. */
export function runCell({ how, label, reference }: Cell, runs: number, seed: number): Found {
  const seeds = Array.from({ length: runs }, (_, run) => seed + run);
  if (how.kind === 'experiment') return runExperiments(how, seeds);
  const world = readWorld(how.world);
  if (!('plan' in world)) throw new Error(`${label}: ${JSON.stringify(world)}`);
  return how.kind === 'watch'
    ? runWatches(world, seeds, how)
    : runRollouts(world, seeds, reference.wrongly !== undefined);
}

function runExperiments(
  { asks, world }: Extract<How, { kind: 'experiment' }>,
  seeds: readonly number[],
): Found {
  const stories = seeds.map((one) => simulateExperiment(world, one));
  const share = shareOf(stories.filter((story) => story[asks]).length, seeds.length);
  return { alarms: share, covered: share, power: share };
}

function runWatches(
  world: World,
  seeds: readonly number[],
  { alpha, everyMinutes }: Extract<How, { kind: 'watch' }>,
): Found {
  const all = seeds.map((one) => watch(world, one, alpha, everyMinutes));
  const share = shareOf(all.filter(({ minute }) => minute !== null).length, seeds.length);
  return {
    alarms: share,
    found: share,
    minutes: medianOf(all.map(({ minute }) => minute ?? Infinity)),
    people: medianOf(all.map((one) => (one.minute === null ? Infinity : one.treatmentPeople))),
  };
}

/** @param isHarmless minutes and people are those of the release, not of the rollback */
function runRollouts(world: World, seeds: readonly number[], isHarmless: boolean): Found {
  const stories = seeds.map((one) => simulate(world, one));
  const { ends, everYellow } = summarize(stories);
  const count = (share: number) => shareOf(Math.round(share * seeds.length), seeds.length);
  const decided = stories.filter(({ end }) => end === (isHarmless ? 'released' : 'rolled_back'));
  return {
    rolledBack: count(ends.rolled_back.share),
    wrongly: count(ends.rolled_back.share),
    held: count(ends.held.share),
    released: count(ends.released.share),
    yellow: count(everYellow),
    minutes: medianOf(decided.map(({ minute }) => minute)),
    people: medianOf(decided.map(({ treatmentPeople }) => treatmentPeople)),
  };
}
