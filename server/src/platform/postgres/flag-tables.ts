// Types of the tables of flags and what belongs to them.
import type { ColumnType, Generated } from 'kysely';
import type {
  BigInt_,
  CreatedAt,
  GeneratedBigInt,
  Json,
  NullableBigInt,
  NullableJson,
  Timestamp,
} from './column-types.ts';

export type FlagTables = {
  flag: {
    id: Generated<number>;
    project_id: number;
    key: string;
    name: string;
    tags: Json<string[]>;
    archived: boolean;
    deleted: boolean;
    is_remote_configuration: boolean;
    ensure_experience_continuity: boolean;
    evaluation_runtime: string;
    /** Only requests naming one of these (or none at all) get the flag; empty: every request. */
    evaluation_contexts: Json<string[]>;
    bucketing_identifier: string;
    /** Type of the one value that OpenFeature SDKs get; null: as the variants say. */
    value_type: string | null;
    value_source: string | null;
    owner_id: string | null;
    /** JSON Schema that every payload must fit. */
    payload_schema: NullableJson;
    kind: Generated<string>;
    /** The flag that makes this one off for whom it is on. */
    kill_switch_id: number | null;
    created_by: string | null;
    created_at: CreatedAt;
    updated_at: Timestamp;
  };
  /** A flag's targeting and switch in one environment; each has its own version. */
  flag_environment: {
    flag_id: number;
    environment_id: number;
    active: boolean;
    filters: Json<object>;
    version: number;
    /** `change_seq` of the project at its last change. */
    changed_seq: GeneratedBigInt;
    /** When it was last switched on. */
    active_since: Timestamp;
    updated_by: string | null;
    updated_at: Timestamp;
  };

  /** What a flag is for one distinct id, whatever its condition sets say. */
  flag_override: {
    flag_id: number;
    environment_id: number;
    distinct_id: string;
    /** true, false or the key of a variant. */
    value: ColumnType<boolean | string, string, string>;
    created_by: string | null;
    created_at: Timestamp;
  };
  /** A share of people that flags leave alone, the same people for all of them. */
  flag_holdout: {
    id: Generated<number>;
    project_id: number;
    name: string;
    description: string;
    /** 0 to 100. */
    exclusion_percentage: number;
    created_by: string | null;
    created_at: Timestamp;
    updated_at: Timestamp;
  };
  /** What people may opt in to; at most one per flag. */
  early_access_feature: {
    id: string;
    project_id: number;
    flag_id: number;
    name: string;
    description: string;
    stage: string;
    documentation_url: string;
    payload: Json<object>;
    created_by: string | null;
    created_at: Timestamp;
    updated_at: Timestamp;
  };
  /** The id that a person was bucketed by before login, for flags that keep the experience. */
  hash_key_override: {
    environment_id: number;
    person_id: string;
    flag_id: number;
    hash_key: string;
    created_at: CreatedAt;
  };
  /** A flag as it was at a version in one environment; written with the change that made it. */
  flag_version: {
    flag_id: number;
    environment_id: number;
    version: number;
    at: Timestamp;
    definition: Json<object>;
    /** Who made it and why; null for what was there before versions were kept. */
    audit_entry_id: NullableBigInt;
  };
  flag_comment: {
    id: string;
    flag_id: number;
    /** Null when they have left. */
    author_id: string | null;
    author_name: string;
    body: string;
    created_at: Timestamp;
    edited_at: Timestamp | null;
  };
  /** When code last asked for a flag by its key; minutes may be missing after a crash. */
  flag_call: { environment_id: number; flag_key: string; last_called_at: Timestamp };
  /** Keys that code asks for though there is no such flag. */
  unknown_flag: {
    environment_id: number;
    flag_key: string;
    count: BigInt_;
    /** Which SDK asked last. */
    sdk: string;
    first_seen_at: Timestamp;
    last_seen_at: Timestamp;
  };
};
