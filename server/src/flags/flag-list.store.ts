// Lists of flags: which of a project's flags a page shows, and in which order.
import { sql } from 'kysely';
import type { Db } from '#platform/ctx';
import type { EvaluationRuntime } from './flag.ts';
import { type FlagRecord, RECORD_COLUMNS, selectFlags, toRecord } from './flag-record.store.ts';

/** Which flags a list shows. */
export type FlagFilter = {
  readonly projectId: number;
  readonly environmentId: number;
  readonly search?: string | undefined;
  readonly active?: boolean | undefined;
  readonly archived: boolean;
  readonly kind?: 'boolean' | 'multivariant' | 'remote_config' | undefined;
  readonly createdById?: string | undefined;
  readonly evaluationRuntime?: EvaluationRuntime | undefined;
  /** Flags with any of these. */
  readonly tags?: readonly string[] | undefined;
  readonly order: FlagOrder;
  readonly limit: number;
  readonly offset: number;
};

const ORDER_COLUMNS = {
  created_at: 'flag.created_at',
  updated_at: 'env.updated_at',
  key: 'flag.key',
  name: 'flag.name',
} as const;
type FlagOrder = `${'' | '-'}${keyof typeof ORDER_COLUMNS}`;

/** One page of the project's flags as they are in the environment, and how many there are in all. */
export async function listFlagRecords(
  db: Db,
  filter: FlagFilter,
): Promise<{ count: number; records: FlagRecord[] }> {
  const query = filtered(db, filter);
  const { count } = await query
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow();
  const isDescending = filter.order.startsWith('-');
  const column = ORDER_COLUMNS[filter.order.replace('-', '') as keyof typeof ORDER_COLUMNS];
  const rows = await query
    .selectAll('flag')
    .select(RECORD_COLUMNS)
    .orderBy(column, isDescending ? 'desc' : 'asc')
    .orderBy('flag.id', isDescending ? 'desc' : 'asc')
    .limit(filter.limit)
    .offset(filter.offset)
    .execute();
  return { count: Number(count), records: rows.map(toRecord) };
}

function filtered(db: Db, filter: FlagFilter) {
  const { search, active, kind, createdById, evaluationRuntime, tags } = filter;
  let query = selectFlags(db)
    .where('flag.project_id', '=', filter.projectId)
    .where('env.environment_id', '=', filter.environmentId)
    .where('flag.deleted', '=', false)
    .where('flag.archived', '=', filter.archived);
  if (search !== undefined && search !== '') {
    const pattern = `%${search.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
    query = query.where((eb) =>
      eb.or([eb('flag.key', 'ilike', pattern), eb('flag.name', 'ilike', pattern)]),
    );
  }
  if (active !== undefined) query = query.where('env.active', '=', active);
  if (createdById !== undefined) query = query.where('flag.created_by', '=', createdById);
  if (evaluationRuntime !== undefined) {
    query = query.where('flag.evaluation_runtime', '=', evaluationRuntime);
  }
  if (tags !== undefined && tags.length > 0) {
    query = query.where(sql<boolean>`flag.tags ?| ${sql.val([...tags])}::text[]`);
  }
  if (kind === 'remote_config') return query.where('flag.is_remote_configuration', '=', true);
  if (kind === undefined) return query;
  const hasVariants = sql<boolean>`coalesce(env.filters->'multivariate', 'null') <> 'null'`;
  return kind === 'multivariant'
    ? query.where(hasVariants)
    : query.where((eb) => eb.not(hasVariants)).where('flag.is_remote_configuration', '=', false);
}

/** The flag as it is in every environment, or in one of them. */
export async function listFlagRecordsOf(
  db: Db,
  flagId: number,
  environmentId: number | null = null,
): Promise<FlagRecord[]> {
  let query = selectFlags(db)
    .innerJoin('environment', 'environment.id', 'env.environment_id')
    .where('environment.deleted_at', 'is', null)
    .where('flag.id', '=', flagId);
  if (environmentId !== null) query = query.where('env.environment_id', '=', environmentId);
  const rows = await query
    .selectAll('flag')
    .select(RECORD_COLUMNS)
    .orderBy('env.environment_id')
    .execute();
  return rows.map(toRecord);
}

/** Every flag as it is in an environment, archived and deleted ones too. */
export async function listAllFlagRecords(db: Db, environmentId: number): Promise<FlagRecord[]> {
  const rows = await selectFlags(db)
    .where('env.environment_id', '=', environmentId)
    .selectAll('flag')
    .select(RECORD_COLUMNS)
    .execute();
  return rows.map(toRecord);
}

/** Keys of a project's environments by id. */
export async function environmentKeys(db: Db, projectId: number): Promise<Map<number, string>> {
  const rows = await db
    .selectFrom('environment')
    .select(['id', 'key'])
    .where('project_id', '=', projectId)
    .where('deleted_at', 'is', null)
    .execute();
  return new Map(rows.map(({ id, key }) => [id, key]));
}
