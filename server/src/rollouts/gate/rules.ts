// The rules that move a watched rollout, in their order; the first that applies wins: harm beyond doubt,
// evidence that cannot be trusted, suspected harm, ends of holds, silence, and only then promotion.
import type { Health, Observation } from '#metrics/observation';
import { ACCEPTED_GROWTH, type Verdict } from '#metrics/verdict';
import { type Plan, unitsOf } from '../plan/plan.ts';
import { automationAt } from '../plan/way-back.ts';
import {
  describeWait,
  isBakeSpent,
  isMatterOfTime,
  mayPromoteUndecided,
  promotionWaits,
} from './promotion.ts';
import { forecastSafety, untilTold } from './next-step.ts';
import { type HoldReason, isOnItsWay, type Position, type Transition } from './rollout.ts';
import {
  hold,
  note,
  promote,
  remind,
  reminderOf,
  rollBack,
  transitionTo,
  watchedState,
} from './transition.ts';
import { accuse, praise } from './case.ts';
import { isApproved } from './noted.ts';
import {
  areStillMissing,
  holdForMissing,
  holdForSilence,
  isSilent,
  missingOutcomes,
} from './silence.ts';
import { inWords } from './words.ts';

/** Everything a rule may look at. */
export type View = {
  readonly plan: Plan;
  readonly position: Position;
  readonly observation: Observation;
  readonly verdict: Verdict;
  readonly health: Health | null;
  readonly nowMs: number;
  readonly peakHours: readonly number[] | null;
  /** The event store is too far behind to say anything in the rollout's favour. */
  readonly isLagging: boolean;
  /** Why something that is measured could not be read at this look. */
  readonly sourceError: string | null;
};

type Rule = (view: View) => Transition | null;

/** The first rule that moves the rollout; null when it stays. */
export function findTransition(view: View): Transition | null {
  for (const rule of RULES) {
    const transition = rule(view);
    if (transition) return transition;
  }
  return null;
}

const redRollsBack: Rule = (view) => {
  const { plan, position, verdict, nowMs } = view;
  if (verdict.level !== 'red') return null;
  const { alpha, yellowDeadlineMs } = plan.policy;
  const automation = automationAt(plan, position.stageIndex);
  const reasons = accuse(view, verdict.culprits, -Math.log(alpha));
  if (automation === 'auto') return rollBack(position, reasons);
  if (automation !== 'hold' || KEEPS_REASON.has(position.holdReason ?? 'manual')) {
    return noteOnce(position, 'red', verdict.culprits, reasons);
  }
  if (position.holdReason === 'red' || isAccepted(view)) return null;
  return hold(position, 'red', reasons, nowMs + yellowDeadlineMs);
};

/** Holds that say why their evidence cannot be trusted, and that a person ends in a way of their own. */
const KEEPS_REASON: ReadonlySet<HoldReason> = new Set(['drift', 'srm', 'multi_exposure']);

/** A person has seen as much evidence against every culprit before, and gone on. */
function isAccepted({ position, verdict }: View): boolean {
  const known = position.carry.accepted?.byGuardrail ?? {};
  const growth = Math.log(ACCEPTED_GROWTH);
  return verdict.culprits.every((id) => {
    const before = known[id];
    const now = verdict.assessments.find((one) => one.id === id);
    if (!before || !now) return false;
    if (now.estimate) return before.estimate === now.band;
    const isMore = now.lnEMixed >= before.mixed + growth;
    return !isMore && (now.absolute?.lnEYellow ?? 0) < before.absolute + growth;
  });
}

/** Says once in a run of a stage what would have been done about each of these; worse is said again. */
function noteOnce(
  position: Position,
  level: string,
  about: readonly string[],
  reasons: readonly string[],
): Transition | null {
  const isKnown = (key: string) => position.noted.includes(key);
  const keys = about
    .filter((id) => level !== 'yellow' || !isKnown(`red:${id}`))
    .map((id) => `${level}:${id}`)
    .filter((key) => !isKnown(key));
  return keys.length === 0 ? null : note(position, keys, reasons);
}

/** True when the plan lets Serin stop a rollout by itself. */
const mayHold = ({ policy }: Plan): boolean =>
  policy.automation === 'auto' || policy.automation === 'hold';

const unhealthyEvidenceHolds: Rule = ({ plan, position, health }) => {
  const isExpanding = position.state === 'baking' || position.state === 'awaiting_approval';
  if (!isExpanding || !health?.problem) return null;
  const { reason, detail } = health.problem;
  return mayHold(plan)
    ? hold(position, reason, [detail])
    : noteOnce(position, 'health', [reason], [detail]);
};

const yellowHolds: Rule = (view) => {
  const { plan, position, verdict, nowMs } = view;
  if (position.state === 'holding' || verdict.level !== 'yellow') return null;
  const reasons = accuse(view, verdict.culprits, -Math.log(plan.policy.alphaPause));
  if (!mayHold(plan)) return noteOnce(position, 'yellow', verdict.culprits, reasons);
  return hold(position, 'yellow', reasons, nowMs + plan.policy.yellowDeadlineMs);
};

/** Guardrails that may only tell people do so once in a run of a stage. */
const noticesAreTold: Rule = (view) => {
  const { position, verdict } = view;
  if (verdict.noticed.length === 0 || position.state === 'holding') return null;
  return noteOnce(position, 'notice', verdict.noticed, accuse(view, verdict.noticed));
};

const calmResumes: Rule = ({ plan, position, nowMs }) => {
  if (position.state !== 'holding' || position.holdReason !== 'yellow') return null;
  // Without a deadline somebody has taken it over.
  if (position.deadlineAtMs === null) return null;
  if (position.calmSinceMs === null || nowMs - position.calmSinceMs < plan.policy.calmMs)
    return null;
  return transitionTo(position, 'resumed', watchedState(plan, position.stageIndex), [
    `The evidence has been calm for ${inWords(plan.policy.calmMs)}.`,
  ]);
};

/** Looks with data that end a hold for want of data. */
const LOOKS_TO_RESUME = 2;

const dataResumes: Rule = ({ plan, position, observation, verdict }) => {
  const isWaiting = position.holdReason === 'no_data' || position.holdReason === 'source_down';
  if (position.state !== 'holding' || !isWaiting) return null;
  if (position.freshOkCount < LOOKS_TO_RESUME || isSilent(plan, position, observation)) return null;
  if (areStillMissing(plan, position, verdict)) return null;
  return transitionTo(position, 'resumed', watchedState(plan, position.stageIndex), [
    'Data is arriving again.',
  ]);
};

/** Against earlier times nothing is proven: what they pause is for people to decide. */
function isAgainstEarlier({ stages }: Plan, { stageIndex }: Position): boolean {
  const comparison = stages[stageIndex]?.comparison;
  return comparison === 'self_control' || comparison === 'before_after';
}

/** What happens to a hold that nobody has answered in time; needs no data. */
export function findOverdue(plan: Plan, position: Position, nowMs: number): Transition | null {
  const { holdReason, deadlineAtMs } = position;
  if (position.state !== 'holding' || deadlineAtMs === null) return null;
  if (nowMs < deadlineAtMs) return findNear(plan, position, nowMs);
  const { policy } = plan;
  const reasons = ['Nobody acted before the deadline.'];
  const isProof = holdReason !== 'yellow' || !isAgainstEarlier(plan, position);
  const isAllowed = automationAt(plan, position.stageIndex) === 'auto' && isProof;
  const isRollback =
    (holdReason === 'yellow' && policy.onYellowDeadline === 'rollback') ||
    (holdReason === 'no_data' && policy.onNoData === 'rollback') ||
    (holdReason === 'source_down' && policy.onSourceDown === 'rollback');
  if (isRollback && isAllowed) return rollBack(position, reasons);
  return {
    ...transitionTo(position, 'escalated', 'holding', reasons),
    holdReason,
    deadlineAtMs: nowMs + patienceMs(plan, holdReason),
  };
}

/** How long a hold may stand before somebody must have acted. */
function patienceMs({ policy }: Plan, holdReason: HoldReason | null): number {
  if (holdReason === 'yellow' || holdReason === 'red') return policy.yellowDeadlineMs;
  return holdReason === 'no_data' ? policy.noDataDeadlineMs : policy.sourceDownDeadlineMs;
}

/** An hour before its deadline, or a quarter of a shorter one, a hold reminds people. */
const NEAR_MS = 3_600_000;
const NEAR_PART = 4;

function findNear(plan: Plan, position: Position, nowMs: number): Transition | null {
  const { deadlineAtMs, holdReason } = position;
  const nearMs = Math.min(NEAR_MS, patienceMs(plan, holdReason) / NEAR_PART);
  const leftMs = (deadlineAtMs ?? Infinity) - nowMs;
  if (leftMs > nearMs || position.noted.includes(reminderOf(position))) return null;
  return remind(position, [`Nobody has acted, and ${inWords(leftMs)} are left.`]);
}

/** Evidence of harm counts however old it is; silence and safety are not proven by old data. */
const lagHolds: Rule = ({ plan, position, nowMs, isLagging }) =>
  isLagging && isOnItsWay(position) ? holdForLag(plan, position, nowMs) : null;

/** Failed looks in a row after which what is read counts as down. */
const MAX_SOURCE_ERRORS = 5;

/** The hold of a stage that cannot be measured; null while it may be a hiccup. */
export function holdForSource(
  plan: Plan,
  position: Position,
  sourceError: string | null,
  nowMs: number,
): Transition | null {
  if (position.sourceErrors < MAX_SOURCE_ERRORS) return null;
  const reason = `What is measured could not be read ${position.sourceErrors} times: ${sourceError ?? 'no reason given'}`;
  return hold(position, 'source_down', [reason], nowMs + plan.policy.sourceDownDeadlineMs);
}

/** Harm that the rest of the guardrails show counts all the same; promotion waits for every one of them. */
const sourceHolds: Rule = ({ plan, position, sourceError, nowMs }) =>
  sourceError !== null && isOnItsWay(position)
    ? holdForSource(plan, position, sourceError, nowMs)
    : null;

/** The hold of a stage whose events wait outside the event store. */
export function holdForLag(plan: Plan, position: Position, nowMs: number): Transition {
  const reason = 'Events received more than ten minutes ago are not in the event store yet.';
  return hold(position, 'source_down', [reason], nowMs + plan.policy.sourceDownDeadlineMs);
}

const silenceHolds: Rule = ({ plan, position, observation, nowMs }) => {
  if (!isOnItsWay(position) || !isSilent(plan, position, observation)) return null;
  return holdForSilence(plan, position, observation, nowMs);
};

/** What is not counted any more proves nothing safe. */
const missingOutcomesHold: Rule = ({ plan, position, verdict, nowMs }) => {
  if (position.state === 'holding') return null;
  const missing = missingOutcomes(plan, position, verdict);
  return missing.length === 0 ? null : holdForMissing(plan, position, missing, nowMs);
};

const passedGatesPromote: Rule = (view) => {
  const { plan, position, verdict } = view;
  const stage = plan.stages[position.stageIndex];
  if (!stage || (position.state !== 'baking' && position.state !== 'soaking')) return null;
  if (view.sourceError !== null) return null;
  const waits = promotionWaits(plan, position, verdict, view);
  if (waits.length > 0) {
    if (!isBakeSpent(plan, position)) return null;
    // A stage that lacks nothing else is not undecided, only early.
    const isHealthy = !view.health?.problem;
    const open = waits.filter(
      (wait) => !isMatterOfTime(wait) || (wait.kind === 'looks' && !isHealthy),
    );
    const isUndecided = open.length > 0 && !mayPromoteUndecided(plan, position, open);
    if (!isUndecided && open.length < waits.length) return null;
    if (isUndecided) {
      const reason = `${inWords(stage.maxBakeMs)} of bake are over, and it still waits for: ${waits.map((wait) => describeWait(wait, unitsOf(plan))).join(', ')}.`;
      const until = untilTold(forecastSafety(plan, position, verdict, waits, view.nowMs));
      return hold(position, 'inconclusive', [`${reason}${until}`]);
    }
  }
  const reasons = praise(view, stage, waits);
  if (!stage.needsApproval || isApproved(position.noted)) {
    return promote(plan, position, verdict, reasons);
  }
  return transitionTo(position, 'approval_requested', 'awaiting_approval', reasons);
};

const RULES: readonly Rule[] = [
  redRollsBack,
  unhealthyEvidenceHolds,
  yellowHolds,
  noticesAreTold,
  calmResumes,
  dataResumes,
  ({ plan, position, nowMs }) => findOverdue(plan, position, nowMs),
  lagHolds,
  sourceHolds,
  silenceHolds,
  missingOutcomesHold,
  passedGatesPromote,
];
