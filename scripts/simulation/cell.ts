// One cell of the tables: a world, how it is run, and what an independent simulation of the same world found. Runs
// in a worker.
import { simulate } from '../../server/src/rollouts/simulation/simulate.ts';
import { summarize } from '../../server/src/rollouts/simulation/summary.ts';
import { watch } from '../../server/src/rollouts/simulation/watch.ts';
import { readWorld, type WorldInput } from '../../server/src/rollouts/simulation/world.contract.ts';
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
  minutes: { label: 'minutes', better: 'less' },
  people: { label: 'people with the change', better: 'less' },
} as const;
export type Measure = keyof typeof MEASURES;

export type Figures = { readonly [measure in Measure]?: number };

export type Cell = {
  readonly label: string;
  /** One guardrail at one percentage, or the whole controller. */
  readonly how:
    | { readonly kind: 'watch'; readonly alpha: number; readonly everyMinutes: number }
    | { readonly kind: 'rollout' };
  readonly world: WorldInput;
  readonly reference: Figures;
  /** Runs behind the reference. */
  readonly referenceRuns: number;
};

export type Found = { readonly [measure in Measure]?: Estimate };

/** Runs a cell. */
export function runCell(cell: Cell, runs: number, seed: number): Found {
  const world = readWorld(cell.world);
  if (!('plan' in world)) throw new Error(`${cell.label}: ${JSON.stringify(world)}`);
  const seeds = Array.from({ length: runs }, (_, run) => seed + run);
  const { how } = cell;
  if (how.kind === 'watch') {
    const all = seeds.map((one) => watch(world, one, how.alpha, how.everyMinutes));
    const isFound = (minute: number | null) => minute !== null;
    const share = shareOf(all.filter(({ minute }) => isFound(minute)).length, runs);
    return {
      alarms: share,
      found: share,
      minutes: medianOf(all.map(({ minute }) => minute ?? Infinity)),
      people: medianOf(
        all.map(({ minute, treatmentPeople }) => (isFound(minute) ? treatmentPeople : Infinity)),
      ),
    };
  }
  const stories = seeds.map((one) => simulate(world, one));
  const { ends, everYellow } = summarize(stories);
  const count = (share: number) => shareOf(Math.round(share * runs), runs);
  const isHarmless = cell.reference.wrongly !== undefined;
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
