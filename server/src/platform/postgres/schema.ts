// Types of every PostgreSQL table, as the migrations in migrations/ make them. One schema for the
// embedded and the scaled-out database.
import type { Generated } from 'kysely';
import type { ChangeTables } from './change-tables.ts';
import type { CohortTables } from './cohort-tables.ts';
import type {
  BigInt_,
  CreatedAt,
  GeneratedJson,
  GeneratedBigInt,
  Json,
  NullableBigInt,
  NullableJson,
  Timestamp,
} from './column-types.ts';
import type { DashboardTables } from './dashboard-tables.ts';
import type { DeletionTables } from './deletion-tables.ts';
import type { ErrorTables } from './error-tables.ts';
import type { ExperimentTables } from './experiment-tables.ts';
import type { IncidentTables } from './incident-tables.ts';
import type { FlagTables } from './flag-tables.ts';
import type { InsightTables } from './insight-tables.ts';
import type { KeyTables } from './key-tables.ts';
import type { NotifyTables } from './notify-tables.ts';
import type { PersonTables } from './person-tables.ts';
import type { RecordingTables } from './recording-tables.ts';
import type { RolloutTables } from './rollout-tables.ts';

export type Database = ChangeTables &
  CohortTables &
  DashboardTables &
  DeletionTables &
  ErrorTables &
  ExperimentTables &
  IncidentTables &
  FlagTables &
  InsightTables &
  KeyTables &
  NotifyTables &
  PersonTables &
  RecordingTables &
  RolloutTables & {
    /** Instance-wide facts: set-up token hash, cookie secret. */
    instance_setting: { key: string; value: Json<object> };

    organization: { id: Generated<number>; name: string; created_at: CreatedAt };
    app_user: {
      id: string;
      organization_id: number;
      email: string;
      name: string;
      password_hash: string;
      created_at: CreatedAt;
      last_login_at: Timestamp | null;
    };
    user_session: {
      token_hash: string;
      user_id: string;
      created_at: CreatedAt;
      expires_at: Timestamp;
    };
    project: {
      id: Generated<number>;
      organization_id: number;
      name: string;
      /** Flags without an owner are not saved. */
      require_flag_owner: Generated<boolean>;
      /** IANA name: days, weeks and months of insights begin by it. */
      timezone: Generated<string>;
      /** 0: Sunday, 1: Monday. */
      week_start_day: Generated<number>;
      /** Events older than this are erased; null: the store keeps them as long as it does. */
      event_retention_days: Generated<number | null>;
      /** Addresses of clients are not kept. */
      anonymize_ips: Generated<boolean>;
      /** Conditions that real people meet; insights with `filterTestAccounts` keep to them. */
      test_account_filters: GeneratedJson<unknown[]>;
      created_at: CreatedAt;
      /** Counts the changes of what flags are evaluated from; see `change-seq.ts`. */
      change_seq: GeneratedBigInt;
    };
    environment: {
      id: Generated<number>;
      project_id: number;
      key: string;
      name: string;
      token: string;
      /** A name of the palette, for people. */
      color: Generated<string>;
      /** Order among the project's environments. */
      position: Generated<number>;
      require_reason: Generated<boolean>;
      /** People other than the author who must approve a change; 0: nobody. */
      required_approvals: Generated<number>;
      allow_emergency_off: Generated<boolean>;
      /** Events that it may send per second; null: what the server is set to. */
      events_per_second: Generated<number | null>;
      /** The token before the last rotation, good until it expires. */
      previous_token: string | null;
      previous_token_expires_at: Timestamp | null;
      /** Its token no longer works and nobody sees it; history still names it. */
      deleted_at: Timestamp | null;
      created_at: CreatedAt;
    };

    audit_entry: {
      id: Generated<string>;
      project_id: number | null;
      environment_id: number | null;
      at: Timestamp;
      actor_kind: string;
      actor_id: string;
      actor_label: string;
      action: string;
      resource_kind: string;
      resource_id: string;
      before: NullableJson;
      after: NullableJson;
      reason: string | null;
      /** Whose it is when it is no project's. */
      organization_id: number | null;
      /** The person behind the actor: a key acts for its owner. */
      actor_user_id: string | null;
      /** What people call the resource, such as a flag's key. */
      resource_label: string | null;
      ip: string | null;
      user_agent: string | null;
      /** Tells sessions apart; start of the hash of the session token. */
      session: string | null;
    };

    /** How far this node's accepted-events log is in the event store. */
    ingest_mark: {
      node_id: string;
      segment: BigInt_;
      offset_bytes: BigInt_;
      /** End of the batch that is being stored: its people are resolved, its rows may be there. */
      batch_segment: NullableBigInt;
      batch_offset_bytes: NullableBigInt;
      updated_at: Timestamp;
    };
    /** What went wrong with single events: counted, with one example. */
    ingestion_warning: {
      environment_id: number;
      kind: string;
      count: BigInt_;
      example: Json<object>;
      first_at: Timestamp;
      last_at: Timestamp;
    };
    ingestion_warning_hour: {
      environment_id: number;
      kind: string;
      hour: Timestamp;
      count: BigInt_;
    };

    lease: { name: string; holder: string; token: BigInt_; expires_at: Timestamp };
  };
