// Types of the tables of rollouts.
import type { ColumnType, Generated, RawBuilder } from 'kysely';
import type {
  BigInt_,
  CreatedAt,
  GeneratedJson,
  Json,
  NullableJson,
  Timestamp,
} from './column-types.ts';

/** Set by the database, and again when a row is written anew. */
type CreatedAtOrLater = ColumnType<Date, never, RawBuilder<Date>>;

export type RolloutTables = {
  rollout: {
    id: string;
    project_id: number;
    environment_id: number;
    flag_id: number;
    flag_key: string;
    plan: Json<object>;
    plan_version: number;
    state: string;
    hold_reason: string | null;
    hold_detail: string | null;
    stage_index: number;
    attempt: number;
    stage_entered_at: Timestamp | null;
    stage_settled_at: Timestamp | null;
    observed_bake_ms: BigInt_;
    deadline_at: Timestamp | null;
    next_eval_at: Timestamp | null;
    last_eval_at: Timestamp | null;
    last_watermark: Timestamp | null;
    fresh_ok_count: number;
    /** When a green look was last counted. */
    fresh_ok_at: Timestamp | null;
    /** Since when a yellow hold has been calm. */
    calm_since: Timestamp | null;
    /** What was only noted in this run of a stage. */
    noted: GeneratedJson<string[]>;
    /** Per arm: since when nobody is seen in this run, and how many should have been. */
    unseen: NullableJson;
    /** Busiest hours of the day in UTC, as they were at the start. */
    peak_hours: NullableJson;
    /** Per guardrail: share, percentile and cap as they were before the start. */
    baselines: NullableJson;
    /** When somebody has looked at what was rolled back. */
    acknowledged_at: Timestamp | null;
    acknowledged_by: string | null;
    source_errors: number;
    /** Per guardrail: ln W of the mixture over stages (docs/statistics.md §5). */
    carry: Json<object>;
    /** The flag's definition before the first stage. */
    snapshot_before: NullableJson;
    applied_flag_version: number | null;
    claimed_by: string | null;
    claimed_until: Timestamp | null;
    version: number;
    outcome: string | null;
    outcome_reason: string | null;
    created_by: string | null;
    /** Id of the user who made the plan. */
    created_by_user: string | null;
    created_at: CreatedAt;
    started_at: Timestamp | null;
    finished_at: Timestamp | null;
  };
  rollout_stage_run: {
    rollout_id: string;
    stage_index: number;
    attempt: number;
    entered_at: Timestamp;
    settled_at: Timestamp | null;
    exited_at: Timestamp | null;
    exit_kind: string | null;
    flag_version: number;
    final_evidence: NullableJson;
    carry_in: Json<object>;
  };
  rollout_evaluation: {
    id: Generated<string>;
    rollout_id: string;
    stage_index: number;
    attempt: number;
    at: Timestamp;
    watermark: Timestamp;
    input_hash: string;
    verdict: string;
    /** Everything the gate saw: recomputing from it gives the same decision. */
    inputs: Json<object>;
    per_guardrail: Json<object>;
    duration_ms: number;
  };
  /** Every decision, by the controller or a person. */
  rollout_event: {
    seq: Generated<string>;
    rollout_id: string;
    at: Timestamp;
    actor_kind: string;
    actor_label: string;
    type: string;
    from_state: string;
    to_state: string;
    stage_index: number;
    reasons: Json<string[]>;
    payload: Json<object>;
    idempotency_key: string;
  };
  /** Plans without a flag, for others to start from. */
  rollout_template: {
    id: string;
    project_id: number;
    name: string;
    description: string;
    plan: Json<object>;
    version: number;
    created_by: string | null;
    created_at: CreatedAt;
    updated_at: Timestamp;
  };
  /** What a plan would have done to people of the past. */
  rollout_dry_run: {
    id: string;
    project_id: number;
    environment_id: number;
    rollout_id: string | null;
    flag_key: string;
    plan: Json<object>;
    result: Json<object>;
    created_by: string | null;
    created_at: CreatedAt;
  };
  /** Programs that may hold rollouts or take them back. */
  signal_source: {
    id: string;
    project_id: number;
    name: string;
    /** Sealed. */
    secret_box: string;
    /** Sealed; works until `previous_valid_until`. */
    previous_secret_box: string | null;
    previous_valid_until: Timestamp | null;
    last_received_at: Timestamp | null;
    created_at: Timestamp;
  };
  /** Signals that have come, for a day: each counts once. */
  signal: { source_id: string; message_id: string; at: Timestamp };
  /** The Prometheus that guardrails of an environment read. */
  metric_source: {
    environment_id: number;
    url: string;
    /** Sealed. */
    token_box: string | null;
    updated_at: Timestamp;
  };
  /** Which pieces of counted events stand for the past of a stage; a cache. */
  rollout_count: {
    /** Of everything that a row of a piece depends on. */
    key: string;
    version: number;
    /** In the event store, with how many rows each has there. */
    pieces: Json<{ id: string; rows: number }[]>;
    /** The last block of the event store that they cover… */
    block: BigInt_;
    /** …as far as it was received before this. */
    watermark: Timestamp;
    /** The last block of merges of people that they cover. */
    override_block: BigInt_;
    /** The last mutation of events that they have seen. */
    mutation: BigInt_;
    used_at: CreatedAtOrLater;
  };
};
