// Who belongs to an organisation: inviting by a one-time link, joining with it, leaving. Everyone may do
// the same; what one person must not do alone is said by the protection of an environment.
import { v7 as uuidv7 } from 'uuid';
import { recordAudit } from '#audit';
import { fail } from '#kernel/errors';
import { type Ctx, inTransaction } from '#platform/ctx';
import type { User } from './account.ts';
import { findUserByEmail, insertUser } from './accounts.store.ts';
import {
  deleteInvite,
  deleteUser,
  findInviteByToken,
  insertInvite,
  listInvites,
  listMembers,
} from './member.store.ts';
import type { Invite, Member } from './member.ts';
import { hashPassword, hashToken, randomToken } from './secrets.client.ts';
import { announceAccountsChanged } from './setup.service.ts';

const INVITE_MS = 7 * 24 * 3_600_000; // 7 days
const MAX_MEMBERS = 1_000;
const MAX_INVITES = 200;

export async function listOrganizationMembers(ctx: Ctx, user: User): Promise<Member[]> {
  return listMembers(ctx.db, user.organizationId);
}

/** Invitations that can still be used. */
export async function listOpenInvites(ctx: Ctx, user: User): Promise<Invite[]> {
  return listInvites(ctx.db, user.organizationId, new Date(ctx.clock.now()));
}

/**
 * Invites an address; `token` makes the link and is seen this once only. An earlier link of the same
 * address stops working.
 * @throws unique when the address has an account; invalid_input when there are too many people.
 */
export async function invite(
  ctx: Ctx,
  user: User,
  email: string,
): Promise<{ invite: Invite; token: string }> {
  const token = randomToken('');
  const now = ctx.clock.now();
  const made: Invite = {
    id: uuidv7(),
    organizationId: user.organizationId,
    email,
    invitedBy: user.email,
    createdAt: new Date(now),
    expiresAt: new Date(now + INVITE_MS),
  };
  await inTransaction(ctx, async (tx) => {
    await refuseKnown(tx, email);
    await refuseTooMany(tx, user);
    await insertInvite(tx.db, { ...made, tokenHash: hashToken(token) });
    await auditUser(tx, user.organizationId, 'invited', made.id, { after: { email } });
  });
  return { invite: made, token };
}

/** @throws not_found */
export async function revokeInvite(ctx: Ctx, user: User, id: string): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const email = await deleteInvite(tx.db, user.organizationId, id);
    if (email === undefined) fail('not_found', { detail: 'There is no such invitation.' });
    await auditUser(tx, user.organizationId, 'uninvited', id, { before: { email } });
  });
}

/** What an invitation link says before it is used. @throws permission_denied when it is used up. */
export async function lookAtInvite(ctx: Ctx, token: string) {
  const found = await findInviteByToken(ctx.db, hashToken(token), new Date(ctx.clock.now()));
  return (
    found ??
    fail('permission_denied', {
      detail: 'This invitation has been used, taken back or replaced, or is over a week old.',
      attr: 'token',
    })
  );
}

/** Makes the account of somebody who was invited. @throws permission_denied, unique */
export async function acceptInvite(
  ctx: Ctx,
  input: { readonly token: string; readonly name: string; readonly password: string },
): Promise<User> {
  // Asked before the costly hash, so that nobody without a link can make us work.
  await lookAtInvite(ctx, input.token);
  const passwordHash = await hashPassword(input.password);
  return inTransaction(ctx, async (tx) => {
    const { id, organizationId, email } = await lookAtInvite(tx, input.token);
    if ((await deleteInvite(tx.db, organizationId, id)) === undefined) {
      fail('permission_denied', { detail: 'This invitation has just been used.', attr: 'token' });
    }
    await refuseKnown(tx, email);
    const user: User = { id: uuidv7(), organizationId, email, name: input.name };
    await insertUser(tx.db, { ...user, passwordHash });
    const actor = { kind: 'user', id: user.id, label: email } as const;
    const after = { email, name: user.name };
    await auditUser({ ...tx, actor }, organizationId, 'joined', user.id, { after });
    await announceAccountsChanged(tx, null);
    return user;
  });
}

/**
 * Takes somebody out of the organisation: sessions end, keys stop working.
 * @throws not_found; conflict for oneself, so that nobody locks everyone out.
 */
export async function removeMember(ctx: Ctx, user: User, memberId: string): Promise<void> {
  if (memberId === user.id) {
    fail('conflict', { detail: 'You cannot remove yourself; somebody else has to.' });
  }
  await inTransaction(ctx, async (tx) => {
    const members = await listMembers(tx.db, user.organizationId, true);
    const member = members.find(({ id }) => id === memberId);
    if (!member) fail('not_found', { detail: 'There is no such member.' });
    if (!members.some(({ id }) => id === user.id)) fail('not_authenticated');
    await deleteUser(tx.db, memberId);
    const { email, name } = member;
    await auditUser(tx, user.organizationId, 'removed', memberId, { before: { email, name } });
    await announceAccountsChanged(tx, null);
  });
}

async function refuseKnown(ctx: Ctx, email: string): Promise<void> {
  if (!(await findUserByEmail(ctx.db, email))) return;
  fail('unique', { attr: 'email', detail: `${email} has an account here already.` });
}

async function refuseTooMany(ctx: Ctx, { organizationId }: User): Promise<void> {
  const members = await listMembers(ctx.db, organizationId);
  const open = await listInvites(ctx.db, organizationId, new Date(ctx.clock.now()));
  if (members.length < MAX_MEMBERS && open.length < MAX_INVITES) return;
  fail('invalid_input', {
    attr: 'email',
    detail: `An organisation has at most ${MAX_MEMBERS} members and ${MAX_INVITES} open invitations.`,
  });
}

async function auditUser(
  ctx: Ctx,
  organizationId: number,
  action: string,
  id: string,
  what: { readonly before?: object; readonly after?: object },
): Promise<void> {
  await recordAudit(ctx, {
    projectId: null,
    organizationId,
    action,
    resourceKind: 'user',
    resourceId: id,
    ...what,
  });
}
