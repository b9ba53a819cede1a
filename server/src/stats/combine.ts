// Combining evidence: over guardrails by the mean of their e-values (valid under any dependence), over
// stages by a mixture over the stage in which harm starts to show, so that no stage spends its own share
// of the error rate. Source: docs/statistics.md §5.
import { lnSumExp } from './special.ts';

/** ln of the mean of e-values given as logarithms. */
export function meanOfLogE(lnEs: readonly number[]): number {
  return lnEs.length === 0 ? 0 : lnSumExp(lnEs) - Math.log(lnEs.length);
}

/** What earlier stages leave to the next: `lnW` of the stage now running. */
export type StageCarry = {
  /** 1-based number of the running compared stage. */
  readonly stage: number;
  /** Compared stages planned at the start, spares included; fixed for the life of a plan. */
  readonly planned: number;
  readonly lnW: number;
};

/** The carry with which the first compared stage starts. */
export function firstCarry(planned: number): StageCarry {
  return { stage: 1, planned, lnW: -Math.log(planned) };
}

/** ln Ē of one guardrail during a stage whose own evidence is `lnE`. */
export function mixtureLogE(carry: StageCarry, lnE: number): number {
  const toCome = Math.max(0, carry.planned - carry.stage) / carry.planned;
  return lnSumExp([carry.lnW + lnE, Math.log(toCome)]);
}

/** The carry of the following stage, when this one ended with `lnE`. */
export function nextCarry(carry: StageCarry, lnE: number): StageCarry {
  const isPlanned = carry.stage < carry.planned;
  const grown = carry.lnW + lnE;
  return {
    stage: carry.stage + 1,
    planned: carry.planned,
    lnW: isPlanned ? lnSumExp([grown, -Math.log(carry.planned)]) : grown,
  };
}
