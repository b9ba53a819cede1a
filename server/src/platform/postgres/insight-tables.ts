// Types of the tables of insights, and of the queue that feeds what they ask about.
import type { Generated } from 'kysely';
import type { CreatedAt, Json, Timestamp } from './column-types.ts';

export type InsightTables = {
  /** What people say of names of events (`event`) and of their properties (`property`). */
  data_definition: {
    project_id: number;
    kind: 'event' | 'property';
    name: string;
    description: string;
    tags: Json<string[]>;
    verified: boolean;
    hidden: boolean;
    /** Of a property, said by a person; null: as its values say. */
    property_type: 'String' | 'Numeric' | 'Boolean' | 'DateTime' | null;
    version: number;
    updated_by: string | null;
    updated_at: Timestamp;
  };
  /** People (`person`) and groups (`group`) whose copy in ClickHouse is to be written again. */
  entity_outbox: {
    id: Generated<string>;
    environment_id: number;
    kind: string;
    /** Of a group; 0 for people. */
    type_index: Generated<number>;
    entity_key: string;
  };
  /** Insights and dashboards that people have marked for themselves. */
  favourite: {
    user_id: string;
    kind: 'insight' | 'dashboard';
    item_id: number;
    created_at: Timestamp;
  };
  insight: {
    id: Generated<number>;
    project_id: number;
    short_id: string;
    name: string;
    description: string;
    query: Json<object>;
    tags: Json<string[]>;
    deleted: boolean;
    version: number;
    created_by: string | null;
    created_at: CreatedAt;
    updated_by: string | null;
    updated_at: Timestamp;
  };
};
