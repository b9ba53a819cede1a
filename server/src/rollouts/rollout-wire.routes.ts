// Rollouts as they go over the wire: snake_case, ISO times, durations in seconds.
import type { Verdict } from '#metrics/verdict';
import { allowedCommands } from './gate/command.ts';
import { toGuardrail } from './guardrail-wire.ts';
import { describeNext } from './gate/next-step.ts';
import { estimateWarnings } from './advice/estimate-warnings.ts';
import { planWarnings } from './advice/plan-warnings.ts';
import { isTargeted, type Plan, type Stage } from './plan/plan.ts';
import {
  automationAt,
  confirmationsOf,
  describeWayBack,
  hasNoWayBack,
  losesData,
  pointOfNoReturn,
} from './plan/way-back.ts';
import type {
  Evaluation,
  ListedRollout,
  Rollout,
  RolloutDetail,
  RolloutEvent,
} from './read.service.ts';
import {
  BANDS,
  type EvaluationWire,
  type RolloutEventWire,
  type RolloutSummaryWire,
  type RolloutWire,
} from './rollout-body.contract.ts';
import { percentAt } from './flag/stage-filters.ts';

const iso = (date: Date | null): string | null => date && date.toISOString();
const isoMs = (ms: number | null): string | null =>
  ms === null ? null : new Date(ms).toISOString();

export function toSummary({ rollout, verdict, nowMs }: ListedRollout): RolloutSummaryWire {
  const { plan, position, peakHours } = rollout;
  const next = describeNext(plan, position, verdict, { nowMs, peakHours });
  return {
    id: rollout.id,
    flag_id: rollout.flagId,
    flag_key: rollout.flagKey,
    environment: rollout.environmentKey,
    state: position.state,
    hold_reason: position.holdReason,
    stage_index: position.stageIndex,
    stage_name: plan.stages[position.stageIndex]?.name ?? '',
    stage_count: plan.stages.length,
    percent: percentNow(rollout),
    band: verdict && worstBand(verdict),
    next: { sentence: next.sentence, clock: next.clock, at: isoMs(next.atMs) },
    stages: plan.stages.map((stage, index) => toStageSummary(rollout, stage, index)),
    outcome: rollout.outcome,
    outcome_reason: rollout.outcomeReason,
    version: rollout.version,
    created_at: rollout.createdAt.toISOString(),
    created_by: rollout.createdBy,
    started_at: iso(rollout.startedAt),
    finished_at: iso(rollout.finishedAt),
  };
}

function worstBand({ assessments }: Verdict) {
  return BANDS.find((band) => assessments.some((one) => one.band === band)) ?? null;
}

/** Share of everyone that the rollout gives the change to now. */
function percentNow({ plan, position, startedAt }: Rollout): number {
  if (startedAt === null) return 0;
  switch (position.state) {
    case 'rolling_back':
    case 'rolled_back':
      return plan.policy.rollbackTo === 'previous_tier'
        ? percentAt(plan, position.stageIndex - 1)
        : 0;
    default:
      return percentAt(plan, position.stageIndex);
  }
}

export function toBody(detail: RolloutDetail): RolloutWire {
  const { rollout, evaluation, lastPerson, nowMs } = detail;
  const { plan, position } = rollout;
  const isStarted = rollout.startedAt !== null;
  const { peakHours } = rollout;
  const commands = allowedCommands({ ...position, isAcknowledged: rollout.acknowledged !== null });
  const next = describeNext(plan, position, evaluation?.verdict ?? null, { nowMs, peakHours });
  return {
    ...toSummary({ rollout, verdict: evaluation?.verdict ?? null, nowMs }),
    plan: rollout.wire,
    plan_version: rollout.planVersion,
    way_back: toWayBack(plan, position.stageIndex),
    confirmations: confirmationsOf(plan, position, commands).map((one) => ({
      ...one,
      phrase: rollout.flagKey,
      stages: one.stages && [...one.stages],
    })),
    acknowledged: rollout.acknowledged && {
      by: rollout.acknowledged.by,
      at: rollout.acknowledged.at.toISOString(),
    },
    warnings: [...planWarnings(plan), ...estimateWarnings(plan)].flatMap(({ level, text }) =>
      level === 'warning' ? [text] : [],
    ),
    hold_detail: rollout.holdDetail,
    attempt: position.attempt,
    stage_entered_at: isStarted ? isoMs(position.stageEnteredAtMs) : null,
    stage_settled_at: isoMs(position.stageSettledAtMs),
    observed_bake_seconds: position.observedBakeMs / 1000,
    min_bake_seconds: (plan.stages[position.stageIndex]?.minBakeMs ?? 0) / 1000,
    deadline_at: isoMs(position.deadlineAtMs),
    next_evaluation_at: isStarted && !rollout.finishedAt ? isoMs(position.nextEvalAtMs) : null,
    last_evaluation_at: isoMs(position.lastEvalAtMs),
    commands,
    in_charge: lastPerson ? { ...lastPerson, at: lastPerson.at.toISOString() } : null,
    next: {
      sentence: next.sentence,
      clock: next.clock,
      at: isoMs(next.atMs),
      waits: [...next.waits],
      forecast: next.forecast && {
        people_left: next.forecast.peopleLeft,
        seconds_left: next.forecast.leftMs / 1000,
      },
    },
    stages: plan.stages.map((stage, index) => toStage(detail, stage, index)),
    evaluation: evaluation && toEvaluation(evaluation, plan),
  };
}

/** What going back from a stage of the plan costs. */
export function toWayBack(plan: Plan, stageIndex: number): RolloutWire['way_back'] {
  return {
    impact: plan.impact.kind,
    loses_data: losesData(plan, stageIndex),
    is_automatic: automationAt(plan, stageIndex) === 'auto',
    point_of_no_return: pointOfNoReturn(plan),
    has_no_way_back: hasNoWayBack(plan, stageIndex),
    text: describeWayBack(plan, stageIndex),
  };
}

function toStageSummary(rollout: Rollout, stage: Stage, index: number) {
  const { position } = rollout;
  const isPast = index < position.stageIndex || position.state === 'completed';
  const isCurrent = index === position.stageIndex && rollout.startedAt !== null;
  return {
    index,
    name: stage.name,
    percent: stage.percent,
    is_targeted: isTargeted(stage),
    status: isPast ? ('done' as const) : isCurrent ? ('current' as const) : ('ahead' as const),
  };
}

function toStage({ rollout, runs }: RolloutDetail, stage: Stage, index: number) {
  const ofStage = runs.filter((one) => one.stageIndex === index);
  const run = ofStage.at(-1);
  return {
    ...toStageSummary(rollout, stage, index),
    compare: stage.comparison,
    approval: stage.needsApproval,
    min_exposures: stage.minExposures,
    runs: ofStage.length,
    people: run?.people ?? null,
    exit: run?.exitKind ?? null,
    min_bake_seconds: stage.minBakeMs / 1000,
    entered_at: iso(run?.enteredAt ?? null),
    settled_at: iso(run?.settledAt ?? null),
    exited_at: iso(run?.exitedAt ?? null),
  };
}

/** Line of the sample-ratio test: 1 %. */
const SPLIT_LINE = Math.log(100);

export function toEvaluation(evaluation: Evaluation, plan: Plan): EvaluationWire {
  const { verdict, health, inputs } = evaluation;
  const { alpha, alphaPause } = plan.policy;
  const { observation } = inputs;
  const stage = plan.stages[evaluation.stageIndex];
  return {
    id: evaluation.id,
    at: evaluation.at.toISOString(),
    watermark: evaluation.watermark.toISOString(),
    stage_index: evaluation.stageIndex,
    attempt: evaluation.attempt,
    verdict: verdict.level,
    people: observation?.people ?? { treatment: 0, control: 0 },
    combined: {
      ln_e: verdict.lnECombined,
      rollback_line: -Math.log(alpha),
      pause_line: -Math.log(alphaPause),
    },
    sample_ratio: health && {
      ln_e: health.lnESplit,
      ln_line: SPLIT_LINE,
      treatment: observation?.split.treatment ?? 0,
      control: observation?.split.control ?? 0,
    },
    multi_exposed: observation?.multiExposed ?? 0,
    guardrails: plan.guardrails.flatMap((guardrail) => {
      const assessment = verdict.assessments.find((one) => one.id === guardrail.id);
      return assessment && stage ? [toGuardrail(guardrail, assessment, plan, stage)] : [];
    }),
    duration_ms: evaluation.durationMs,
  };
}

export function toEvent(event: RolloutEvent): RolloutEventWire {
  return {
    seq: event.seq,
    at: event.at.toISOString(),
    actor: { kind: event.actorKind, label: event.actorLabel },
    type: event.type,
    from_state: event.fromState,
    to_state: event.toState,
    stage_index: event.stageIndex,
    reasons: [...event.reasons],
    deadline_at: iso(event.deadlineAt),
    evaluation_id: event.evaluationId,
    inputs: event.inputs && { ...event.inputs },
  };
}
