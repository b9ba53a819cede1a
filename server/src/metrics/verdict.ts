// Combines the guardrails of a rollout into one verdict: red, yellow, green or unknown, with the band of
// each guardrail. Source: docs/statistics.md §5.
import { meanOfLogE, mixtureLogE } from '#stats/combine';
import type { RateBucket } from '#stats/rate';
import type { Evidence } from './evidence.ts';
import {
  affectedPeople,
  canRollBack,
  type Comparison,
  type Guardrail,
  isBeyond,
  type RedAction,
} from './guardrail.ts';
import type { GuardrailData } from './outcome.ts';
import { weighEvidence } from './weigh-evidence.ts';

export type Band = 'red' | 'yellow' | 'safe' | 'green' | 'unknown';
export type VerdictLevel = 'red' | 'yellow' | 'green' | 'unknown';

export type EvidenceLines = {
  /** Error rate of rolling back, over the whole rollout. */
  readonly alpha: number;
  /** Error rate of pausing. */
  readonly alphaPause: number;
  /** Error rate of calling a harmful guardrail safe. */
  readonly beta: number;
};

/** Evidence that a person has seen and accepted: yellow returns only when it grows fourfold. */
export type AcceptedEvidence = {
  readonly combined: number;
  /** The same of the guardrails that only watch. */
  readonly watching?: number;
  readonly byGuardrail: {
    readonly [id: string]: { readonly mixed: number; readonly absolute: number };
  };
};

/** What a rollout carries from stage to stage. */
export type EvidenceCarry = {
  /** 1-based number of the running compared stage. */
  readonly stage: number;
  /** Compared stages planned at the start, spares included. */
  readonly planned: number;
  /** ln W of each guardrail. */
  readonly lnW: { readonly [guardrailId: string]: number };
  readonly accepted: AcceptedEvidence | null;
};

/** One guardrail at one look: evidence, what it amounts to, and its band. */
export type Assessment = Evidence & {
  readonly id: string;
  /** ln Ē: this stage's evidence with that of earlier stages mixed in. */
  readonly lnEMixed: number;
  readonly affected: number;
  readonly isSafe: boolean;
  readonly band: Band;
};

export type Verdict = {
  readonly level: VerdictLevel;
  /** ln of the mean e-value over the guardrails that can take the change back. */
  readonly lnECombined: number;
  /** The same over those that only watch. */
  readonly lnEWatching: number;
  readonly assessments: readonly Assessment[];
  /** Guardrails that made it red or yellow, the strongest first. */
  readonly culprits: readonly string[];
  /** Guardrails that are red or yellow and only tell people so. */
  readonly noticed: readonly string[];
};

/** A guardrail with what was found for it. */
export type Measured = { readonly guardrail: Guardrail; readonly data: GuardrailData };

/** Evidence below this does not accuse a single guardrail, whatever the others say. */
const OWN_E_FOR_RED = 4;
/** Accepted evidence must grow by this factor before it pauses again. */
export const ACCEPTED_GROWTH = 4;
/** Fewer expected outcomes than this in treatment cannot be called green. */
const MIN_EXPECTED_OUTCOMES = 1;

/** The verdict over all guardrails at one look. */
export function reachVerdict(
  measured: readonly Measured[],
  comparison: Comparison,
  carry: EvidenceCarry,
  lines: EvidenceLines,
): Verdict {
  const weighed = measured.map(({ guardrail, data }) => {
    const evidence = weighEvidence(guardrail, data, comparison, lines.alpha);
    return { guardrail, evidence, lnEMixed: mixed(carry, guardrail.id, evidence.lnE) };
  });
  // Those that only watch must not dilute the evidence of those that can take the change back.
  const acting = weighed.filter(({ guardrail }) => canRollBack(guardrail));
  const watching = weighed.filter(({ guardrail }) => !canRollBack(guardrail));
  const base = { comparison, lines, carry };
  const byActing = judgeGroup(acting, { ...base, accepted: carry.accepted?.combined });
  const byWatching = judgeGroup(watching, { ...base, accepted: carry.accepted?.watching });
  const judged = [...byActing.judged, ...byWatching.judged];
  const assessments = measured.flatMap(({ guardrail }) => {
    const one = judged.find((other) => other.guardrail.id === guardrail.id);
    return one ? [assessmentOf(one)] : [];
  });
  const yellowFamilies = new Set(
    byActing.judged.filter((one) => one.isYellow).map((one) => one.guardrail.family),
  );
  const bandsOf = (action: RedAction) =>
    new Set(judged.filter((one) => one.guardrail.onRed === action).map(bandOf));
  return {
    level: levelOf(bandsOf, yellowFamilies.size, assessments, comparison),
    lnECombined: byActing.lnECombined,
    lnEWatching: byWatching.lnECombined,
    assessments,
    culprits: culpritsOf(assessments, judged, (one) => one.guardrail.onRed !== 'notify'),
    noticed: culpritsOf(assessments, judged, (one) => one.guardrail.onRed === 'notify'),
  };
}

/** Guardrails that share an error rate, with their part of what the look is about. */
type Look = {
  readonly comparison: Comparison;
  readonly lines: EvidenceLines;
  readonly carry: EvidenceCarry;
  /** Combined evidence of the group that a person has accepted. */
  readonly accepted: number | undefined;
};

/** A look with what the group's guardrails say together. */
type GroupLook = Look & { readonly lnECombined: number; readonly count: number };

function judgeGroup(
  weighed: readonly Weighed[],
  base: Look,
): { readonly lnECombined: number; readonly judged: readonly (Weighed & Judged)[] } {
  const lnECombined = meanOfLogE(weighed.map((one) => one.lnEMixed));
  const look: GroupLook = { ...base, lnECombined, count: weighed.length };
  const isPauseReached =
    look.comparison === 'ratio' && lnECombined >= pauseLine(1, look, look.accepted);
  const strongest = Math.max(...weighed.map((one) => one.lnEMixed));
  const judged = weighed.map((one) => {
    const isCulprit = isPauseReached && one.lnEMixed === strongest;
    return { ...one, ...judge(one, look), isCulprit };
  });
  return { lnECombined, judged };
}

function assessmentOf(one: Weighed & Judged): Assessment {
  const { guardrail, evidence, lnEMixed, affected, isSafe } = one;
  return { id: guardrail.id, ...evidence, lnEMixed, affected, isSafe, band: bandOf(one) };
}

type Weighed = {
  readonly guardrail: Guardrail;
  readonly evidence: Evidence;
  readonly lnEMixed: number;
};

function mixed(carry: EvidenceCarry, id: string, lnE: number): number {
  const lnW = carry.lnW[id] ?? -Math.log(carry.planned);
  return mixtureLogE({ stage: carry.stage, planned: carry.planned, lnW }, lnE);
}

/** The line to pause at when one of `shares` equal parts of the error rate is spent. */
function pauseLine(shares: number, look: Look, accepted: number | undefined): number {
  const line = Math.log(shares / look.lines.alphaPause);
  return accepted === undefined ? line : Math.max(line, accepted + Math.log(ACCEPTED_GROWTH));
}

type Judged = {
  readonly affected: number;
  readonly isRed: boolean;
  readonly isYellow: boolean;
  /** The strongest of a group whose evidence together has reached the line to pause at. */
  readonly isCulprit: boolean;
  readonly isSafe: boolean;
  readonly isKnown: boolean;
};

function judge(one: Weighed, look: GroupLook): Omit<Judged, 'isCulprit'> {
  const { guardrail, evidence } = one;
  const affected = affectedPeople(guardrail, evidence.counts);
  const isEnoughHurt = affected >= guardrail.minAffectedPeople;
  return {
    affected,
    // A limit is proven broken by its own evidence, however few people there are to break it.
    isRed: (isEnoughHurt && isRatioRed(one, look)) || isAbsoluteRed(one, look),
    isYellow: isRatioYellow(one, look) || isAbsoluteYellow(one, look),
    isSafe: isProvenSafe(evidence, look),
    isKnown: evidence.isMature && isKnown(evidence.counts, look.comparison),
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
  return look.comparison === 'ratio' && one.lnEMixed >= pauseLine(look.count, look, accepted);
}

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

function isKnown(counts: RateBucket, comparison: Comparison): boolean {
  if (counts.nT === 0) return false;
  if (comparison === 'absolute') return true;
  const pooledShare = (counts.a + counts.b) / (counts.nT + counts.nC);
  return counts.nC > 0 && counts.nT * pooledShare >= MIN_EXPECTED_OUTCOMES;
}

function bandOf(judged: Judged): Band {
  if (judged.isRed) return 'red';
  if (judged.isYellow || judged.isCulprit) return 'yellow';
  if (judged.isSafe) return 'safe';
  return judged.isKnown ? 'green' : 'unknown';
}

/** What is red without the power to take the change back stops expansion, or is only told. */
function levelOf(
  bandsOf: (action: RedAction) => ReadonlySet<Band>,
  yellowFamilies: number,
  assessments: readonly Assessment[],
  comparison: Comparison,
): VerdictLevel {
  const acting = bandsOf('rollback');
  const holding = bandsOf('hold');
  if (acting.has('red') || yellowFamilies >= 2) return 'red';
  if (acting.has('yellow') || holding.has('red') || holding.has('yellow')) return 'yellow';
  const counts = assessments[0]?.counts;
  const isSeen =
    counts !== undefined && counts.nT > 0 && (comparison === 'absolute' || counts.nC > 0);
  return isSeen ? 'green' : 'unknown';
}

function culpritsOf(
  assessments: readonly Assessment[],
  judged: readonly (Weighed & Judged)[],
  isOne: (one: Weighed) => boolean,
): string[] {
  const strength = (one: Assessment) => Math.max(one.lnEMixed, one.absolute?.lnERed ?? 0);
  const ids = new Set(judged.filter(isOne).map((one) => one.guardrail.id));
  return assessments
    .filter((one) => ids.has(one.id) && (one.band === 'red' || one.band === 'yellow'))
    .toSorted((x, y) => strength(y) - strength(x))
    .map((one) => one.id);
}
