// Tables of notifications: where they go, what was written, what came of it.
import type { Generated } from 'kysely';
import type { CreatedAt, Json, Timestamp } from './column-types.ts';

export type NotifyTables = {
  notification_channel: {
    id: string;
    project_id: number;
    name: string;
    kind: string;
    hint: string;
    /** The settings with their secrets, sealed. */
    config_box: string;
    types: Json<string[]>;
    least_severity: string;
    enabled: boolean;
    disabled_reason: string | null;
    /** From 1: who hears first; the next hear of what nobody answers. */
    level: Generated<number>;
    /** When a test message last arrived. */
    tested_at: Timestamp | null;
    created_at: CreatedAt;
    updated_at: Timestamp;
  };
  notification: {
    id: string;
    project_id: number;
    type: string;
    severity: string;
    /** What is told in order, and merged when it piles up: a rollout. */
    subject: string;
    incident_key: string | null;
    message: Json<object>;
    created_at: Timestamp;
  };
  /** One notification on its way to one channel. */
  notification_delivery: {
    seq: Generated<string>;
    notification_id: string;
    channel_id: string;
    subject: string;
    state: string;
    attempts: number;
    next_attempt_at: Timestamp;
    claimed_until: Timestamp | null;
    finished_at: Timestamp | null;
    status: number | null;
    error: string | null;
    answer: string | null;
    /** The channel that could not be reached. */
    fallback_of: string | null;
  };
  /** What later messages of an incident answer: a Slack ts, a Message-ID. */
  notification_thread: { channel_id: string; incident_key: string; ref: string };
};
