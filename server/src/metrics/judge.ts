// What one guardrail's evidence amounts to, given what its group says together. Source: docs/statistics.md §5.
import type { StageWeights } from '#stats/combine';
import type { RateBucket } from '#stats/rate';
import type { Evidence } from './evidence.ts';
import {
  affectedPeople,
  type Comparison,
  countsPeople,
  type Guardrail,
  isBeyond,
} from './guardrail.ts';

export type EvidenceLines = {
  /** Error rate of rolling back, over the whole rollout. */
  readonly alpha: number;
  /** Error rate of pausing. */
  readonly alphaPause: number;
  /** Error rate of calling a harmful guardrail safe. */
  readonly beta: number;
  /** Intervals are for people, decide nothing and cost a hundred times the evidence: simulations do without. */
  readonly hasNoIntervals?: boolean;
};

/** Evidence that a person has seen and accepted: yellow returns only when it grows fourfold. */
type AcceptedEvidence = {
  readonly combined: number;
  /** The same of the guardrails that only watch. */
  readonly watching?: number;
  readonly byGuardrail: {
    readonly [id: string]: {
      readonly mixed: number;
      readonly absolute: number;
      readonly shift?: number;
      /** The band of its estimate, where that decides. */
      readonly estimate?: string;
    };
  };
};

/** What a rollout carries from stage to stage. */
export type EvidenceCarry = StageWeights & {
  /** 1-based number of the running compared stage. */
  readonly stage: number;
  /** ln W of each guardrail. */
  readonly lnW: { readonly [guardrailId: string]: number };
  readonly accepted: AcceptedEvidence | null;
};

/** Evidence below this does not accuse a single guardrail, whatever the others say. */
const OWN_E_FOR_RED = 4;
/** Accepted evidence must grow by this factor before it pauses again. */
export const ACCEPTED_GROWTH = 4;
/** Fewer expected outcomes than this in treatment cannot be called green. */
const MIN_EXPECTED_OUTCOMES = 1;

/** Guardrails that share an error rate, with their part of what the look is about. */
export type Look = {
  readonly comparison: Comparison;
  readonly lines: EvidenceLines;
  readonly carry: EvidenceCarry;
  /** Combined evidence of the group that a person has accepted. */
  readonly accepted: number | undefined;
};

/** A look with what the group's guardrails say together. */
export type GroupLook = Look & { readonly lnECombined: number; readonly count: number };

export type Weighed = {
  readonly guardrail: Guardrail;
  readonly evidence: Evidence;
  readonly lnEMixed: number;
};

/** The line to pause at when one of `shares` equal parts of the error rate is spent. */
export function pauseLine(shares: number, look: Look, accepted: number | undefined): number {
  const line = Math.log(shares / look.lines.alphaPause);
  return accepted === undefined ? line : Math.max(line, accepted + Math.log(ACCEPTED_GROWTH));
}

export type Judged = {
  readonly affected: number;
  readonly isRed: boolean;
  readonly isYellow: boolean;
  /** Yellow by what two of different families may be red for together. */
  readonly isGrave: boolean;
  /** The strongest of a group whose evidence together has reached the line to pause at. */
  readonly isCulprit: boolean;
  readonly isSafe: boolean;
  readonly isKnown: boolean;
};

/** Who goes by estimates has no evidence, and shares no error rate with the others. */
function judgeEstimate(
  { guardrail, evidence }: Weighed,
  { windows, isYellow, isRed, isClear }: NonNullable<Evidence['estimate']>,
  { carry }: Look,
): Omit<Judged, 'isCulprit'> {
  const affected = affectedPeople(guardrail, evidence.counts);
  // Yellow that a person has accepted is silent until it is red.
  const isNew = isYellow && carry.accepted?.byGuardrail[guardrail.id]?.estimate === undefined;
  // What is read of servers is of now, or not known; people who have entered stay.
  const isKnown = countsPeople(guardrail) ? windows > 0 : isClear || isYellow;
  return { affected, isRed, isYellow: isNew, isGrave: isNew, isSafe: isClear, isKnown };
}

export function judge(one: Weighed, look: GroupLook): Omit<Judged, 'isCulprit'> {
  const { guardrail, evidence } = one;
  if (evidence.estimate) return judgeEstimate(one, evidence.estimate, look);
  const affected = affectedPeople(guardrail, evidence.counts);
  const isGrave =
    isAbsoluteYellow(one, look) || (look.comparison === 'ratio' && isRatioYellow(one, look));
  const isEnoughHurt = affected >= guardrail.minAffectedPeople;
  return {
    affected,
    // A limit is proven broken by its own evidence, however few people there are to break it.
    isRed: (isEnoughHurt && isRatioRed(one, look)) || isAbsoluteRed(one, look),
    isYellow: isGrave || isRatioYellow(one, look) || isShifted(one, look),
    isGrave,
    isSafe: isProvenSafe(evidence, look),
    isKnown: evidence.isMature && isKnown(guardrail, evidence.counts, look.comparison),
  };
}

function isRatioRed({ guardrail, evidence }: Weighed, look: GroupLook): boolean {
  return (
    look.comparison === 'ratio' &&
    look.lnECombined >= -Math.log(look.lines.alpha) &&
    evidence.lnE >= Math.log(OWN_E_FOR_RED) &&
    evidence.effect !== null &&
    guardrail.bands !== null &&
    isBeyond(guardrail, evidence.effect, guardrail.bands.red)
  );
}

function isAbsoluteRed({ guardrail, evidence }: Weighed, look: GroupLook): boolean {
  const { absolute, treatment } = evidence;
  if (absolute === null || guardrail.absolute === null || absolute.isRedMuted) return false;
  return (
    treatment.value !== null &&
    absolute.lnERed >= Math.log(look.count / look.lines.alpha) &&
    isBeyond(guardrail, treatment.value, guardrail.absolute.red)
  );
}

function isRatioYellow(one: Weighed, look: GroupLook): boolean {
  const accepted = look.carry.accepted?.byGuardrail[one.guardrail.id]?.mixed;
  return isWeighed(look.comparison) && one.lnEMixed >= pauseLine(look.count, look, accepted);
}

/** Standard deviations off earlier weeks at which a soak pauses… */
const SHIFT_LINE = 4;
/** …and by how much more it must be once a person has accepted it. */
const ACCEPTED_SHIFT = 2;

function isShifted({ guardrail, evidence }: Weighed, look: GroupLook): boolean {
  const accepted = look.carry.accepted?.byGuardrail[guardrail.id]?.shift;
  const line =
    accepted === undefined ? SHIFT_LINE : Math.max(SHIFT_LINE, ACCEPTED_SHIFT * accepted);
  return (evidence.shift ?? 0) > line;
}

/** Evidence against "no harm" is weighed: against people without the change, or against the same people before. */
export const isWeighed = (comparison: Comparison): boolean =>
  comparison === 'ratio' || comparison === 'self_control';

function isAbsoluteYellow({ guardrail, evidence }: Weighed, look: GroupLook): boolean {
  const { absolute, treatment } = evidence;
  if (absolute === null || guardrail.absolute === null || absolute.isYellowMuted) return false;
  const accepted = look.carry.accepted?.byGuardrail[guardrail.id]?.absolute;
  return (
    treatment.value !== null &&
    absolute.lnEYellow >= pauseLine(look.count, look, accepted) &&
    isBeyond(guardrail, treatment.value, guardrail.absolute.yellow)
  );
}

function isProvenSafe({ lnESafe, absolute }: Evidence, look: Look): boolean {
  const line = -Math.log(look.lines.beta);
  const isSafeByRatio = look.comparison === 'ratio' && lnESafe >= line;
  return isSafeByRatio || (absolute !== null && absolute.lnESafe >= line);
}

function isKnown(guardrail: Guardrail, counts: RateBucket, comparison: Comparison): boolean {
  if (counts.nT === 0) return false;
  if (comparison !== 'ratio' || !countsPeople(guardrail)) return true;
  const pooledShare = (counts.a + counts.b) / (counts.nT + counts.nC);
  return counts.nC > 0 && counts.nT * pooledShare >= MIN_EXPECTED_OUTCOMES;
}
