// Routes of members and invitations: contract → service.
import type { FastifyInstance } from 'fastify';
import { type HttpDeps, registerRoutes } from '#platform/http/register';
import { getUser } from './accounts.service.ts';
import type { AccountsDirectory } from './directory.service.ts';
import { openSession } from './login.service.ts';
import type { Invite, Member } from './member.ts';
import { inviteRoutes, membersRoutes } from './members.contract.ts';
import {
  acceptInvite,
  invite,
  listOpenInvites,
  listOrganizationMembers,
  lookAtInvite,
  removeMember,
  revokeInvite,
} from './members.service.ts';
import { type SetSessionCookie, userBody } from './session-cookie.routes.ts';

export function registerMembers(
  app: FastifyInstance,
  http: HttpDeps,
  directory: AccountsDirectory,
  setSessionCookie: SetSessionCookie,
): void {
  registerRoutes(app, http, membersRoutes, {
    listMembers: async (ctx) => {
      const members = await listOrganizationMembers(ctx, await getUser(ctx, ctx.userId));
      return whole(members.map(memberBody));
    },
    removeMember: async (ctx, { params }) => {
      await removeMember(ctx, await getUser(ctx, ctx.userId), params.user_id);
      await directory.refresh();
    },
    listInvites: async (ctx) =>
      whole((await listOpenInvites(ctx, await getUser(ctx, ctx.userId))).map(inviteBody)),
    createInvite: async (ctx, { body }) => {
      const made = await invite(ctx, await getUser(ctx, ctx.userId), body.email);
      return { ...inviteBody(made.invite), token: made.token };
    },
    revokeInvite: async (ctx, { params }) =>
      revokeInvite(ctx, await getUser(ctx, ctx.userId), params.invite_id),
  });
  registerRoutes(app, http, inviteRoutes, {
    lookAtInvite: async (ctx, { body }) => {
      const found = await lookAtInvite(ctx, body.token);
      const { email, invited_by, expires_at } = inviteBody(found);
      return { email, organization_name: found.organizationName, invited_by, expires_at };
    },
    acceptInvite: async (ctx, { body }, { request, reply }) => {
      const user = await acceptInvite(ctx, body);
      setSessionCookie(request, reply, await openSession(ctx, user));
      return userBody(user);
    },
  });
}

const whole = <T>(results: T[]) => ({
  count: results.length,
  next: null,
  previous: null,
  results,
});

const memberBody = (member: Member) => ({
  id: member.id,
  email: member.email,
  name: member.name,
  created_at: member.createdAt.toISOString(),
  last_login_at: member.lastLoginAt?.toISOString() ?? null,
});

const inviteBody = (invitation: Invite) => ({
  id: invitation.id,
  email: invitation.email,
  invited_by: invitation.invitedBy,
  created_at: invitation.createdAt.toISOString(),
  expires_at: invitation.expiresAt.toISOString(),
});
