// Types of the tables of errors.
import type { Generated } from 'kysely';
import type { CreatedAt, NullableJson, Timestamp } from './column-types.ts';

export type ErrorTables = {
  /** Exceptions of an environment that are about the same thing. */
  error_issue: {
    id: string;
    environment_id: number;
    /** Of its first exception: what it is counted by. */
    fingerprint: string;
    /** The type, such as `TypeError`. */
    name: string;
    description: string;
    /** Function and file in the app; empty when not known. */
    place: string;
    /** The SDK that reported it first. */
    library: string;
    status: string;
    owner_id: string | null;
    first_seen: Timestamp;
    last_seen: Timestamp;
    /** Empty when its first exception named none. */
    first_release: string;
    resolved_at: Timestamp | null;
    /** Releases in which it had happened by then: there it may go on. */
    resolved_releases: NullableJson;
    /** When it last came back. */
    regressed_at: Timestamp | null;
    /** When people were last told that it suddenly happens to many. */
    spike_at: Timestamp | null;
    version: Generated<number>;
    created_at: CreatedAt;
    updated_at: Timestamp;
  };
  /** Whose an exception is; issues that were joined have several. */
  error_fingerprint: { environment_id: number; fingerprint: string; issue_id: string };
  /** One row: every exception received before is in an issue. */
  error_mark: { id: number; received_at: Timestamp };
  /** Source maps of bundles, by release and file; some name a chunk by its own id. */
  source_map: {
    id: string;
    project_id: number;
    release: string;
    file: string;
    /** Empty when the file names none. */
    chunk_id: string;
    gzip: Buffer;
    /** Of it. */
    size_bytes: number;
    created_at: Timestamp;
  };
  /** What people are told of the errors of an environment. */
  error_alert_rule: {
    environment_id: number;
    new_issue: boolean;
    regression: boolean;
    spike: boolean;
    version: number;
    updated_at: Timestamp;
  };
};
