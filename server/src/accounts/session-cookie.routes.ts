// What every way in has in common: the session cookie and what it answers.
import '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { User } from './account.ts';
import { SESSION_COOKIE, SESSION_SECONDS } from './login.service.ts';

export type SetSessionCookie = (
  request: FastifyRequest,
  reply: FastifyReply,
  token: string,
) => void;

/** Sets the cookie so that scripts cannot read it, and over TLS only where there is TLS. */
export function sessionCookieSetter(isPublicHttps: boolean): SetSessionCookie {
  return (request, reply, token) => {
    reply.setCookie(SESSION_COOKIE, token, {
      path: '/',
      httpOnly: true,
      sameSite: 'lax',
      secure: isPublicHttps || request.protocol === 'https',
      maxAge: SESSION_SECONDS,
    });
  };
}

export const userBody = (user: User) => ({
  id: user.id,
  email: user.email,
  name: user.name,
  organization_id: user.organizationId,
});
