// Types of the tables of dashboards.
import type { Generated } from 'kysely';
import type { CreatedAt, Json, Timestamp } from './column-types.ts';

export type DashboardTables = {
  dashboard: {
    id: Generated<number>;
    project_id: number;
    name: string;
    description: string;
    pinned: boolean;
    /** What overrides the questions of the tiles. */
    filters: Json<object>;
    tiles: Json<unknown[]>;
    deleted: boolean;
    version: number;
    created_by: string | null;
    created_at: CreatedAt;
    updated_by: string | null;
    updated_at: Timestamp;
  };
  /** Public links that have not been revoked. */
  dashboard_link: {
    id: string;
    dashboard_id: number;
    environment_id: number;
    token_hash: string;
    created_by: string | null;
    created_at: CreatedAt;
  };
};
