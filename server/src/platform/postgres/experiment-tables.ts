// Types of the tables of experiments.
import type { Generated } from 'kysely';
import type { CreatedAt, Json, Timestamp } from './column-types.ts';

export type ExperimentTables = {
  /** Metrics that several experiments share. */
  experiment_saved_metric: {
    id: Generated<number>;
    project_id: number;
    name: string;
    description: string;
    query: Json<object>;
    tags: Json<string[]>;
    version: Generated<number>;
    created_by: string | null;
    created_at: CreatedAt;
    updated_at: Timestamp;
  };
  experiment: {
    id: Generated<number>;
    project_id: number;
    environment_id: number;
    flag_id: number;
    name: string;
    description: string;
    type: string;
    /** Variants with their shares as they were launched; planned effect and sample. */
    parameters: Json<object>;
    exposure_criteria: Json<object>;
    metrics: Json<object[]>;
    metrics_secondary: Json<object[]>;
    /** `[{id, metadata: {type}}]` of shared metrics. */
    saved_metrics: Json<object[]>;
    /** Ids of goals, and of the others, as people put them in order. */
    primary_metrics_ordered_uuids: Json<string[]> | null;
    secondary_metrics_ordered_uuids: Json<string[]> | null;
    stats_config: Json<object>;
    only_count_matured_users: boolean;
    start_date: Timestamp | null;
    end_date: Timestamp | null;
    archived: Generated<boolean>;
    conclusion: string | null;
    conclusion_comment: string | null;
    version: Generated<number>;
    created_by: string | null;
    created_at: CreatedAt;
    updated_at: Timestamp;
  };
  /** Public links to results that have not been revoked. */
  experiment_link: {
    id: string;
    experiment_id: number;
    token_hash: string;
    created_by: string | null;
    created_at: CreatedAt;
  };
  /** The last look at a running experiment. */
  experiment_watch: {
    experiment_id: number;
    /** At the guardrails. */
    looked_at: Timestamp;
    /** At everything. */
    counted_at: Timestamp;
    summary: Json<object>;
    /** Keys of what people have been told. */
    told: Json<string[]>;
    /** Of a fixed horizon: the goals when the sample was complete. */
    answer: Json<object> | null;
  };
  /** What an experiment's numbers were at a moment; written once. */
  experiment_snapshot: {
    experiment_id: number;
    /** `$exposures` for who was exposed. */
    metric_uuid: string;
    as_of: Timestamp;
    /** Of everything that the numbers depend on. */
    settings_hash: string;
    /** Nothing comes after it. */
    is_final: boolean;
    statistics: Json<object>;
    computed_at: Timestamp;
  };
};
