// Finding flags among thousands: one page of those that a filter means, their numbers, the tags in use. A
// project's flags are few enough for PostgreSQL to look at each (5,000: some 10 ms), so no index can be stale.
import { sql } from 'kysely';
import type { Db } from '#platform/ctx';
import { containing } from '#platform/postgres/like';
import type { FlagFilter, FlagOrder } from './flag-filter.ts';
import { type FlagRecord, RECORD_COLUMNS, selectFlags, toRecord } from './flag-record.store.ts';

/** Where to look, and the instant before which a flag counts as stale. */
export type SearchPlace = {
  readonly projectId: number;
  readonly environmentId: number;
  readonly staleBefore: Date;
};

const ORDER_COLUMNS = {
  created_at: 'flag.created_at',
  updated_at: 'env.updated_at',
  last_called_at: 'flag_call.last_called_at',
  key: 'flag.key',
  name: 'flag.name',
} as const;

/** One page of the flags as they are in the environment, and how many there are in all. */
export async function searchFlags(
  db: Db,
  place: SearchPlace,
  filter: FlagFilter,
  page: { readonly order: FlagOrder; readonly limit: number; readonly offset: number },
): Promise<{ count: number; records: FlagRecord[] }> {
  const query = filtered(db, place, filter);
  const { count } = await query
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow();
  const direction = page.order.startsWith('-') ? 'desc' : 'asc';
  const column = ORDER_COLUMNS[page.order.replace('-', '') as keyof typeof ORDER_COLUMNS];
  const rows = await query
    .selectAll('flag')
    .select(RECORD_COLUMNS)
    .orderBy(column, (order) => (direction === 'desc' ? order.desc() : order.asc()).nullsLast())
    .orderBy('flag.id', direction)
    .limit(page.limit)
    .offset(page.offset)
    .execute();
  return { count: Number(count), records: rows.map(toRecord) };
}

/** Numbers of all flags that the filter means, at most `limit`, by key. */
export async function findFlagIds(
  db: Db,
  place: SearchPlace,
  filter: FlagFilter,
  limit: number,
): Promise<number[]> {
  const rows = await filtered(db, place, filter)
    .select('flag.id')
    .orderBy('flag.key')
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}

/** Keys of the environments in which each of these flags is on, in the order of the environments. */
export async function listActiveIn(
  db: Db,
  flagIds: readonly number[],
): Promise<ReadonlyMap<number, readonly string[]>> {
  if (flagIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('flag_environment as env')
    .innerJoin('environment', 'environment.id', 'env.environment_id')
    .select(['env.flag_id', 'environment.key'])
    .where('env.flag_id', 'in', [...flagIds])
    .where('env.active', '=', true)
    .where('environment.deleted_at', 'is', null)
    .orderBy('environment.position')
    .orderBy('environment.id')
    .execute();
  const byFlag = Map.groupBy(rows, (row) => row.flag_id);
  return new Map([...byFlag].map(([id, own]) => [id, own.map(({ key }) => key)]));
}

export type TagCount = { readonly name: string; readonly count: number };

/** Every tag of the project's flags that are not deleted, and how many have it. */
export async function countTags(db: Db, projectId: number): Promise<TagCount[]> {
  const { rows } = await sql<{ name: string; count: string }>`
    select tag.name, count(*) as count
    from flag, jsonb_array_elements_text(flag.tags) as tag(name)
    where flag.project_id = ${projectId} and not flag.deleted
    group by tag.name order by tag.name`.execute(db);
  return rows.map(({ name, count }) => ({ name, count: Number(count) }));
}

/** Numbers of the project's flags with a tag, archived ones too. */
export async function findTagged(
  db: Db,
  projectId: number,
  tag: string,
  limit: number,
): Promise<number[]> {
  const rows = await db
    .selectFrom('flag')
    .select('id')
    .where('project_id', '=', projectId)
    .where('deleted', '=', false)
    .where(sql<boolean>`tags ? ${tag}`)
    .orderBy('key')
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}

function filtered(db: Db, place: SearchPlace, filter: FlagFilter) {
  const { search, kind, createdById, ownerId, evaluationRuntime } = filter;
  let query = selectFlags(db)
    .where('flag.project_id', '=', place.projectId)
    .where('env.environment_id', '=', place.environmentId)
    .where('flag.deleted', '=', false)
    .where('flag.archived', '=', filter.archived);
  if (search !== undefined && search !== '') query = query.where(matches(search));
  if (filter.state !== undefined) query = query.where(stateIs(filter.state, place.staleBefore));
  if (filter.type !== undefined) query = query.where(typeIs(filter.type));
  if (kind !== undefined) query = query.where('flag.kind', '=', kind);
  if (createdById !== undefined) query = query.where('flag.created_by', '=', createdById);
  if (ownerId === null) query = query.where('flag.owner_id', 'is', null);
  else if (ownerId !== undefined) query = query.where('flag.owner_id', '=', ownerId);
  if (evaluationRuntime !== undefined) {
    query = query.where('flag.evaluation_runtime', '=', evaluationRuntime);
  }
  for (const condition of listConditions(filter)) query = query.where(condition);
  return query;
}

function listConditions(filter: FlagFilter) {
  const { tags, excludedTags, hasEvaluationContexts, onIn, offIn } = filter;
  const conditions = [];
  if (tags && tags.length > 0) conditions.push(sql<boolean>`flag.tags ?| ${texts(tags)}`);
  if (excludedTags && excludedTags.length > 0) {
    conditions.push(sql<boolean>`not flag.tags ?| ${texts(excludedTags)}`);
  }
  if (hasEvaluationContexts !== undefined) {
    const has = sql<boolean>`jsonb_array_length(flag.evaluation_contexts) > 0`;
    conditions.push(hasEvaluationContexts ? has : sql<boolean>`not (${has})`);
  }
  for (const key of onIn ?? []) conditions.push(isOnIn(key));
  for (const key of offIn ?? []) conditions.push(sql<boolean>`not ${isOnIn(key)}`);
  return conditions;
}

const isOnIn = (environmentKey: string) => sql<boolean>`exists (
  select 1 from flag_environment other
  join environment on environment.id = other.environment_id and environment.deleted_at is null
  where other.flag_id = flag.id and other.active and environment.key = ${environmentKey})`;

const texts = (values: readonly string[]) => sql`${sql.val([...values])}::text[]`;

function matches(search: string) {
  const pattern = containing(search);
  return sql<boolean>`(flag.key ilike ${pattern} or flag.name ilike ${pattern}
    or exists (select 1 from jsonb_array_elements_text(flag.tags) tag where tag ilike ${pattern}))`;
}

function stateIs(state: NonNullable<FlagFilter['state']>, staleBefore: Date) {
  if (state === 'on') return sql<boolean>`env.active`;
  if (state === 'off') return sql<boolean>`not env.active`;
  return sql<boolean>`env.active and env.active_since < ${staleBefore}
    and coalesce(flag_call.last_called_at, '-infinity') < ${staleBefore}`;
}

function typeIs(type: NonNullable<FlagFilter['type']>) {
  const hasVariants = sql<boolean>`coalesce(env.filters->'multivariate', 'null') <> 'null'`;
  if (type === 'remote_config') return sql<boolean>`flag.is_remote_configuration`;
  if (type === 'experiment') return sql<boolean>`flag.kind = 'experiment'`;
  if (type === 'multivariant') return hasVariants;
  return sql<boolean>`not ${hasVariants} and not flag.is_remote_configuration`;
}
