// Rows of environments. A deleted one keeps its row, so that history can name it; nothing else finds it.
import type { Insertable, Selectable } from 'kysely';
import type { Db } from '#platform/ctx';
import type { Database } from '#platform/postgres/schema';
import type { Environment, EnvironmentColor } from './environment.ts';
import type { Protection } from './protection.ts';

type Row = Selectable<Database['environment']>;

/** All environments that exist, each project's in its order. */
export async function listEnvironments(db: Db): Promise<Environment[]> {
  const rows = await db
    .selectFrom('environment')
    .selectAll()
    .where('deleted_at', 'is', null)
    .orderBy('project_id')
    .orderBy('position')
    .orderBy('id')
    .execute();
  return rows.map(toEnvironment);
}

/** The environments of one project in their order; `isLocked` makes other changes of them wait. */
export async function listProjectEnvironments(
  db: Db,
  projectId: number,
  isLocked = false,
): Promise<Environment[]> {
  const query = db
    .selectFrom('environment')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('deleted_at', 'is', null)
    .orderBy('position')
    .orderBy('id');
  return (await (isLocked ? query.forUpdate() : query).execute()).map(toEnvironment);
}

export type NewEnvironment = Pick<Environment, 'projectId' | 'key' | 'name' | 'token'> & {
  readonly color: EnvironmentColor;
  readonly position: number;
};

/** Returns its id. */
export async function insertEnvironment(db: Db, environment: NewEnvironment): Promise<number> {
  const { projectId, ...columns } = environment;
  const row = await db
    .insertInto('environment')
    .values({ project_id: projectId, ...columns } satisfies Insertable<Database['environment']>)
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}

export type EnvironmentChange = {
  readonly name?: string | undefined;
  readonly color?: EnvironmentColor | undefined;
  readonly position?: number | undefined;
  readonly protection?: Protection | undefined;
  readonly eventsPerSecond?: number | null | undefined;
  readonly token?: string | undefined;
  readonly previousToken?: Environment['previousToken'] | undefined;
  readonly deletedAt?: Date | undefined;
};

export async function updateEnvironmentRow(
  db: Db,
  id: number,
  change: EnvironmentChange,
): Promise<void> {
  const { protection, eventsPerSecond, previousToken, deletedAt, ...columns } = change;
  const set = {
    ...columns,
    ...(protection && {
      require_reason: protection.requireReason,
      required_approvals: protection.requiredApprovals,
      allow_emergency_off: protection.allowEmergencyOff,
    }),
    ...(eventsPerSecond !== undefined && { events_per_second: eventsPerSecond }),
    ...(previousToken !== undefined && {
      previous_token: previousToken?.token ?? null,
      previous_token_expires_at: previousToken?.expiresAt ?? null,
    }),
    ...(deletedAt && { deleted_at: deletedAt }),
  };
  if (Object.values(set).every((value) => value === undefined)) return;
  await db.updateTable('environment').set(set).where('id', '=', id).execute();
}

function toEnvironment(row: Row): Environment {
  const { previous_token: token, previous_token_expires_at: expiresAt } = row;
  return {
    id: row.id,
    projectId: row.project_id,
    key: row.key,
    name: row.name,
    token: row.token,
    color: row.color as EnvironmentColor,
    position: row.position,
    protection: {
      requireReason: row.require_reason,
      requiredApprovals: row.required_approvals,
      allowEmergencyOff: row.allow_emergency_off,
    },
    eventsPerSecond: row.events_per_second,
    previousToken: token !== null && expiresAt !== null ? { token, expiresAt } : null,
  };
}
