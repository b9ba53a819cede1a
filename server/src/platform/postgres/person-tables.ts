// Types of the tables of people and groups.
import type { Generated } from 'kysely';
import type { BigInt_, Json, Timestamp } from './column-types.ts';

export type PersonTables = {
  person: {
    environment_id: number;
    id: string;
    properties: Json<object>;
    is_identified: boolean;
    version: BigInt_;
    created_at: Timestamp;
  };
  person_distinct_id: {
    environment_id: number;
    distinct_id: string;
    person_id: string;
    version: BigInt_;
  };
  /** Ids seen without a person; a later merge must re-point their events. */
  personless_distinct_id: {
    environment_id: number;
    distinct_id: string;
    is_merged: boolean;
  };
  group_type: {
    environment_id: number;
    group_type: string;
    type_index: number;
    /** What people call one of them; null: as SDKs do. */
    name_singular: Generated<string | null>;
    name_plural: Generated<string | null>;
  };
  /** Merges that are being written into events: where it stands, and what merges said when it began. */
  person_squash: {
    environment_id: number;
    distinct_ids: string[];
    person_ids: string[];
    versions: string[];
    /** Batches that nodes were storing at the beginning: `[{node, segment, offset}]`. */
    waits_for: Json<object[]>;
    settled_at: Timestamp | null;
    started_at: Timestamp;
  };
  group_entity: {
    environment_id: number;
    type_index: number;
    group_key: string;
    properties: Json<object>;
    version: BigInt_;
    created_at: Timestamp;
  };
  /** Rows for ClickHouse written with the merge that caused them; sent at least once. */
  person_outbox: {
    id: Generated<string>;
    environment_id: number;
    distinct_id: string;
    person_id: string;
    version: BigInt_;
  };
};
