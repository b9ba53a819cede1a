// Types of the tables about recordings of sessions.
import type { Timestamp } from './column-types.ts';
import type { ColumnType } from 'kysely';

export type RecordingTables = {
  /** What is recorded; without a row the default. */
  recording_setting: {
    environment_id: number;
    settings: ColumnType<object, string, string>;
    version: number;
    updated_at: Timestamp;
  };
  /** Recordings that are kept as evidence. */
  recording_pin: {
    environment_id: number;
    session_id: string;
    reason: string;
    pinned_by: string;
    pinned_at: Timestamp;
  };
  /** Sessions that are gone, by the deletion that they went with. */
  recording_erased: {
    environment_id: number;
    session_id: string;
    deletion_id: string;
    erased_at: Timestamp;
  };
  /** Where sessions lie whose ids tell no time. */
  recording_place: {
    environment_id: number;
    session_id: string;
    day: ColumnType<Date, string, string>;
    retention_days: number;
  };
  /** Who saw which. */
  recording_view: {
    user_id: string;
    environment_id: number;
    session_id: string;
    first_viewed_at: Timestamp;
    last_viewed_at: Timestamp;
    /** Day of the last entry in the audit log, `2026-11-20`. */
    audited_on: ColumnType<Date, string, string>;
  };
  /** Filters of recordings that people saved. */
  recording_filter: {
    id: string;
    environment_id: number;
    name: string;
    filter: ColumnType<object, string, string>;
    version: number;
    created_by: string;
    created_at: Timestamp;
    updated_at: Timestamp;
  };
};
