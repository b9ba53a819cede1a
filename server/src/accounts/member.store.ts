// Rows of an organisation's people and of the invitations that are open.
import type { Db } from '#platform/ctx';
import type { Invite, Member } from './member.ts';

const INVITE_COLUMNS = [
  'id',
  'organization_id as organizationId',
  'email',
  'invited_by as invitedBy',
  'created_at as createdAt',
  'expires_at as expiresAt',
] as const;

/** The people of an organisation, by e-mail. `isLocked` makes other changes of them wait. */
export async function listMembers(
  db: Db,
  organizationId: number,
  isLocked = false,
): Promise<Member[]> {
  const query = db
    .selectFrom('app_user')
    .select(['id', 'email', 'name', 'created_at as createdAt', 'last_login_at as lastLoginAt'])
    .where('organization_id', '=', organizationId)
    .orderBy((eb) => eb.fn('lower', ['email']));
  return (isLocked ? query.forUpdate() : query).execute();
}

/** Ids of the people who may work on a project. */
export async function listProjectMemberIds(db: Db, projectId: number): Promise<string[]> {
  const rows = await db
    .selectFrom('app_user')
    .innerJoin('project', 'project.organization_id', 'app_user.organization_id')
    .select('app_user.id')
    .where('project.id', '=', projectId)
    .execute();
  return rows.map(({ id }) => id);
}

/** Sessions and keys go with the user. */
export async function deleteUser(db: Db, id: string): Promise<void> {
  await db.deleteFrom('app_user').where('id', '=', id).execute();
}

export async function listInvites(db: Db, organizationId: number, now: Date): Promise<Invite[]> {
  return db
    .selectFrom('invite')
    .select(INVITE_COLUMNS)
    .where('organization_id', '=', organizationId)
    .where('expires_at', '>', now)
    .orderBy('email')
    .execute();
}

/** Replaces an earlier invitation of the same address. */
export async function insertInvite(
  db: Db,
  invite: Invite & { readonly tokenHash: string },
): Promise<void> {
  await db
    .deleteFrom('invite')
    .where('organization_id', '=', invite.organizationId)
    .where((eb) => eb.fn<string>('lower', ['email']), '=', invite.email.toLowerCase())
    .execute();
  await db
    .insertInto('invite')
    .values({
      id: invite.id,
      organization_id: invite.organizationId,
      email: invite.email,
      token_hash: invite.tokenHash,
      invited_by: invite.invitedBy,
      expires_at: invite.expiresAt,
    })
    .execute();
}

export async function findInviteByToken(
  db: Db,
  tokenHash: string,
  now: Date,
): Promise<(Invite & { readonly organizationName: string }) | undefined> {
  return db
    .selectFrom('invite')
    .innerJoin('organization', 'organization.id', 'invite.organization_id')
    .select([
      'invite.id',
      'invite.organization_id as organizationId',
      'invite.email',
      'invite.invited_by as invitedBy',
      'invite.created_at as createdAt',
      'invite.expires_at as expiresAt',
      'organization.name as organizationName',
    ])
    .where('token_hash', '=', tokenHash)
    .where('expires_at', '>', now)
    .executeTakeFirst();
}

/** Takes an invitation away; returns its address, or undefined when it is gone already. */
export async function deleteInvite(
  db: Db,
  organizationId: number,
  id: string,
): Promise<string | undefined> {
  const row = await db
    .deleteFrom('invite')
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .returning('email')
    .executeTakeFirst();
  return row?.email;
}
