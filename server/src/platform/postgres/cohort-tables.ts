// Types of the tables of cohorts.
import type { Generated } from 'kysely';
import type { BigInt_, CreatedAt, Json, NullableBigInt, Timestamp } from './column-types.ts';

export type CohortTables = {
  cohort: {
    id: Generated<number>;
    project_id: number;
    name: string;
    description: string;
    is_static: boolean;
    /** `{"properties": {type, values}}`; of a static cohort without values. */
    filters: Json<object>;
    /** Whether it asks for what people did, itself or through others. */
    by_events: Generated<boolean>;
    deleted: boolean;
    version: number;
    /** Orders the project's changes (change-seq.ts). */
    changed_seq: BigInt_;
    created_by: string | null;
    created_at: CreatedAt;
    updated_by: string | null;
    updated_at: Timestamp;
  };
  /** Who is listed in a static cohort: an id, whether or not anybody is known by it yet. */
  cohort_member: {
    environment_id: number;
    distinct_id: string;
    cohort_id: number;
    added_at: CreatedAt;
  };
  /** How far the people of a cohort by events are known in an environment. */
  cohort_calculation: {
    cohort_id: number;
    environment_id: number;
    due_at: Timestamp;
    /** Names the people in the event store (`cohort_person`) that are in it now; null: not calculated yet. */
    current_number: NullableBigInt;
    /** Whose conditions they meet. */
    cohort_version: number | null;
    people: NullableBigInt;
    calculated_at: Timestamp | null;
    /** The calculation that is under way; who publishes must still hold it. */
    running_number: NullableBigInt;
    started_at: Timestamp | null;
    lease_expires_at: Timestamp | null;
    /** In a row. */
    errors: Generated<number>;
    last_error: string | null;
    last_error_at: Timestamp | null;
  };
};
