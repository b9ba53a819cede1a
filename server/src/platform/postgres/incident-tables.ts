// Types of the tables around a rollback: incidents, messages to people, checklists, drills.
import type { Generated } from 'kysely';
import type { GeneratedJson, Json, NullableJson, Timestamp } from './column-types.ts';

export type IncidentTables = {
  rollout_incident: {
    id: string;
    project_id: number;
    environment_id: number;
    rollout_id: string;
    kind: string;
    attempt: number;
    stage_index: number;
    opened_at: Timestamp;
    /** When the flag was taken back. */
    flag_off_at: Timestamp | null;
    closed_at: Timestamp | null;
    /** How it ended: `recovered`, `decided` by a person, `acknowledged`. */
    closing: string | null;
    closed_by: string | null;
    /** The look that opened it. */
    evaluation_id: string | null;
    culprits: Json<string[]>;
    reasons: Json<string[]>;
    /** What the event store said; null until it has been asked. */
    evidence: NullableJson;
    /** When it is to be asked (again). */
    collect_at: Timestamp | null;
    collect_tries: Generated<number>;
    /** Of the post-mortem; 0: nobody has written any. */
    text_version: Generated<number>;
    action_items: GeneratedJson<object[]>;
    /** The flag that tells people, while it does. */
    banner: NullableJson;
    version: Generated<number>;
  };
  rollout_incident_text: {
    incident_id: string;
    version: number;
    body: string;
    saved_by: string;
    saved_at: Timestamp;
  };
  /** A message to people who had the change, confirmed by a person. */
  incident_message: {
    id: string;
    incident_id: string;
    channel_id: string;
    message_type: string;
    subject: string | null;
    body: string;
    confirmed_by: string;
    confirmed_at: Timestamp;
    request_key: string | null;
  };
  incident_message_recipient: {
    message_id: string;
    distinct_id: string;
    state: string;
    attempts: Generated<number>;
    next_attempt_at: Timestamp;
    status: number | null;
    error: string | null;
    finished_at: Timestamp | null;
  };
  /** What a person has ticked of a rollout's checklist. */
  rollout_check: {
    rollout_id: string;
    item: string;
    note: string;
    checked_by: string;
    checked_at: Timestamp;
  };
  /** Who has had a rollout's page open, once a quarter of an hour. */
  rollout_visit: { rollout_id: string; user_id: string; label: string; at: Timestamp };
  flag_drill: {
    id: string;
    project_id: number;
    environment_id: number;
    flag_id: number;
    rollout_id: string | null;
    state: string;
    problem: string | null;
    steps: Json<object[]>;
    started_by: string;
    started_at: Timestamp;
    finished_at: Timestamp | null;
  };
};
