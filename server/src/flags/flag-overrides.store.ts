// Rows of overrides: what a flag is for one distinct id in one environment.
import { sql } from 'kysely';
import type { Db } from '#platform/ctx';
import type { FlagOverride } from './flag.ts';

export type OverridePlace = { readonly flagId: number; readonly environmentId: number };

export type OverrideRow = FlagOverride & {
  readonly flagId: number;
  readonly createdBy: { readonly id: string; readonly name: string; readonly email: string } | null;
  readonly createdAt: Date;
};

/** All overrides of a flag in one environment, ordered by id. */
export async function listOverrides(db: Db, place: OverridePlace): Promise<OverrideRow[]> {
  const rows = await db
    .selectFrom('flag_override as o')
    .leftJoin('app_user as u', 'u.id', 'o.created_by')
    .selectAll('o')
    .select(['u.id as user_id', 'u.name as user_name', 'u.email as user_email'])
    .where('o.flag_id', '=', place.flagId)
    .where('o.environment_id', '=', place.environmentId)
    .orderBy('o.distinct_id')
    .execute();
  return rows.map((row) => ({
    flagId: row.flag_id,
    distinctId: row.distinct_id,
    value: row.value,
    createdBy:
      row.user_id === null
        ? null
        : { id: row.user_id, name: row.user_name ?? '', email: row.user_email ?? '' },
    createdAt: row.created_at,
  }));
}

/** For how many ids each flag is overridden to be anything but false, by flag; flags without are left out. */
export async function countOverriddenOn(
  db: Db,
  environmentId: number,
  flagIds: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  if (flagIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('flag_override')
    .select((query) => ['flag_id', query.fn.countAll<string>().as('count')])
    .where('flag_id', 'in', [...flagIds])
    .where('environment_id', '=', environmentId)
    .where(sql<boolean>`value <> 'false'`)
    .groupBy('flag_id')
    .execute();
  return new Map(rows.map(({ flag_id: id, count }) => [id, Number(count)]));
}

/** Sets the same value for these ids, whatever they had. */
export async function upsertOverrides(
  db: Db,
  place: OverridePlace,
  distinctIds: readonly string[],
  by: { readonly value: boolean | string; readonly createdBy: string | null; readonly at: Date },
): Promise<void> {
  const value = JSON.stringify(by.value);
  await db
    .insertInto('flag_override')
    .values(
      distinctIds.map((distinctId) => ({
        flag_id: place.flagId,
        environment_id: place.environmentId,
        distinct_id: distinctId,
        value,
        created_by: by.createdBy,
        created_at: by.at,
      })),
    )
    .onConflict((conflict) =>
      conflict
        .columns(['flag_id', 'environment_id', 'distinct_id'])
        .doUpdateSet({ value, created_by: by.createdBy, created_at: by.at }),
    )
    .execute();
}

export async function deleteOverrides(
  db: Db,
  place: OverridePlace,
  distinctIds: readonly string[],
): Promise<void> {
  if (distinctIds.length === 0) return;
  await db
    .deleteFrom('flag_override')
    .where('flag_id', '=', place.flagId)
    .where('environment_id', '=', place.environmentId)
    .where('distinct_id', 'in', [...distinctIds])
    .execute();
}
