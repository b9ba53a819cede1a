// The people of an organisation over HTTP: who belongs to it, inviting and leaving. Only people do this,
// never an API key.
import { z } from 'zod';
import { page, route } from '#kernel/http.contract';
import { Email, Name, Password, UserBody } from './accounts.contract.ts';

const MemberBody = z
  .object({
    id: z.string(),
    email: z.string(),
    name: z.string(),
    created_at: z.iso.datetime(),
    last_login_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Member' });

const InviteBody = z
  .object({
    id: z.string(),
    email: z.string(),
    invited_by: z.string(),
    created_at: z.iso.datetime(),
    expires_at: z.iso.datetime(),
  })
  .meta({ id: 'Invite' });

const token = z.string().min(1).max(200);
const tag = 'accounts';

export const membersRoutes = {
  listMembers: route({
    method: 'GET',
    path: '/api/organization/members/',
    summary: 'List the people of your organisation',
    tag,
    auth: 'user:read',
    response: page(MemberBody),
  }),
  removeMember: route({
    method: 'DELETE',
    path: '/api/organization/members/:user_id/',
    summary: 'Take somebody out of the organisation: sessions end, keys stop working',
    tag,
    auth: 'session',
    params: z.object({ user_id: z.string().max(100) }),
    status: 204,
  }),
  listInvites: route({
    method: 'GET',
    path: '/api/organization/invites/',
    summary: 'List the invitations that can still be used',
    tag,
    auth: 'session',
    response: page(InviteBody),
  }),
  createInvite: route({
    method: 'POST',
    path: '/api/organization/invites/',
    summary: 'Invite somebody; the link with `token` is shown this once only',
    tag,
    auth: 'session',
    body: z.strictObject({ email: Email }),
    status: 201,
    response: InviteBody.extend({ token: z.string() }),
  }),
  revokeInvite: route({
    method: 'DELETE',
    path: '/api/organization/invites/:invite_id/',
    summary: 'Take an invitation back',
    tag,
    auth: 'session',
    params: z.object({ invite_id: z.string().max(100) }),
    status: 204,
  }),
};

export const inviteRoutes = {
  lookAtInvite: route({
    method: 'POST',
    path: '/api/invites/look/',
    summary: 'Say who is invited to what by a link',
    tag,
    auth: 'public',
    body: z.strictObject({ token }),
    response: z.object({
      email: z.string(),
      organization_name: z.string(),
      invited_by: z.string(),
      expires_at: z.iso.datetime(),
    }),
  }),
  acceptInvite: route({
    method: 'POST',
    path: '/api/invites/accept/',
    summary: 'Make an account with an invitation and sign in',
    tag,
    auth: 'public',
    body: z.strictObject({ token, name: Name, password: Password }),
    status: 201,
    response: UserBody,
  }),
};
