// Rows of all flags of an environment at once.
import { sql } from 'kysely';
import type { Db } from '#platform/ctx';
import { nextChangeSeq } from '#platform/postgres/change-seq';
import type { Filters } from './flag.ts';

export type FillingRows = {
  readonly projectId: number;
  readonly environmentId: number;
  readonly copyFromId: number | null;
  readonly keepsSwitches: boolean;
  /** Targeting of flags that are not copied. */
  readonly otherwise: Filters;
  readonly at: Date;
};

/** One row per flag of the project, at version 1, and the group types of the environment copied from. */
export async function fillEnvironmentRows(db: Db, filling: FillingRows): Promise<void> {
  const { projectId, environmentId, copyFromId, keepsSwitches, otherwise, at } = filling;
  const seq = await nextChangeSeq(db, projectId);
  await sql`
    insert into flag_environment
      (flag_id, environment_id, active, filters, version, changed_seq, active_since, updated_at)
    select flag.id, ${environmentId}, ${keepsSwitches} and coalesce(source.active, false),
      coalesce(source.filters, ${JSON.stringify(otherwise)}::jsonb), 1, ${seq}, ${at}, ${at}
    from flag
    left join flag_environment source
      on source.flag_id = flag.id and source.environment_id = ${copyFromId}
    where flag.project_id = ${projectId}`.execute(db);
  if (copyFromId === null) return;
  await sql`
    insert into group_type (environment_id, group_type, type_index)
    select ${environmentId}, group_type, type_index from group_type
    where environment_id = ${copyFromId}`.execute(db);
}

/** Names of group types by environment and number. */
export async function listGroupTypes(
  db: Db,
  environmentIds: readonly number[],
): Promise<Map<number, (string | undefined)[]>> {
  const rows = await db
    .selectFrom('group_type')
    .selectAll()
    .where('environment_id', 'in', [...environmentIds])
    .execute();
  const types = new Map<number, (string | undefined)[]>();
  for (const row of rows) {
    const list = types.get(row.environment_id) ?? [];
    types.set(row.environment_id, list);
    list[row.type_index] = row.group_type;
  }
  return types;
}
