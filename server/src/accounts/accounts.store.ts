// Rows of users, sessions, projects, environments and keys.
import { sql } from 'kysely';
import type { Db } from '#platform/ctx';
import type { Project, ProjectSettings, User } from './account.ts';

const USER_COLUMNS = ['id', 'organization_id', 'email', 'name'] as const;
/** The same where another table is joined. */
const JOINED_USER_COLUMNS = [
  'app_user.id',
  'app_user.organization_id',
  'app_user.email',
  'app_user.name',
] as const;

type UserRow = { id: string; organization_id: number; email: string; name: string };

const toUser = (row: UserRow): User => ({
  id: row.id,
  organizationId: row.organization_id,
  email: row.email,
  name: row.name,
});

export async function hasUsers(db: Db): Promise<boolean> {
  return (await db.selectFrom('app_user').select('id').limit(1).executeTakeFirst()) !== undefined;
}

export async function findUserByEmail(
  db: Db,
  email: string,
): Promise<{ user: User; passwordHash: string } | undefined> {
  const row = await db
    .selectFrom('app_user')
    .select([...USER_COLUMNS, 'password_hash'])
    .where((eb) => eb.fn<string>('lower', ['email']), '=', email.toLowerCase())
    .executeTakeFirst();
  return row && { user: toUser(row), passwordHash: row.password_hash };
}

export async function insertUser(
  db: Db,
  user: User & { readonly passwordHash: string },
): Promise<void> {
  await db
    .insertInto('app_user')
    .values({
      id: user.id,
      organization_id: user.organizationId,
      email: user.email,
      name: user.name,
      password_hash: user.passwordHash,
      last_login_at: null,
    })
    .execute();
}

export async function insertOrganization(db: Db, name: string): Promise<number> {
  const row = await db
    .insertInto('organization')
    .values({ name })
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}

export async function insertSession(
  db: Db,
  session: { tokenHash: string; userId: string; expiresAt: Date; now: Date },
): Promise<void> {
  await db
    .insertInto('user_session')
    .values({
      token_hash: session.tokenHash,
      user_id: session.userId,
      expires_at: session.expiresAt,
    })
    .execute();
  await db
    .updateTable('app_user')
    .set({ last_login_at: session.now })
    .where('id', '=', session.userId)
    .execute();
  await db.deleteFrom('user_session').where('expires_at', '<', session.now).execute();
}

export async function findSessionUser(
  db: Db,
  tokenHash: string,
  now: Date,
): Promise<User | undefined> {
  const row = await db
    .selectFrom('user_session')
    .innerJoin('app_user', 'app_user.id', 'user_session.user_id')
    .select(JOINED_USER_COLUMNS)
    .where('token_hash', '=', tokenHash)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return row && toUser(row);
}

export async function deleteSession(db: Db, tokenHash: string): Promise<void> {
  await db.deleteFrom('user_session').where('token_hash', '=', tokenHash).execute();
}

export async function insertProject(
  db: Db,
  project: { organizationId: number; name: string },
): Promise<number> {
  const row = await db
    .insertInto('project')
    .values({ organization_id: project.organizationId, name: project.name })
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}

export async function writeProjectSettings(
  db: Db,
  projectId: number,
  settings: ProjectSettings,
): Promise<void> {
  await db
    .updateTable('project')
    .set({
      name: settings.name,
      require_flag_owner: settings.requireFlagOwner,
      timezone: settings.timezone,
      week_start_day: settings.weekStartDay,
      event_retention_days: settings.eventRetentionDays,
      anonymize_ips: settings.anonymizeIps,
      test_account_filters: JSON.stringify(settings.testAccountFilters),
    })
    .where('id', '=', projectId)
    .execute();
}

export async function readOwnerRule(db: Db, projectId: number): Promise<boolean> {
  const row = await db
    .selectFrom('project')
    .select('require_flag_owner')
    .where('id', '=', projectId)
    .executeTakeFirst();
  return row?.require_flag_owner ?? false;
}

/** Every project: few rows, kept in memory by the directory. */
export async function listProjects(db: Db): Promise<Project[]> {
  const rows = await db.selectFrom('project').selectAll().orderBy('id').execute();
  return rows.map((row) => ({
    id: row.id,
    organizationId: row.organization_id,
    name: row.name,
    requireFlagOwner: row.require_flag_owner,
    timezone: row.timezone,
    weekStartDay: row.week_start_day,
    eventRetentionDays: row.event_retention_days,
    anonymizeIps: row.anonymize_ips,
    testAccountFilters: row.test_account_filters,
    createdAt: row.created_at,
  }));
}

/** Writes a one-line fact of the whole instance, replacing what was there. */
export async function putSetting(db: Db, key: string, value: object): Promise<void> {
  const json = JSON.stringify(value);
  await db
    .insertInto('instance_setting')
    .values({ key, value: json })
    .onConflict((oc) => oc.column('key').doUpdateSet({ value: json }))
    .execute();
}

export async function findSetting(db: Db, key: string): Promise<object | undefined> {
  const row = await db
    .selectFrom('instance_setting')
    .select('value')
    .where('key', '=', key)
    .executeTakeFirst();
  return row?.value;
}

/** Lets one set-up at a time go on; the others wait for its transaction. */
export async function lockSetup(db: Db): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('serin.setup'))`.execute(db);
}

export async function findUser(db: Db, id: string): Promise<User | undefined> {
  const row = await db
    .selectFrom('app_user')
    .select(USER_COLUMNS)
    .where('id', '=', id)
    .executeTakeFirst();
  return row && toUser(row);
}

export async function findProjectUser(
  db: Db,
  projectId: number,
  userId: string,
): Promise<User | undefined> {
  const row = await db
    .selectFrom('app_user')
    .innerJoin('project', 'project.organization_id', 'app_user.organization_id')
    .select(JOINED_USER_COLUMNS)
    .where('project.id', '=', projectId)
    .where('app_user.id', '=', userId)
    .executeTakeFirst();
  return row && toUser(row);
}
