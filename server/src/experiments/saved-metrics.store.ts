// Rows of metrics that experiments share.
import type { Db } from '#platform/ctx';
import { containing } from '#platform/postgres/like';
import type { Metric } from './metric.ts';

export type SavedMetricFields = {
  readonly name: string;
  readonly description: string;
  readonly query: Metric;
  readonly tags: readonly string[];
};

export type Maker = { readonly id: string; readonly name: string; readonly email: string };

export type SavedMetric = SavedMetricFields & {
  readonly id: number;
  readonly version: number;
  readonly createdBy: Maker | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
};

export type MetricPage = {
  /** Part of the name. */
  readonly search: string | undefined;
  readonly limit: number;
  readonly offset: number;
};

function select(db: Db, projectId: number) {
  return db
    .selectFrom('experiment_saved_metric as metric')
    .leftJoin('app_user as creator', 'creator.id', 'metric.created_by')
    .where('metric.project_id', '=', projectId);
}

function selectRecords(db: Db, projectId: number) {
  return select(db, projectId)
    .selectAll('metric')
    .select(['creator.name as creator_name', 'creator.email as creator_email']);
}

type Row = Awaited<ReturnType<ReturnType<typeof selectRecords>['executeTakeFirstOrThrow']>>;

/** One page, by name, and how many there are in all. */
export async function listMetricRows(
  db: Db,
  projectId: number,
  { search, limit, offset }: MetricPage,
): Promise<{ count: number; metrics: SavedMetric[] }> {
  const pattern = containing(search ?? '');
  const { count } = await select(db, projectId)
    .where('metric.name', 'ilike', pattern)
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow();
  const rows = await selectRecords(db, projectId)
    .where('metric.name', 'ilike', pattern)
    .orderBy('metric.name')
    .orderBy('metric.id')
    .limit(limit)
    .offset(offset)
    .execute();
  return { count: Number(count), metrics: rows.map(toMetric) };
}

/** @param isLocked holds the rows until the end of the transaction */
export async function findMetricRows(
  db: Db,
  projectId: number,
  ids: readonly number[],
  isLocked = false,
): Promise<SavedMetric[]> {
  if (ids.length === 0) return [];
  const query = selectRecords(db, projectId).where('metric.id', 'in', ids).orderBy('metric.id');
  const rows = await (isLocked ? query.forUpdate('metric') : query).execute();
  return rows.map(toMetric);
}

export async function insertMetric(
  db: Db,
  row: SavedMetricFields & {
    readonly projectId: number;
    readonly createdBy: string | null;
    readonly at: Date;
  },
): Promise<number> {
  const { id } = await db
    .insertInto('experiment_saved_metric')
    .values({
      project_id: row.projectId,
      ...columnsOf(row),
      created_by: row.createdBy,
      created_at: row.at,
      updated_at: row.at,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

export async function updateMetricRow(
  db: Db,
  id: number,
  row: SavedMetricFields & { readonly version: number; readonly at: Date },
): Promise<void> {
  await db
    .updateTable('experiment_saved_metric')
    .set({ ...columnsOf(row), version: row.version, updated_at: row.at })
    .where('id', '=', id)
    .execute();
}

export async function deleteMetricRow(db: Db, id: number): Promise<void> {
  await db.deleteFrom('experiment_saved_metric').where('id', '=', id).execute();
}

const columnsOf = ({ name, description, query, tags }: SavedMetricFields) => ({
  name,
  description,
  query: JSON.stringify(query),
  tags: JSON.stringify(tags),
});

function toMetric(row: Row): SavedMetric {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    query: row.query as Metric,
    tags: row.tags,
    version: row.version,
    createdBy: makerOf(row.created_by, row.creator_name, row.creator_email),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

export function makerOf(
  id: string | null,
  name: string | null,
  email: string | null,
): Maker | null {
  return id === null ? null : { id, name: name ?? '', email: email ?? '' };
}
