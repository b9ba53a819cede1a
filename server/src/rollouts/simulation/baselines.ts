// What would have been measured before the start: of people without the change, as they are at first.
import { createRng } from '#kernel/rng';
import type { Guardrail } from '#metrics/guardrail';
import type { Baseline, Baselines } from '../plan/guardrail-meaning.ts';
import { lognormalQuantile } from '#stats/draws';
import { type Deed, drawDeed, durationsOf } from './outcomes.ts';
import { rankOf } from './summary.ts';
import type { ArmTruth, World } from './world.ts';

const PEOPLE = 20_000;
const SEED = 20_260_105;
/** Where sums of a person are drawn in, as the controller does it: earlier for money than for counts. */
const SUM_LEVEL = 0.99;
const COUNT_LEVEL = 0.999;

/** @param control what is true without the change, by guardrail */
export function baselinesOf(
  guardrails: readonly Guardrail[],
  control: readonly ArmTruth[],
  cluster: World['cluster'],
): Baselines {
  const entries = guardrails.flatMap((guardrail, index) => {
    const truth = control[index];
    return truth ? [[guardrail.id, baselineOf(guardrail, truth, cluster)] as const] : [];
  });
  return Object.fromEntries(entries);
}

function baselineOf(guardrail: Guardrail, truth: ArmTruth, cluster: World['cluster']): Baseline {
  const { measure } = guardrail;
  if (truth.kind === 'share') return { share: truth.share, threshold: null, cap: null };
  const rng = createRng(SEED);
  const deeds = Array.from({ length: PEOPLE }, () => drawDeed(rng, guardrail, truth, cluster));
  if (truth.kind === 'duration') {
    const level = measure.kind === 'latency' ? measure.level : 0.95;
    const threshold = lognormalQuantile(durationsOf(truth.p95Ms), level);
    const slow = deeds.filter((deed) => deed?.values.some((value) => value > threshold));
    return { share: slow.length / PEOPLE, threshold, cap: null };
  }
  const sums = deeds.flatMap((deed) => (deed ? [sumOf(deed)] : []));
  const isCount = measure.kind === 'mean' && measure.property === null;
  const cap = sums.length === 0 ? null : rankOf(sums, isCount ? COUNT_LEVEL : SUM_LEVEL);
  return { share: null, threshold: null, cap };
}

const sumOf = ({ values }: Deed): number => values.reduce((sum, value) => sum + value, 0);
