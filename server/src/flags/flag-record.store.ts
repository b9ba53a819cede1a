// A flag in one environment as one row: which columns make it, and how it is read.
import { type Selectable, sql } from 'kysely';
import type { JsonObject } from '#kernel/json';
import type { Db } from '#platform/ctx';
import type { Database } from '#platform/postgres/schema';
import type {
  BucketingIdentifier,
  EvaluationRuntime,
  Filters,
  FlagDefinition,
  FlagKind,
  ValueSource,
  ValueType,
} from './flag.ts';

type FlagUser = { readonly id: string; readonly name: string; readonly email: string };

/** A flag in one environment, as people manage it. */
export type FlagRecord = FlagDefinition & {
  readonly projectId: number;
  readonly environmentId: number;
  readonly kind: FlagKind;
  readonly killSwitchId: number | null;
  readonly killSwitchKey: string | null;
  readonly tags: readonly string[];
  readonly archived: boolean;
  readonly deleted: boolean;
  readonly ownerId: string | null;
  readonly owner: FlagUser | null;
  readonly payloadSchema: JsonObject | null;
  /** Experiments that go by it in the environment. */
  readonly experimentIds: readonly number[];
  /** When it was last switched on in the environment. */
  readonly activeSince: Date;
  /** When code last asked for it there, as far as is known. */
  readonly lastCalledAt: Date | null;
  readonly createdBy: FlagUser | null;
  readonly createdAt: Date;
  readonly updatedBy: FlagUser | null;
  readonly updatedAt: Date;
};

const EXPERIMENTS = sql<number[]>`array(select id from experiment
  where experiment.flag_id = flag.id and experiment.environment_id = env.environment_id order by id)`;

/** Whether an experiment goes by the flag in the environment, or is about to: SDKs then report every use of it in full. */
export const HAS_EXPERIMENT = sql<boolean>`exists(select 1 from experiment
  where experiment.flag_id = flag.id and experiment.environment_id = env.environment_id
    and experiment.end_date is null and not experiment.archived)`;

/** Columns beside those of `flag` that make a {@link FlagRecord}. */
export const RECORD_COLUMNS = [
  'env.environment_id',
  'env.active',
  'env.filters',
  'env.version',
  'env.active_since',
  'env.updated_at as changed_at',
  'flag_call.last_called_at',
  'kill.key as kill_switch_key',
  'creator.id as creator_id',
  'creator.name as creator_name',
  'creator.email as creator_email',
  'editor.id as editor_id',
  'editor.name as editor_name',
  'editor.email as editor_email',
  'owner.name as owner_name',
  'owner.email as owner_email',
  EXPERIMENTS.as('experiment_ids'),
  HAS_EXPERIMENT.as('has_experiment'),
] as const;

/**
 * Flags with one environment each (`env`), their kill switch (`kill`), the people around them, and when
 * code last asked.
 */
export function selectFlags(db: Db) {
  return db
    .selectFrom('flag')
    .innerJoin('flag_environment as env', 'env.flag_id', 'flag.id')
    .leftJoin('flag as kill', 'kill.id', 'flag.kill_switch_id')
    .leftJoin('app_user as creator', 'creator.id', 'flag.created_by')
    .leftJoin('app_user as editor', 'editor.id', 'env.updated_by')
    .leftJoin('app_user as owner', 'owner.id', 'flag.owner_id')
    .leftJoin('flag_call', (join) =>
      join
        .onRef('flag_call.environment_id', '=', 'env.environment_id')
        .onRef('flag_call.flag_key', '=', 'flag.key'),
    );
}

/** Whole records, to be narrowed by the caller. */
export function selectRecords(db: Db) {
  return selectFlags(db).selectAll('flag').select(RECORD_COLUMNS);
}

type Row = Awaited<ReturnType<ReturnType<typeof selectRecords>['executeTakeFirstOrThrow']>>;

export function toRecord(row: Row): FlagRecord {
  return {
    ...toDefinition(row),
    projectId: row.project_id,
    environmentId: row.environment_id,
    kind: row.kind as FlagKind,
    killSwitchId: row.kill_switch_id,
    killSwitchKey: row.kill_switch_key,
    tags: row.tags,
    archived: row.archived,
    deleted: row.deleted,
    ownerId: row.owner_id,
    owner: toUser(row.owner_id, row.owner_name, row.owner_email),
    payloadSchema: row.payload_schema as JsonObject | null,
    experimentIds: row.experiment_ids,
    activeSince: row.active_since,
    lastCalledAt: row.last_called_at,
    createdBy: toUser(row.creator_id, row.creator_name, row.creator_email),
    createdAt: row.created_at,
    updatedBy: toUser(row.editor_id, row.editor_name, row.editor_email),
    updatedAt: row.changed_at,
  };
}

type DefinitionRow = Selectable<Database['flag']> &
  Pick<Selectable<Database['flag_environment']>, 'active' | 'filters' | 'version'> & {
    readonly has_experiment: boolean;
  };

/** What evaluation needs of a row. */
export function toDefinition(row: DefinitionRow): FlagDefinition {
  return {
    id: row.id,
    key: row.key,
    name: row.name,
    active: row.active,
    filters: row.filters as Filters,
    version: row.version,
    evaluationRuntime: row.evaluation_runtime as EvaluationRuntime,
    evaluationContexts: row.evaluation_contexts,
    bucketingIdentifier: row.bucketing_identifier as BucketingIdentifier,
    ensureExperienceContinuity: row.ensure_experience_continuity,
    hasExperiment: row.has_experiment,
    isRemoteConfiguration: row.is_remote_configuration,
    valueType: row.value_type as ValueType | null,
    valueSource: row.value_source as ValueSource | null,
    killSwitchId: row.kill_switch_id,
  };
}

function toUser(id: string | null, name: string | null, email: string | null): FlagUser | null {
  return id === null ? null : { id, name: name ?? '', email: email ?? '' };
}
