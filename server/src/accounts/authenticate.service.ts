// Who is asking, and for which project and environment: from a personal API key or a session cookie.
import '@fastify/cookie';
import type { FastifyRequest } from 'fastify';
import { fail } from '#kernel/errors';
import { type RouteContract, takesEnvironment } from '#kernel/http.contract';
import { storableText } from '#kernel/json';
import { createRateLimit } from '#kernel/rate-limit';
import type { Scope } from '#kernel/scopes';
import type { Actor, Ctx, EnvironmentRef, Origin } from '#platform/ctx';
import type { RequestCtx } from '#platform/http/register';
import { DEFAULT_ENVIRONMENT, PERSONAL_API_KEY_PREFIX, type User, hasScope } from './account.ts';
import type { AccountsDirectory } from './directory.service.ts';
import { SESSION_COOKIE, findSession, sessionName } from './login.service.ts';

export type Authenticator = (
  request: FastifyRequest,
  contract: RouteContract,
) => Promise<RequestCtx>;

type AuthenticatorOptions = {
  readonly publicUrl?: string | undefined;
  /** Per second; 0, and by default: any number. */
  readonly rateLimits?: { readonly apiRequestsPerKey: number } | undefined;
};

const MAX_LIMITED_KEYS = 10_000;

/** Builds the function that every contract route asks first. */
export function createAuthenticator(
  base: Ctx,
  directory: AccountsDirectory,
  options: AuthenticatorOptions = {},
): Authenticator {
  const { publicUrl, rateLimits } = options;
  const limit = createRateLimit<string>(rateLimits?.apiRequestsPerKey ?? 0, MAX_LIMITED_KEYS);
  const publicHost = publicUrl === undefined ? undefined : new URL(publicUrl).host;
  return async (request, contract) => {
    if (contract.auth === 'public') {
      const actor: Actor = { kind: 'system', id: 'anonymous', label: 'anonymous' };
      const origin = originOf(request, null);
      return {
        ...base,
        actor,
        origin,
        projectId: undefined,
        environment: undefined,
        userId: undefined,
        organizationId: undefined,
        scopes: undefined,
      };
    }
    const { user, actor, session, scopes } = await whoAsks(base, directory, request, contract);
    if (actor.kind === 'api_key') refuseHurry(limit.take(actor.id, base.clock.now()));
    if (actor.kind === 'user' && contract.method !== 'GET')
      refuseForeignOrigin(request, publicHost);
    const who = {
      ...base,
      actor,
      origin: originOf(request, session),
      userId: user.id,
      organizationId: user.organizationId,
      scopes,
    };
    if (!contract.path.includes('/:project_id')) {
      return { ...who, projectId: undefined, environment: undefined };
    }
    const environment = findEnvironment(directory, user, request, contract);
    return { ...who, projectId: environment.projectId, environment };
  };
}

type Asker = {
  readonly user: User;
  readonly actor: Actor;
  readonly session: string | null;
  /** Of a key. */
  readonly scopes: readonly Scope[] | undefined;
};

async function whoAsks(
  base: Ctx,
  directory: AccountsDirectory,
  request: FastifyRequest,
  contract: RouteContract,
): Promise<Asker> {
  const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1]?.trim();
  if (bearer !== undefined) return keyHolder(directory, bearer, contract);
  const sessionToken = request.cookies[SESSION_COOKIE];
  if (sessionToken === undefined) fail('not_authenticated');
  const user = await findSession(base, sessionToken);
  if (!user) fail('not_authenticated', { detail: 'The session has ended. Sign in again.' });
  const actor: Actor = { kind: 'user', id: user.id, label: user.email };
  return { user, actor, session: sessionName(sessionToken), scopes: undefined };
}

async function keyHolder(
  directory: AccountsDirectory,
  bearer: string,
  contract: RouteContract,
): Promise<Asker> {
  const key = bearer.startsWith(PERSONAL_API_KEY_PREFIX)
    ? await directory.findApiKey(bearer)
    : undefined;
  if (!key) fail('authentication_failed', { detail: 'The personal API key is not valid.' });
  if (contract.auth === 'session') {
    fail('permission_denied', { detail: 'This can only be done by a signed-in person.' });
  }
  if (!hasScope(key.scopes, contract.auth)) {
    fail('permission_denied', { detail: `The key lacks the scope ${contract.auth}.` });
  }
  const actor: Actor = { kind: 'api_key', id: key.id, label: key.label, userId: key.user.id };
  return { user: key.user, actor, session: null, scopes: key.scopes };
}

function refuseHurry(waitMs: number): void {
  if (waitMs === 0) return;
  const detail = 'Too many requests with this key.';
  fail('rate_limit_exceeded', { detail, retryAfterSeconds: Math.ceil(waitMs / 1000) });
}

/** Longer ones are cut in the audit log. */
const MAX_USER_AGENT_CHARACTERS = 400;

function originOf(request: FastifyRequest, session: string | null): Origin {
  const userAgent = request.headers['user-agent']?.slice(0, MAX_USER_AGENT_CHARACTERS);
  return {
    ip: request.ip,
    userAgent: userAgent === undefined ? null : storableText(userAgent),
    session,
  };
}

// SameSite=Lax keeps the cookie from foreign POSTs already; this also stops same-site neighbours.
function refuseForeignOrigin(request: FastifyRequest, publicHost: string | undefined): void {
  const { origin, host } = request.headers;
  if (origin === undefined) return;
  let originHost: string | undefined;
  try {
    originHost = new URL(origin).host;
  } catch {
    originHost = undefined;
  }
  const fetchSite = request.headers['sec-fetch-site'];
  const isOwn = originHost !== undefined && [host, publicHost].includes(originHost);
  if (!isOwn && fetchSite !== 'same-origin') {
    fail('permission_denied', { detail: 'Requests from other origins are refused.' });
  }
}

function findEnvironment(
  directory: AccountsDirectory,
  user: User,
  request: FastifyRequest,
  contract: RouteContract,
): EnvironmentRef {
  const { project_id: wanted } = request.params as { project_id: string };
  const own = directory.projectsOf(user.organizationId);
  const project =
    wanted === '@current' ? own[0] : own.find((candidate) => String(candidate.id) === wanted);
  if (!project) fail('not_found', { detail: 'There is no such project.', attr: 'project_id' });
  const { environment: key } = request.query as { environment?: string | string[] };
  const environments = directory.environmentsOf(project.id);
  const wantedKey = key ?? DEFAULT_ENVIRONMENT;
  const found =
    environments.find((candidate) => candidate.key === wantedKey) ??
    // What is the project's own works in none, also where none is called production.
    (key === undefined && !takesEnvironment(contract) ? environments[0] : undefined);
  if (!found) {
    fail('invalid_input', {
      detail: `The project has no environment “${String(wantedKey)}”, only ${environments.map((one) => one.key).join(', ')}.`,
      attr: 'environment',
    });
  }
  return found;
}
