// Tables of changes that wait: invitations, requests for approval, scheduled changes.
import type { Generated } from 'kysely';
import type { CreatedAt, Json, Timestamp } from './column-types.ts';

export type ChangeTables = {
  /** A link with which somebody joins an organisation. */
  invite: {
    id: string;
    organization_id: number;
    email: string;
    token_hash: string;
    invited_by: string;
    created_at: CreatedAt;
    expires_at: Timestamp;
  };
  /** A change of flags in one environment that waits for other people. */
  change_request: {
    id: string;
    project_id: number;
    environment_id: number;
    /** Counts the requests of a project, from 1. */
    number: number;
    title: string;
    description: string;
    state: string;
    /** Counts what was proposed; approvals are for one revision. */
    revision: Generated<number>;
    author_id: string;
    author_label: string;
    due_at: Timestamp | null;
    local_time: string | null;
    time_zone: string | null;
    fold: string | null;
    retry_at: Timestamp | null;
    attempts: Generated<number>;
    version: Generated<number>;
    created_at: Timestamp;
    updated_at: Timestamp;
    closed_at: Timestamp | null;
  };
  change_request_item: {
    request_id: string;
    flag_id: number;
    flag_key: string;
    /** The flag as its author saw it. */
    base: Json<object>;
    /** What the change makes of it. */
    proposed: Json<object>;
    /** As a PATCH of the flag would say it. */
    change: Json<object>;
  };
  /** What people said and did about a request, in order. */
  change_request_event: {
    seq: Generated<string>;
    request_id: string;
    at: Timestamp;
    type: string;
    revision: number;
    user_id: string | null;
    user_label: string;
    body: string;
  };
  /** A change of one flag in one environment that waits for its time. */
  scheduled_change: {
    id: string;
    project_id: number;
    environment_id: number;
    flag_id: number;
    flag_key: string;
    change: Json<object>;
    /** The flag as it must still be, where the change touches it. */
    base: Json<object>;
    due_at: Timestamp;
    /** `due_at` as its author wrote it: wall time in `time_zone`. */
    local_time: string;
    time_zone: string;
    fold: string | null;
    reason: string | null;
    state: string;
    outcome: string | null;
    is_late: Generated<boolean>;
    attempts: Generated<number>;
    retry_at: Timestamp | null;
    author_id: string;
    author_label: string;
    version: Generated<number>;
    created_at: Timestamp;
    finished_at: Timestamp | null;
  };
};
