// One row of a rollout, read into what the controller works with and written back.
import type { EvidenceCarry } from '#metrics/verdict';
import type { Db } from '#platform/ctx';
import type { FlagBefore } from '../flag/flag-status.ts';
import type { Baselines } from '../plan/guardrail-meaning.ts';
import { planOf, PlanWire } from '../plan/plan.contract.ts';
import type { Plan } from '../plan/plan.ts';
import type { HoldReason, Position, RolloutState, UnseenArms } from '../gate/rollout.ts';

/** A rollout as it is stored. */
export type Rollout = {
  readonly id: string;
  readonly projectId: number;
  readonly environmentId: number;
  readonly environmentKey: string;
  readonly flagId: number;
  readonly flagKey: string;
  /** The plan as it was sent, defaults filled in. */
  readonly wire: PlanWire;
  /** What it means. */
  readonly plan: Plan;
  /** What was measured of its guardrails before the start. */
  readonly baselines: Baselines;
  readonly planVersion: number;
  readonly position: Position;
  readonly holdDetail: string | null;
  /** The flag before the first stage; null until the start. */
  readonly before: FlagBefore | null;
  /** The version of the flag that the rollout last wrote. */
  readonly appliedFlagVersion: number | null;
  /** Counts commands and transitions, from 1. */
  readonly version: number;
  readonly claimedBy: string | null;
  /** The busiest hours of the day in UTC, as they were at the start; null when unknown. */
  readonly peakHours: readonly number[] | null;
  /** Who has looked at what was rolled back, and when. */
  readonly acknowledged: { readonly by: string; readonly at: Date } | null;
  readonly outcome: string | null;
  readonly outcomeReason: string | null;
  readonly createdBy: string | null;
  /** Id of the user who made it, by hand or with an API key; null: the system, or an older Serin. */
  readonly createdByUser: string | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
};

/** States in which nothing happens by itself. */
export const IDLE = ['draft', 'rolled_back', 'completed', 'cancelled'];
/** States in which the flag does not belong to the rollout. */
export const CLOSED = [...IDLE, 'scheduled'];

export function selectRollouts(db: Db) {
  return db
    .selectFrom('rollout')
    .innerJoin('environment', 'environment.id', 'rollout.environment_id')
    .selectAll('rollout')
    .select('environment.key as environment_key');
}

type Row = Awaited<ReturnType<ReturnType<typeof selectRollouts>['executeTakeFirstOrThrow']>>;

const dateOf = (ms: number | null): Date | null => (ms === null ? null : new Date(ms));
const msOf = (date: Date | null): number | null => date && date.getTime();

export function positionColumns(position: Position) {
  return {
    state: position.state,
    hold_reason: position.holdReason,
    stage_index: position.stageIndex,
    attempt: position.attempt,
    stage_entered_at: new Date(position.stageEnteredAtMs),
    stage_settled_at: dateOf(position.stageSettledAtMs),
    observed_bake_ms: position.observedBakeMs,
    deadline_at: dateOf(position.deadlineAtMs),
    next_eval_at: new Date(position.nextEvalAtMs),
    last_eval_at: dateOf(position.lastEvalAtMs),
    last_watermark: dateOf(position.lastWatermarkMs),
    fresh_ok_count: position.freshOkCount,
    fresh_ok_at: dateOf(position.freshOkAtMs),
    calm_since: dateOf(position.calmSinceMs),
    noted: JSON.stringify(position.noted),
    unseen: JSON.stringify(position.unseen ?? null),
    source_errors: position.sourceErrors,
    carry: JSON.stringify(position.carry),
  };
}

function positionOf(row: Row): Position {
  return {
    state: row.state as RolloutState,
    holdReason: row.hold_reason as HoldReason | null,
    stageIndex: row.stage_index,
    attempt: row.attempt,
    stageEnteredAtMs: msOf(row.stage_entered_at) ?? 0,
    stageSettledAtMs: msOf(row.stage_settled_at),
    observedBakeMs: Number(row.observed_bake_ms),
    deadlineAtMs: msOf(row.deadline_at),
    nextEvalAtMs: msOf(row.next_eval_at) ?? 0,
    lastEvalAtMs: msOf(row.last_eval_at),
    lastWatermarkMs: msOf(row.last_watermark),
    freshOkCount: row.fresh_ok_count,
    freshOkAtMs: msOf(row.fresh_ok_at),
    calmSinceMs: msOf(row.calm_since),
    noted: row.noted,
    unseen: row.unseen as UnseenArms | null,
    sourceErrors: row.source_errors,
    carry: row.carry as EvidenceCarry,
  };
}

export function toRollout(row: Row): Rollout {
  const wire = PlanWire.parse(row.plan);
  const baselines = (row.baselines ?? {}) as Baselines;
  return {
    id: row.id,
    projectId: row.project_id,
    environmentId: row.environment_id,
    environmentKey: row.environment_key,
    flagId: row.flag_id,
    flagKey: row.flag_key,
    wire,
    plan: planOf(wire, baselines),
    baselines,
    planVersion: row.plan_version,
    position: positionOf(row),
    holdDetail: row.hold_detail,
    before: row.snapshot_before as FlagBefore | null,
    appliedFlagVersion: row.applied_flag_version,
    version: row.version,
    claimedBy: row.claimed_by,
    peakHours: row.peak_hours as readonly number[] | null,
    acknowledged:
      row.acknowledged_at === null
        ? null
        : { by: row.acknowledged_by ?? '', at: row.acknowledged_at },
    outcome: row.outcome,
    outcomeReason: row.outcome_reason,
    createdBy: row.created_by,
    createdByUser: row.created_by_user,
    createdAt: row.created_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
  };
}
