// How often fixed thresholds would take a harmless release back: simulated, the same for the same question. Both arms
// have the same share; a window is what the guardrail's own rule makes of it (estimate.ts).
import { createRng, type Rng } from '#kernel/rng';
import type { RateBucket } from '#stats/rate';
import { estimateOf } from './estimate.ts';
import type { Estimate, Guardrail } from './guardrail.ts';

const RUNS = 400;
/** From this many expected outcomes on, a normal draw is near enough. */
const MANY = 30;

export type OddsQuestion = {
  /** Part of the people who have the outcome, in both arms. */
  readonly share: number;
  /** Part of the people with the change. */
  readonly treatmentShare: number;
  /** Windows of a stage. */
  readonly windows: number;
};

/** The part of harmless stages in which the rule is red at some window. */
export function falseRedOdds(
  guardrail: Guardrail,
  estimate: Estimate,
  { share, treatmentShare, windows }: OddsQuestion,
): number {
  const nT = estimate.minSample * Math.max(1, Math.ceil(treatmentShare / (1 - treatmentShare)));
  const nC = Math.max(estimate.minSample, Math.round((nT * (1 - treatmentShare)) / treatmentShare));
  const rng = createRng(1);
  let red = 0;
  for (let run = 0; run < RUNS; run += 1) {
    if (isRedAtSome(guardrail, estimate, { rng, nT, nC, share, windows })) red += 1;
  }
  return red / RUNS;
}

type Stage = {
  readonly rng: Rng;
  readonly nT: number;
  readonly nC: number;
  readonly share: number;
  readonly windows: number;
};

function isRedAtSome(
  guardrail: Guardrail,
  estimate: Estimate,
  { rng, nT, nC, share, windows }: Stage,
): boolean {
  const last: RateBucket[] = [];
  for (let window = 0; window < windows; window += 1) {
    last.push({ nT, nC, a: drawn(rng, nT, share), b: drawn(rng, nC, share) });
    if (last.length > estimate.windows) last.shift();
    // What comes after the last one holds whoever is in none.
    const buckets = [...last, { nT: 0, nC: 0, a: 0, b: 0 }];
    if (estimateOf(guardrail, estimate, buckets, true).isRed) return true;
  }
  return false;
}

/** How many of `n` have it: Poisson where that is rare, else normal. */
function drawn(rng: Rng, n: number, share: number): number {
  const mean = n * share;
  if (mean >= MANY && n - mean >= MANY) {
    const normal = Math.sqrt(-2 * Math.log(1 - rng())) * Math.cos(2 * Math.PI * rng());
    return Math.min(n, Math.max(0, Math.round(mean + Math.sqrt(mean * (1 - share)) * normal)));
  }
  let count = 0;
  for (let left = Math.exp(-mean), product = rng(); product > left; product *= rng()) count += 1;
  return Math.min(n, count);
}
