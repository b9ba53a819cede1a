// What the snapshots in memory are read from: the live flags of environments, their group types, and a
// stamp that tells whether anything changed.
import { sql } from 'kysely';
import type { Db } from '#platform/ctx';
import type { FlagDefinition, FlagOverride } from './flag.ts';
import { listGroupTypes } from './environment-flags.store.ts';
import { toDefinition } from './flag-record.store.ts';

export type EnvironmentFlags = {
  readonly environmentId: number;
  readonly projectId: number;
  /** Differs whenever a flag or a group type of the environment does. */
  readonly stamp: string;
  readonly flags: readonly FlagDefinition[];
  /** Names by index; holes where an index is not taken. */
  readonly groupTypes: readonly (string | undefined)[];
};

export type EnvironmentStamp = Omit<EnvironmentFlags, 'flags' | 'groupTypes'>;

/** The stamp of every environment. One row per environment; reads keys of two small tables. */
export async function listStamps(db: Db): Promise<EnvironmentStamp[]> {
  const { rows } = await sql<{ environment_id: number; project_id: number; stamp: string }>`
    select environment.id as environment_id, environment.project_id,
      md5(coalesce(flags.stamp, '') || '/' || coalesce(types.stamp, '')) as stamp
    from environment
    left join (
      select env.environment_id,
        string_agg(flag.id || ':' || env.version, ',' order by flag.id) as stamp
      from flag_environment env
      join flag on flag.id = env.flag_id and not flag.deleted and not flag.archived
      group by env.environment_id
    ) flags on flags.environment_id = environment.id
    left join (
      select environment_id, string_agg(type_index || ':' || group_type, ',' order by type_index) as stamp
      from group_type
      group by environment_id
    ) types on types.environment_id = environment.id
    where environment.deleted_at is null`.execute(db);
  return rows.map((row) => ({
    environmentId: row.environment_id,
    projectId: row.project_id,
    stamp: row.stamp,
  }));
}

/** Reads the flags of these environments in one transaction, so that they fit their stamps. */
export async function readEnvironments(
  db: Db,
  environmentIds: readonly number[],
): Promise<EnvironmentFlags[]> {
  if (environmentIds.length === 0) return [];
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (trx) => {
      const stamps = await listStamps(trx);
      const flags = await listFlags(trx, environmentIds);
      const groupTypes = await listGroupTypes(trx, environmentIds);
      return stamps
        .filter(({ environmentId }) => environmentIds.includes(environmentId))
        .map((stamp) => ({
          ...stamp,
          flags: flags.get(stamp.environmentId) ?? [],
          groupTypes: groupTypes.get(stamp.environmentId) ?? [],
        }));
    });
}

async function listFlags(
  db: Db,
  environmentIds: readonly number[],
): Promise<Map<number, FlagDefinition[]>> {
  const rows = await db
    .selectFrom('flag_environment as env')
    .innerJoin('flag', 'flag.id', 'env.flag_id')
    .selectAll('flag')
    .select(['env.environment_id', 'env.active', 'env.filters', 'env.version'])
    .where('env.environment_id', 'in', [...environmentIds])
    .where('flag.deleted', '=', false)
    .where('flag.archived', '=', false)
    .execute();
  const overrides = await listOverrides(db, environmentIds);
  const flags = new Map<number, FlagDefinition[]>();
  for (const row of rows) {
    const list = flags.get(row.environment_id) ?? [];
    flags.set(row.environment_id, list);
    const own = overrides.get(`${row.environment_id}:${row.id}`);
    list.push({ ...toDefinition(row), ...(own && { overrides: own }) });
  }
  return flags;
}

/** By `environment:flag`, ordered by id, so that equal overrides give equal definitions. */
async function listOverrides(
  db: Db,
  environmentIds: readonly number[],
): Promise<Map<string, FlagOverride[]>> {
  const rows = await db
    .selectFrom('flag_override')
    .select(['environment_id', 'flag_id', 'distinct_id', 'value'])
    .where('environment_id', 'in', [...environmentIds])
    .orderBy('distinct_id')
    .execute();
  const overrides = new Map<string, FlagOverride[]>();
  for (const row of rows) {
    const place = `${row.environment_id}:${row.flag_id}`;
    const list = overrides.get(place) ?? [];
    overrides.set(place, list);
    list.push({ distinctId: row.distinct_id, value: row.value });
  }
  return overrides;
}
