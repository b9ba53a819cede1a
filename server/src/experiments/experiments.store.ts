// Rows of experiments, with the flag that each goes by as it is in their environment.
import { sql } from 'kysely';
import type { Filters as FlagFilters } from '#flags/flag';
import type { Db } from '#platform/ctx';
import { containing } from '#platform/postgres/like';
import type {
  Conclusion,
  ExperimentFields,
  ExposureCriteria,
  Parameters,
  SavedMetricUse,
  StatsConfig,
  Status,
} from './experiment.ts';
import type { Metric } from './metric.ts';
import { type Maker, makerOf } from './saved-metrics.store.ts';
import type { Summary } from './watch.store.ts';

export type Experiment = ExperimentFields & {
  readonly id: number;
  readonly projectId: number;
  readonly environmentId: number;
  readonly flagId: number;
  readonly flagKey: string;
  readonly isFlagActive: boolean;
  /** When it was last switched on. */
  readonly flagActiveSince: Date;
  readonly flagFilters: FlagFilters;
  readonly startDate: Date | null;
  readonly endDate: Date | null;
  readonly version: number;
  /** What was seen last, without counting anew; null before the first look. */
  readonly lastLook: { readonly at: Date; readonly summary: Summary } | null;
  readonly createdBy: Maker | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
};

export type ExperimentFilter = {
  readonly search: string | undefined;
  readonly status: Status | undefined;
  readonly archived: boolean;
  readonly limit: number;
  readonly offset: number;
};

type Place = { readonly projectId: number; readonly environmentId: number };

function selectAllExperiments(db: Db) {
  return db
    .selectFrom('experiment as x')
    .innerJoin('flag', 'flag.id', 'x.flag_id')
    .innerJoin('flag_environment as env', (join) =>
      join
        .onRef('env.flag_id', '=', 'x.flag_id')
        .onRef('env.environment_id', '=', 'x.environment_id'),
    )
    .leftJoin('app_user as creator', 'creator.id', 'x.created_by')
    .leftJoin('experiment_watch as watch', 'watch.experiment_id', 'x.id');
}

const selectExperiments = (db: Db, { projectId, environmentId }: Place) =>
  selectAllExperiments(db)
    .where('x.project_id', '=', projectId)
    .where('x.environment_id', '=', environmentId);

const withColumns = (query: ReturnType<typeof selectAllExperiments>) =>
  query
    .selectAll('x')
    .select([
      'flag.key as flag_key',
      'env.active as is_flag_active',
      'env.active_since as flag_active_since',
      'env.filters as flag_filters',
      'creator.name as creator_name',
      'creator.email as creator_email',
      'watch.counted_at as looked_at',
      'watch.summary as look_summary',
    ]);

type Row = Awaited<ReturnType<ReturnType<typeof withColumns>['executeTakeFirstOrThrow']>>;

const CONDITIONS: Readonly<Record<Status, ReturnType<typeof sql<boolean>>>> = {
  draft: sql<boolean>`x.start_date is null`,
  running: sql<boolean>`x.start_date is not null and x.end_date is null and env.active`,
  paused: sql<boolean>`x.start_date is not null and x.end_date is null and not env.active`,
  stopped: sql<boolean>`x.end_date is not null`,
};

/** One page, the newest first, and how many there are in all. */
export async function listExperimentRows(
  db: Db,
  place: Place,
  { search, status, archived, limit, offset }: ExperimentFilter,
): Promise<{ count: number; experiments: Experiment[] }> {
  const pattern = containing(search ?? '');
  let query = selectExperiments(db, place)
    .where('x.archived', '=', archived)
    .where((eb) => eb.or([eb('x.name', 'ilike', pattern), eb('flag.key', 'ilike', pattern)]));
  if (status !== undefined) query = query.where(CONDITIONS[status]);
  const { count } = await query
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow();
  const rows = await withColumns(query)
    .orderBy('x.id', 'desc')
    .limit(limit)
    .offset(offset)
    .execute();
  return { count: Number(count), experiments: rows.map(toExperiment) };
}

export async function findExperimentRow(
  db: Db,
  place: Place,
  id: number,
): Promise<Experiment | undefined> {
  const row = await withColumns(selectExperiments(db, place))
    .where('x.id', '=', id)
    .executeTakeFirst();
  return row && toExperiment(row);
}

/** Holds the row until the end of the transaction. */
export async function lockExperiment(db: Db, { projectId, environmentId }: Place, id: number) {
  await db
    .selectFrom('experiment')
    .select('id')
    .where('project_id', '=', projectId)
    .where('environment_id', '=', environmentId)
    .where('id', '=', id)
    .forUpdate()
    .execute();
}

/** Launched and not ended, in every project; paused ones, too. */
export async function listRunning(db: Db): Promise<Experiment[]> {
  const rows = await withColumns(selectAllExperiments(db))
    .where('x.start_date', 'is not', null)
    .where('x.end_date', 'is', null)
    .orderBy('x.id')
    .execute();
  return rows.map(toExperiment);
}

/** Those that have begun and whose last numbers are not kept yet, in all projects. */
export async function listUnsettled(db: Db): Promise<Experiment[]> {
  const rows = await withColumns(selectAllExperiments(db))
    .where('x.start_date', 'is not', null)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('experiment_snapshot as s')
            .select('s.experiment_id')
            .whereRef('s.experiment_id', '=', 'x.id')
            .where('s.is_final', '=', true),
        ),
      ),
    )
    .orderBy('x.id')
    .execute();
  return rows.map(toExperiment);
}

export async function countExperiments(db: Db, projectId: number): Promise<number> {
  const { count } = await db
    .selectFrom('experiment')
    .where('project_id', '=', projectId)
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}

export async function insertExperiment(
  db: Db,
  row: ExperimentFields &
    Place & { readonly flagId: number; readonly createdBy: string | null; readonly at: Date },
): Promise<number> {
  const { id } = await db
    .insertInto('experiment')
    .values({
      project_id: row.projectId,
      environment_id: row.environmentId,
      flag_id: row.flagId,
      ...columnsOf(row),
      created_by: row.createdBy,
      created_at: row.at,
      updated_at: row.at,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

export async function updateExperimentRow(
  db: Db,
  id: number,
  row: ExperimentFields & {
    readonly startDate: Date | null;
    readonly endDate: Date | null;
    readonly version: number;
    readonly at: Date;
  },
): Promise<void> {
  await db
    .updateTable('experiment')
    .set({
      ...columnsOf(row),
      start_date: row.startDate,
      end_date: row.endDate,
      version: row.version,
      updated_at: row.at,
    })
    .where('id', '=', id)
    .execute();
}

export async function deleteExperimentRow(db: Db, id: number): Promise<void> {
  await db.deleteFrom('experiment').where('id', '=', id).execute();
}

function columnsOf(fields: ExperimentFields) {
  return {
    name: fields.name,
    description: fields.description,
    type: fields.type,
    parameters: JSON.stringify(fields.parameters),
    exposure_criteria: JSON.stringify(fields.exposureCriteria),
    metrics: JSON.stringify(fields.metrics),
    metrics_secondary: JSON.stringify(fields.metricsSecondary),
    saved_metrics: JSON.stringify(fields.savedMetrics),
    primary_metrics_ordered_uuids: fields.primaryOrder && JSON.stringify(fields.primaryOrder),
    secondary_metrics_ordered_uuids: fields.secondaryOrder && JSON.stringify(fields.secondaryOrder),
    stats_config: JSON.stringify(fields.statsConfig),
    only_count_matured_users: fields.onlyCountMaturedUsers,
    archived: fields.archived,
    conclusion: fields.conclusion,
    conclusion_comment: fields.conclusionComment,
  };
}

function toExperiment(row: Row): Experiment {
  return {
    id: row.id,
    projectId: row.project_id,
    environmentId: row.environment_id,
    flagId: row.flag_id,
    flagKey: row.flag_key,
    isFlagActive: row.is_flag_active,
    flagActiveSince: row.flag_active_since,
    flagFilters: row.flag_filters as FlagFilters,
    name: row.name,
    description: row.description,
    type: row.type as ExperimentFields['type'],
    parameters: row.parameters as Parameters,
    exposureCriteria: row.exposure_criteria as ExposureCriteria,
    metrics: row.metrics as Metric[],
    metricsSecondary: row.metrics_secondary as Metric[],
    savedMetrics: row.saved_metrics as SavedMetricUse[],
    primaryOrder: row.primary_metrics_ordered_uuids,
    secondaryOrder: row.secondary_metrics_ordered_uuids,
    statsConfig: row.stats_config as StatsConfig,
    onlyCountMaturedUsers: row.only_count_matured_users,
    archived: row.archived,
    conclusion: row.conclusion as Conclusion | null,
    conclusionComment: row.conclusion_comment,
    startDate: row.start_date,
    endDate: row.end_date,
    version: row.version,
    lastLook: row.looked_at && { at: row.looked_at, summary: row.look_summary as Summary },
    createdBy: makerOf(row.created_by, row.creator_name, row.creator_email),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
