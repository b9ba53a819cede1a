// Evidence from shares of sessions. People, not sessions, are independent of each other: a share is the ratio of two
// sums per person, its variance by the delta method. Source: docs/statistics.md §3, "Sessions".
import { contrastEvidence } from './contrast-evidence.ts';
import { type AbsoluteEvidence, type Evidence, NOT_COMPARED } from './evidence.ts';
import { type Bands, type Guardrail, isBeyond } from './guardrail.ts';
import { meanOf, NOBODY, valueOf } from './mean-evidence.ts';
import type { ArmTally, GuardrailData } from './outcome.ts';
import { MIN_OUTCOMES, MIN_PEOPLE } from './share-evidence.ts';
import { halfNormalLogE } from '#stats/half-normal';

export function weighSessions(
  guardrail: Guardrail,
  { tallies }: GuardrailData,
  isCompared: boolean,
  alpha: number | null,
): Evidence {
  const [{ treatment, control } = { treatment: NOBODY, control: NOBODY }] = tallies;
  const { bands, absolute, harm } = guardrail;
  const pooled = (treatment.sy + control.sy + 1) / (treatment.sx + control.sx + 2);
  const arms = { treatment: shareOf(treatment, pooled), control: shareOf(control, pooled) };
  const worthCatching = bands?.scale === 'ratio' ? Math.abs(bands.red - 1) : 1;
  const base = {
    counts: { nT: treatment.n, nC: control.n, a: treatment.any, b: control.any },
    treatment: valueOf(arms.treatment, worthCatching, alpha),
    control: valueOf(arms.control, worthCatching, alpha),
    absolute: absolute && againstLimits(guardrail, absolute, treatment, control, isCompared),
  };
  if (!isCompared || bands === null) return { ...base, ...NOT_COMPARED };
  const contrast = contrastEvidence(arms.treatment, arms.control, { ...bands, harm }, alpha);
  const isMature = isMatureShare(treatment, control);
  return isMature
    ? { ...base, ...contrast, isMature }
    : { ...base, ...contrast, lnE: 0, lnESafe: 0, isMature };
}

/** Few bad sessions make their own variance collapse: it is never below that of independent ones at `least`. */
function shareOf(sums: ArmTally, least: number) {
  const arm = meanOf(sums);
  if (arm.n === 0) return arm;
  return { ...arm, variance: Math.max(arm.variance, (least * (1 - least)) / sums.sx) };
}

function isMatureShare(treatment: ArmTally, control: ArmTally): boolean {
  const expected = control.n === 0 ? 0 : (treatment.n * control.any) / control.n;
  const isMany = treatment.n >= MIN_PEOPLE && control.n >= MIN_PEOPLE;
  return isMany && Math.max(treatment.any, expected) >= MIN_OUTCOMES;
}

function againstLimits(
  guardrail: Guardrail,
  limits: Bands,
  treatment: ArmTally,
  control: ArmTally,
  isCompared: boolean,
): AbsoluteEvidence {
  const without = meanOf(control);
  const isMuted = (limit: number) =>
    isCompared && without.n > 0 && isBeyond(guardrail, without.mean, limit);
  const sign = guardrail.harm === 'up' ? 1 : -1;
  const tauSquared = (limits.red - limits.yellow) ** 2;
  const lnE = (limit: number, side: number): number => {
    if (treatment.n < MIN_PEOPLE) return 0;
    const { mean, variance, n } = shareOf(treatment, limit);
    return n === 0 ? 0 : halfNormalLogE(side * (mean - limit), { sides: 1, variance, tauSquared });
  };
  return {
    lnERed: lnE(limits.red, sign),
    lnEYellow: lnE(limits.yellow, sign),
    lnESafe: lnE(limits.red, -sign),
    isRedMuted: isMuted(limits.red),
    isYellowMuted: isMuted(limits.yellow),
  };
}
