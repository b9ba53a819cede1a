// Which environment a server SDK may read with its key: the bearer proves who asks, the project token
// says which environment is meant. Statuses matter: 402 would wipe the flags of node, python and go, and
// 401 those of python, so trouble of ours is always a 5xx (posthog-python 7.53 `client.py`).
import type { FastifyRequest } from 'fastify';
import { type AccountsDirectory, type ApiKey, hasScope } from '#accounts';
import { fail } from '#kernel/errors';
import type { EnvironmentRef } from '#platform/ctx';

const DEFAULT_ENVIRONMENT = 'production';
const SCOPE = 'feature_flag:read';

type Accounts = Pick<
  AccountsDirectory,
  'findApiKey' | 'findEnvironmentByToken' | 'environmentsOf' | 'projectById' | 'projectsOf'
>;

/**
 * The environment that the request's key and token name.
 * @throws not_authenticated, authentication_failed (also for a token of others), permission_denied,
 *   required when no token is given and the key sees several projects.
 */
export async function environmentForKey(
  accounts: Accounts,
  request: FastifyRequest,
): Promise<EnvironmentRef> {
  const bearer = /^Bearer +(\S+)\s*$/i.exec(request.headers.authorization ?? '')?.[1];
  if (bearer === undefined) fail('not_authenticated');
  const key = await accounts.findApiKey(bearer);
  if (!key) fail('authentication_failed', { detail: 'The personal API key is not valid.' });
  if (!hasScope(key.scopes, SCOPE)) {
    fail('permission_denied', { detail: `The key lacks the scope ${SCOPE}.` });
  }
  const { token } = request.query as { token?: unknown };
  if (typeof token === 'string' && token !== '') return byToken(accounts, key, token);
  return onlyEnvironment(accounts, key);
}

function byToken(accounts: Accounts, key: ApiKey, token: string): EnvironmentRef {
  const environment = accounts.findEnvironmentByToken(token);
  const project = environment && accounts.projectById(environment.projectId);
  if (!environment || project?.organizationId !== key.user.organizationId) {
    fail('authentication_failed', {
      detail: 'The project token does not belong to this key.',
      attr: 'token',
    });
  }
  return environment;
}

function onlyEnvironment(accounts: Accounts, key: ApiKey): EnvironmentRef {
  const [project, ...others] = accounts.projectsOf(key.user.organizationId);
  const environment =
    project &&
    others.length === 0 &&
    accounts.environmentsOf(project.id).find(({ key: name }) => name === DEFAULT_ENVIRONMENT);
  if (environment) return environment;
  fail('required', { detail: 'Several projects: name one by its token.', attr: 'token' });
}
