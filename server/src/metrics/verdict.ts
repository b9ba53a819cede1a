// Combines the guardrails of a rollout into one verdict: red, yellow, green or unknown, with the band of
// each guardrail. Source: docs/statistics.md §5.
import { lnFirstWeight, meanOfLogE, mixtureLogE } from '#stats/combine';
import type { RateBucket } from '#stats/rate';
import type { Evidence } from './evidence.ts';
import {
  canRollBack,
  type Comparison,
  countsPeople,
  type Guardrail,
  type RedAction,
} from './guardrail.ts';
import {
  type EvidenceCarry,
  type EvidenceLines,
  type GroupLook,
  isWeighed,
  judge,
  type Judged,
  type Look,
  pauseLine,
  type Weighed,
} from './judge.ts';
import type { GuardrailData } from './outcome.ts';
import { weighEvidence } from './weigh-evidence.ts';

export { ACCEPTED_GROWTH, type EvidenceCarry, type EvidenceLines } from './judge.ts';

export type Band = 'red' | 'yellow' | 'safe' | 'green' | 'unknown';
export type VerdictLevel = 'red' | 'yellow' | 'green' | 'unknown';

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

/** The verdict over all guardrails at one look. */
export function reachVerdict(
  measured: readonly Measured[],
  comparison: Comparison,
  carry: EvidenceCarry,
  lines: EvidenceLines,
): Verdict {
  const weighed = measured.map(({ guardrail, data }) => {
    const alpha = lines.hasNoIntervals ? null : lines.alpha;
    const evidence = weighEvidence(guardrail, data, comparison, alpha);
    // What people did before is new evidence in each stage: it has no part in that of compared stages.
    const lnEMixed =
      comparison === 'self_control' ? evidence.lnE : mixed(carry, guardrail.id, evidence.lnE);
    return { guardrail, evidence, lnEMixed };
  });
  // Those that only watch must not dilute the evidence of those that can take the change back.
  const byEvidence = weighed.filter(({ guardrail }) => !guardrail.estimate);
  const acting = byEvidence.filter(({ guardrail }) => canRollBack(guardrail));
  const watching = byEvidence.filter(({ guardrail }) => !canRollBack(guardrail));
  const byEstimate = weighed.filter(({ guardrail }) => guardrail.estimate);
  const base = { comparison, lines, carry };
  const byActing = judgeGroup(acting, { ...base, accepted: carry.accepted?.combined });
  const byWatching = judgeGroup(watching, { ...base, accepted: carry.accepted?.watching });
  const estimated = judgeGroup(byEstimate, { ...base, accepted: undefined }).judged;
  const judged = [...byActing.judged, ...byWatching.judged, ...estimated];
  const assessments = measured.flatMap(({ guardrail }) => {
    const one = judged.find((other) => other.guardrail.id === guardrail.id);
    return one ? [assessmentOf(one)] : [];
  });
  const yellowFamilies = new Set(
    [...byActing.judged, ...estimated.filter(({ guardrail }) => canRollBack(guardrail))]
      .filter((one) => one.isGrave)
      .map((one) => one.guardrail.family),
  );
  const bandsOf = (action: RedAction) =>
    new Set(judged.filter((one) => one.guardrail.onRed === action).map(bandOf));
  return {
    level: levelOf(bandsOf, yellowFamilies.size, seenBy(measured, assessments), comparison),
    lnECombined: byActing.lnECombined,
    lnEWatching: byWatching.lnECombined,
    assessments,
    culprits: culpritsOf(assessments, judged, (one) => one.guardrail.onRed !== 'notify'),
    noticed: culpritsOf(assessments, judged, (one) => one.guardrail.onRed === 'notify'),
  };
}

function judgeGroup(
  weighed: readonly Weighed[],
  base: Look,
): { readonly lnECombined: number; readonly judged: readonly (Weighed & Judged)[] } {
  const lnECombined = meanOfLogE(weighed.map((one) => one.lnEMixed));
  const look: GroupLook = { ...base, lnECombined, count: weighed.length };
  const isPauseReached =
    isWeighed(look.comparison) && lnECombined >= pauseLine(1, look, look.accepted);
  const strongest = Math.max(...weighed.map((one) => one.lnEMixed));
  const judged = weighed.map((one) => {
    const isCulprit = isPauseReached && !one.evidence.estimate && one.lnEMixed === strongest;
    return { ...one, ...judge(one, look), isCulprit };
  });
  return { lnECombined, judged };
}

function assessmentOf(one: Weighed & Judged): Assessment {
  const { guardrail, evidence, lnEMixed, affected, isSafe } = one;
  return { id: guardrail.id, ...evidence, lnEMixed, affected, isSafe, band: bandOf(one) };
}

function mixed(carry: EvidenceCarry, id: string, lnE: number): number {
  return mixtureLogE({ ...carry, lnW: carry.lnW[id] ?? lnFirstWeight(carry) }, lnE);
}

function bandOf(judged: Judged): Band {
  if (judged.isRed) return 'red';
  if (judged.isYellow || judged.isCulprit) return 'yellow';
  if (judged.isSafe) return 'safe';
  return judged.isKnown ? 'green' : 'unknown';
}

/** People of both arms: what another program counted are none, but better than nobody. */
function seenBy(
  measured: readonly Measured[],
  assessments: readonly Assessment[],
): RateBucket | undefined {
  const index = measured.findIndex(({ guardrail }) => countsPeople(guardrail));
  return assessments[Math.max(0, index)]?.counts;
}

/** What is red without the power to take the change back stops expansion, or is only told. */
function levelOf(
  bandsOf: (action: RedAction) => ReadonlySet<Band>,
  yellowFamilies: number,
  counts: RateBucket | undefined,
  comparison: Comparison,
): VerdictLevel {
  const acting = bandsOf('rollback');
  const holding = bandsOf('hold');
  if (acting.has('red') || yellowFamilies >= 2) return 'red';
  if (acting.has('yellow') || holding.has('red') || holding.has('yellow')) return 'yellow';
  const isSeen = counts !== undefined && counts.nT > 0 && (comparison !== 'ratio' || counts.nC > 0);
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
