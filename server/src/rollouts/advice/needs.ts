// How many people one guardrail of a plan needs in a stage, by the statistic that it will be weighed with.
import type { Guardrail } from '#metrics/guardrail';
import type { Recent } from '#metrics/recent';
import { lnFirstWeight } from '#stats/combine';
import { ratioMoments } from '#stats/half-normal';
import {
  eitherNeed,
  type Need,
  needAgainstLimit,
  needOfMean,
  needToClear,
  needToDetect,
  NEVER,
} from '#stats/need';
import { plannedWeights } from '../gate/rollout.ts';
import type { Plan } from '../plan/plan.ts';

/** Lines of evidence during the first compared stage, when all of the error rate is still to be shared. */
function linesOf(plan: Plan): { detect: number; safe: number } {
  const { alpha, beta } = plan.policy;
  const acting = plan.guardrails.filter(({ onRed }) => onRed === 'rollback').length;
  const ofFirst = Math.log(Math.max(1, acting) / alpha) - lnFirstWeight(plannedWeights(plan));
  return { detect: ofFirst, safe: -Math.log(beta) };
}

/** Until harm of the red size shows (null: cannot be told), and until a harmless change is proven safe. */
type Needs = { readonly detect: Need | null; readonly safe: Need };

/** In a stage that gives the change to `share` (0 to 1) of everyone. */
export function needsOf(plan: Plan, guardrail: Guardrail, recent: Recent, share: number): Needs {
  const lines = linesOf(plan);
  const against = limitNeed(guardrail, recent, lines.safe);
  const compared = comparedNeeds(guardrail, recent, share, lines);
  return { detect: compared.detect, safe: eitherNeed(compared.safe, against) };
}

const UNKNOWN: Needs = { detect: null, safe: NEVER };

/** Servers are no people, and estimates no evidence: neither has odds of this kind. */
const isByEvidence = ({ measure, estimate }: Guardrail): boolean =>
  measure.kind !== 'external' && !estimate;

function comparedNeeds(
  guardrail: Guardrail,
  recent: Recent,
  share: number,
  lines: { readonly detect: number; readonly safe: number },
): Needs {
  const { bands, measure } = guardrail;
  const p0 = recent.share;
  if (bands === null || p0 === null || !isByEvidence(guardrail)) return UNKNOWN;
  if (measure.kind === 'mean') return meanNeeds(recent, bands, share, lines);
  // What never happens in either arm says nothing about their ratio.
  if (p0 === 0) return { detect: NEVER, safe: NEVER };
  if (measure.kind === 'latency' && bands.scale === 'difference') {
    const { shareAbove, shareBelow } = recent;
    if (shareAbove === null || shareBelow === null || shareBelow <= p0) return UNKNOWN;
    // Whoever is slower by red is above the percentile as often as others are above it less red.
    const slower = needToDetect({ p0, ratio: shareBelow / p0, share }, lines.detect);
    const faster = { p0, ratio: Math.max(shareAbove / p0, LEAST_RATIO), share };
    return { detect: slower, safe: needToDetect(faster, lines.safe) };
  }
  if (bands.scale === 'difference' || guardrail.isCommon || p0 > COMMON_SHARE) {
    const delta = bands.scale === 'difference' ? Math.abs(bands.red) : Math.abs(bands.red - 1) * p0;
    const plan = { variance: p0 * (1 - p0), delta, share, burnIn: MIN_PEOPLE };
    return { detect: needOfMean(plan, lines.detect), safe: needOfMean(plan, lines.safe) };
  }
  const rate = { p0, ratio: bands.red, share };
  return { detect: needToDetect(rate, lines.detect), safe: needToClear(rate, lines.safe) };
}

/** A ratio of 0 has no logarithm. */
const LEAST_RATIO = 0.01;
/** Above it shares are compared as means. */
const COMMON_SHARE = 0.2;
/** People with the change before whom means say nothing, and how many of them must have anything at all. */
const MIN_PEOPLE = 200;
const MIN_WITH_ANY = 100;

function meanNeeds(
  { sums, share: any }: Recent,
  { scale, red }: NonNullable<Guardrail['bands']>,
  share: number,
  lines: { readonly detect: number; readonly safe: number },
): Needs {
  if (sums === null || sums.n < MIN_PEOPLE || sums.sx === 0 || !any) return UNKNOWN;
  const { ratio, variance } = ratioMoments(sums);
  const delta = scale === 'ratio' ? Math.abs(red - 1) * Math.abs(ratio) : Math.abs(red);
  const burnIn = Math.max(MIN_PEOPLE, MIN_WITH_ANY / any);
  const plan = { variance: variance * sums.n, delta, share, burnIn };
  return { detect: needOfMean(plan, lines.detect), safe: needOfMean(plan, lines.safe) };
}

/** Until treatment's own share is proven to keep a fixed limit. */
function limitNeed({ absolute, harm, measure }: Guardrail, recent: Recent, lnLine: number): Need {
  const isShare = measure.kind === 'share' || measure.kind === 'conversion';
  if (absolute === null || !isShare || recent.share === null) return NEVER;
  const side = harm === 'up' ? 'down' : 'up';
  return needAgainstLimit(recent.share, absolute.red, { side, lnLine });
}
