// Evidence from durations. Two estimates of a percentile are never compared: what is tested is how many people had
// a value above the percentile as it was before the start; percentiles of both arms are for people to read, and
// for how large the change is. Source: docs/statistics.md §3, "Durations".
import { halfNormalLogE } from '#stats/half-normal';
import { type RateBucket, rateLogE, sumBuckets } from '#stats/rate';
import { contrastEvidence } from './contrast-evidence.ts';
import {
  type AbsoluteEvidence,
  type ArmValue,
  type Compared,
  type Evidence,
  NOT_COMPARED,
} from './evidence.ts';
import { type Bands, type Guardrail, isBeyond, type Measure } from './guardrail.ts';
import { meanOf } from './mean-evidence.ts';
import { type ArmTally, type GuardrailData, SHOWN_LEVELS } from './outcome.ts';
import { compareShares, isMatureShare, MIN_PEOPLE, shareMeans } from './share-evidence.ts';

/** The relative change of the share of slow people that the test is tuned to. */
const WORTH_CATCHING = 0.5;

export function weighLatency(
  guardrail: Guardrail,
  { level, threshold }: Extract<Measure, { kind: 'latency' }>,
  { hits, tallies, spreads }: GuardrailData,
  isCompared: boolean,
  alpha: number | null,
): Evidence {
  const [slower = [], slowerByRed = []] = hits;
  const { bands, absolute } = guardrail;
  const [spread = { treatment: [], control: [] }] = spreads;
  const treatment = percentilesOf(spread.treatment);
  const control = percentilesOf(spread.control);
  // A soak has no control: whoever broke the limit before the start, breaks it without the change.
  const without = (isCompared ? control.value : null) ?? threshold;
  const base = {
    counts: sumBuckets(slower),
    treatment,
    control,
    absolute: absolute && againstLimits(guardrail, absolute, level, tallies, without),
  };
  if (!isCompared || bands === null) return { ...base, ...NOT_COMPARED };
  if (bands.scale === 'ratio')
    return { ...base, ...compareShares(guardrail, bands, slower, alpha) };
  const effect =
    treatment.value === null || control.value === null ? null : treatment.value - control.value;
  return { ...base, ...compareSlowness(guardrail, slower, slowerByRed, alpha), effect };
}

/** @param without the percentile of a control arm or of before the start, which may break the limits too */
function againstLimits(
  guardrail: Guardrail,
  limits: Bands,
  level: number,
  [yellow, red]: GuardrailData['tallies'],
  without: number,
): AbsoluteEvidence {
  const isMuted = (limit: number) => isBeyond(guardrail, without, limit);
  return {
    lnERed: overLimit(red?.treatment, level, 1),
    lnEYellow: overLimit(yellow?.treatment, level, 1),
    lnESafe: overLimit(red?.treatment, level, -1),
    isRedMuted: isMuted(limits.red),
    isYellowMuted: isMuted(limits.yellow),
  };
}

function percentilesOf(found: readonly (number | null)[]): ArmValue {
  const [value = null] = found.slice(SHOWN_LEVELS.length);
  if (value === null) return { value: null, interval: null };
  const percentiles = found.slice(0, SHOWN_LEVELS.length).map((one) => one ?? value);
  return { value, interval: null, percentiles };
}

/**
 * Harm: more people above the threshold. Safe: treatment people above the threshold and red on top are no
 * more than control people above the threshold, which could not be if treatment were slower by red.
 */
function compareSlowness(
  { isCommon }: Guardrail,
  slower: readonly RateBucket[],
  slowerByRed: readonly RateBucket[],
  alpha: number | null,
): Compared {
  const base = { effect: null, effectInterval: null };
  if (!isCommon) {
    const lnE = rateLogE(slower, { r0: 1, direction: 'up', mde: WORTH_CATCHING });
    const lnESafe = rateLogE(slowerByRed, { r0: 1, direction: 'down', mde: WORTH_CATCHING });
    return { ...base, lnE, lnESafe, isMature: true };
  }
  const test = (buckets: readonly RateBucket[], harm: 'up' | 'down') => {
    const { treatment, control } = shareMeans(sumBuckets(buckets));
    const red = harm === 'up' ? 1 + WORTH_CATCHING : 1 - WORTH_CATCHING;
    return contrastEvidence(treatment, control, { red, scale: 'ratio', harm }, alpha).lnE;
  };
  if (!isMatureShare(sumBuckets(slower))) return { ...base, lnE: 0, lnESafe: 0, isMature: false };
  return { ...base, lnE: test(slower, 'up'), lnESafe: test(slowerByRed, 'down'), isMature: true };
}

/** Effect worth catching on the share of values beyond a limit. */
const LIMIT_TAU_SQUARED = 0.025 ** 2;

/** ln E that more (sign 1) or fewer (-1) of the values lie above a limit than the percentile allows. */
function overLimit(sums: ArmTally | undefined, level: number, sign: 1 | -1): number {
  if (!sums || sums.n < MIN_PEOPLE) return 0;
  const { n, mean, variance } = meanOf(sums);
  if (n === 0) return 0;
  const allowed = 1 - level;
  // Where hardly any value lies above, their own variance collapses.
  const least = (allowed * level) / sums.sx;
  return halfNormalLogE(sign * (mean - allowed), {
    sides: 1,
    variance: Math.max(variance, least),
    tauSquared: LIMIT_TAU_SQUARED,
  });
}
