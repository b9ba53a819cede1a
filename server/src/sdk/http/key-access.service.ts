// Which environment a server SDK may read with its key: the bearer proves who asks, the project token
// says which environment is meant. Statuses matter: 402 would wipe the flags of node, python and go, and
// 401 those of python, so trouble of ours is always a 5xx (posthog-python 7.53 `client.py`).
import type { FastifyRequest } from 'fastify';
import { type AccountsDirectory, type ApiKey, SECRET_KEY_PREFIX, hasScope } from '#accounts';
import { fail } from '#kernel/errors';
import type { EnvironmentRef } from '#platform/ctx';

const DEFAULT_ENVIRONMENT = 'production';
const SCOPE = 'feature_flag:read';
/** Other keys are not looked for in the store. */
const PERSONAL = /^phx_/;

type Accounts = Pick<
  AccountsDirectory,
  | 'findApiKey'
  | 'findSecretKey'
  | 'findEnvironmentByToken'
  | 'environmentById'
  | 'environmentsOf'
  | 'projectById'
  | 'projectsOf'
>;

/** What a request's keys open. */
export type KeyAccess = {
  readonly environment: EnvironmentRef;
  /** A secret key was given, not only the project token that every browser knows. */
  readonly isTrusted: boolean;
};

/**
 * The environment that the bearer and the token in the query name.
 * @throws not_authenticated, authentication_failed (also for a token of others), permission_denied,
 *   required when no token is given and the key sees several projects.
 */
export async function environmentForKey(
  accounts: Accounts,
  request: FastifyRequest,
): Promise<EnvironmentRef> {
  const bearer = /^Bearer +(\S+)\s*$/i.exec(request.headers.authorization ?? '')?.[1];
  if (bearer === undefined) fail('not_authenticated');
  const { token } = request.query as { token?: unknown };
  return environmentOfSecret(accounts, bearer, typeof token === 'string' ? token : undefined);
}

/**
 * What any of the keys opens: a project token its environment, at once; a secret key the one that a token beside
 * it names, else the only one there is.
 * @throws as {@link environmentForKey}
 */
export function accessOfKeys(
  accounts: Accounts,
  keys: readonly string[],
): KeyAccess | Promise<KeyAccess> {
  if (keys.length === 0) fail('not_authenticated');
  let environment: EnvironmentRef | undefined;
  let secret: string | undefined;
  let token: string | undefined;
  for (const key of keys) {
    const found = accounts.findEnvironmentByToken(key);
    if (found) {
      environment ??= found;
      token ??= key;
    } else {
      secret ??= key;
    }
  }
  if (secret === undefined && environment) return { environment, isTrusted: false };
  return environmentOfSecret(accounts, secret ?? '', token).then((opened) => ({
    environment: opened,
    isTrusted: true,
  }));
}

async function environmentOfSecret(
  accounts: Accounts,
  secret: string,
  token: string | undefined,
): Promise<EnvironmentRef> {
  if (secret.startsWith(SECRET_KEY_PREFIX)) return ofSecretKey(accounts, secret, token);
  const key = PERSONAL.test(secret) ? await accounts.findApiKey(secret) : undefined;
  if (!key) fail('authentication_failed', { detail: 'The key is not known here.' });
  if (!hasScope(key.scopes, SCOPE)) {
    fail('permission_denied', { detail: `The key lacks the scope ${SCOPE}.` });
  }
  return token === undefined || token === ''
    ? onlyEnvironment(accounts, key)
    : byToken(accounts, key, token);
}

/** The environment follows from the key; a token beside it must be of the same. */
async function ofSecretKey(
  accounts: Accounts,
  secret: string,
  token: string | undefined,
): Promise<EnvironmentRef> {
  const key = await accounts.findSecretKey(secret);
  const environment = key && accounts.environmentById(key.environmentId);
  if (!environment) fail('authentication_failed', { detail: 'The key is not known here.' });
  if (!hasScope(key.scopes, SCOPE)) {
    fail('permission_denied', { detail: `The key lacks the scope ${SCOPE}.` });
  }
  if (token !== undefined && token !== '') {
    if (accounts.findEnvironmentByToken(token)?.id !== environment.id) failForToken();
  }
  return environment;
}

function failForToken(): never {
  const detail = 'The project token does not belong to this key.';
  fail('authentication_failed', { detail, attr: 'token' });
}

function byToken(accounts: Accounts, key: ApiKey, token: string): EnvironmentRef {
  const environment = accounts.findEnvironmentByToken(token);
  const project = environment && accounts.projectById(environment.projectId);
  if (!environment || project?.organizationId !== key.user.organizationId) {
    failForToken();
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
