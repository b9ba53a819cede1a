// Keys by which programs sign in: those of people and those of environments. Only hashes are kept.
import type { CreatedAt, Timestamp } from './column-types.ts';

export type KeyTables = {
  personal_api_key: {
    id: string;
    user_id: string;
    label: string;
    key_hash: string;
    /** Last four characters, to tell keys apart on a screen. */
    key_hint: string;
    scopes: string[];
    created_at: CreatedAt;
    last_used_at: Timestamp | null;
  };
  /** Secret keys of servers, each bound to one environment (`phs_…`). */
  project_secret_key: {
    id: string;
    environment_id: number;
    label: string;
    key_hash: string;
    key_hint: string;
    /** The key before the last rotation, and until when it still works. */
    previous_hash: string | null;
    previous_valid_until: Timestamp | null;
    scopes: string[];
    created_by: string | null;
    created_at: CreatedAt;
    rotated_at: Timestamp | null;
    last_used_at: Timestamp | null;
  };
};
