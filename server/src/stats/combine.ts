// Combining evidence: over guardrails by the mean of their e-values (valid under any dependence), over
// stages by a mixture over the stage in which harm starts to show, so that no stage spends its own share
// of the error rate. Source: docs/statistics.md §5.
import { lnSumExp } from './special.ts';

/** ln of the mean of e-values given as logarithms. */
export function meanOfLogE(lnEs: readonly number[]): number {
  return lnEs.length === 0 ? 0 : lnSumExp(lnEs) - Math.log(lnEs.length);
}

/** What earlier stages leave to the next: `lnW` of the stage now running. */
export type StageCarry = StageWeights & {
  /** 1-based number of the running compared stage. */
  readonly stage: number;
  readonly lnW: number;
};

/** The chances given in advance to each stage that harm starts to show in it; fixed for the life of a plan. */
export type StageWeights = {
  /** Compared stages planned at the start, spares included. */
  readonly planned: number;
  /** How many of these are spare: the last ones. Left out, all weigh the same. */
  readonly spares?: number | undefined;
};

/** What all spares weigh together: they seldom run, and what they are given delays every alarm of a planned stage. */
const SPARES_WEIGHT = 0.1;

/** The weight of a stage by its number, from 1; all of them sum to 1. */
function weightOf(stage: number, { planned, spares = 0 }: StageWeights): number {
  if (stage > planned) return 0;
  const own = planned - spares;
  if (spares === 0 || own === 0) return 1 / planned;
  return stage <= own ? (1 - SPARES_WEIGHT) / own : SPARES_WEIGHT / spares;
}

/** ln W of the first stage. */
export function lnFirstWeight(weights: StageWeights): number {
  return Math.log(weightOf(1, weights));
}

/** The carry with which the first compared stage starts. */
export function firstCarry(planned: number, spares?: number): StageCarry {
  return { stage: 1, planned, spares, lnW: lnFirstWeight({ planned, spares }) };
}

/** ln Ē of one guardrail during a stage whose own evidence is `lnE`. */
export function mixtureLogE(carry: StageCarry, lnE: number): number {
  let toCome = 0;
  for (let stage = carry.stage + 1; stage <= carry.planned; stage += 1) {
    toCome += weightOf(stage, carry);
  }
  return lnSumExp([carry.lnW + lnE, Math.log(toCome)]);
}

/** The carry of the following stage, when this one ended with `lnE`. */
export function nextCarry(carry: StageCarry, lnE: number): StageCarry {
  const stage = carry.stage + 1;
  const grown = carry.lnW + lnE;
  const weight = weightOf(stage, carry);
  return { ...carry, stage, lnW: weight > 0 ? lnSumExp([grown, Math.log(weight)]) : grown };
}
