// Types of the tables that say what is erased, and of what the event store refused.
import type { Generated } from 'kysely';
import type {
  BigInt_,
  CreatedAt,
  GeneratedBigInt,
  GeneratedJson,
  Timestamp,
} from './column-types.ts';

export type DeletionTables = {
  /** People or an environment to be erased, how far it is, and the proof. */
  deletion: {
    id: string;
    project_id: number;
    environment_id: number;
    kind: string;
    state: string;
    people: number;
    person_ids: string[];
    /** Emptied when it is done. */
    distinct_ids: string[];
    deletes_events: boolean;
    /** Null: with their events. */
    deletes_recordings: boolean | null;
    deletes_people: boolean;
    before: Timestamp;
    copy_version: BigInt_;
    /** Batches that nodes were storing at the time of the request: `[{node, segment, offset}]`. */
    waits_for: GeneratedJson<object[]>;
    requested_by: string;
    created_at: Timestamp;
    checked_at: Timestamp | null;
    verified_at: Timestamp | null;
    events_found: GeneratedBigInt;
    rows_left: BigInt_ | null;
    problem: string | null;
  };
  /** Events that the event store refuses for what they hold. */
  dead_letter: {
    environment_id: number;
    uuid: string;
    event: string;
    distinct_id: string;
    /** Code of the event store. */
    reason: string;
    detail: string;
    /** As it was to be stored. */
    row: string;
    received_at: Timestamp;
    failed_at: CreatedAt;
    attempts: Generated<number>;
  };
  /** Hashes of ids whose events from before are left out; the empty key stands for the whole environment. */
  erased_id: { environment_id: number; key: Buffer; before: Timestamp };
};
