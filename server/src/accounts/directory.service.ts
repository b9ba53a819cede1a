// Projects, environments, tokens and keys in memory: SDK requests find their environment without a store,
// also while PostgreSQL is down.
import type { Ctx, EnvironmentRef } from '#platform/ctx';
import { runEvery } from '#platform/scheduler';
import { type ApiKey, PROJECT_TOKEN_PREFIX, type Project } from './account.ts';
import { findApiKey } from './api-key.store.ts';
import type { AccountsState } from './accounts-state.ts';
import { readAccounts } from './directory.store.ts';
import type { Environment } from './environment.ts';
import { createKeyUse } from './key-use.service.ts';
import type { HashedSecretKey, SecretKey } from './secret-key.ts';
import { findSecretKeyByHash } from './secret-key.store.ts';
import { hashToken } from './secrets.client.ts';

/** 10 s: how long a change may go unseen should its notice be lost. */
const READ_AGAIN_EVERY_MS = 10_000;

export interface AccountsDirectory {
  /** By project token `phc_…`, also by one that was replaced and has not run out yet. */
  findEnvironmentByToken(token: string): EnvironmentRef | undefined;
  environmentById(id: number): Environment | undefined;
  /** In their order. */
  environmentsOf(projectId: number): readonly Environment[];
  projectById(id: number): Project | undefined;
  projectsOf(organizationId: number): readonly Project[];
  environments(): readonly Environment[];
  /**
   * The personal API key `phx_…`, or undefined when there is none.
   * @throws the store's error when a key is not known here and the store cannot be asked
   */
  findApiKey(key: string): Promise<ApiKey | undefined>;
  /** The secret key `phs_…` of an environment; as {@link AccountsDirectory.findApiKey}. */
  findSecretKey(key: string): Promise<SecretKey | undefined>;
  /** What is known now. */
  state(): AccountsState;
  /** Calls `listener` after each reading; returns how to stop. */
  onRead(listener: () => void): () => void;
  /** Reads everything again; resolves when the new state is in force. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Loads the directory and keeps it fresh: on `accounts.changed`, and by reading it again every 10 s, should
 * a notice or a read have been lost.
 */
export async function openDirectory(ctx: Ctx): Promise<AccountsDirectory> {
  const { db, events, log, clock } = ctx;
  let index = indexOf(await readAccounts(db));
  const listeners = new Set<() => void>();
  // One read after the other: an older one must not overwrite what a newer one has found.
  let reading: Promise<void> = Promise.resolve();
  const refresh = (): Promise<void> => {
    const next = reading.then(async () => {
      index = indexOf(await readAccounts(db));
      for (const listener of listeners) listener();
    });
    reading = next.catch(() => undefined);
    return next;
  };
  const off = events.on('accounts.changed', () => {
    refresh().catch((error: unknown) => {
      log.warn({ err: error }, 'could not read projects and keys again; retrying');
    });
  });
  const loop = runEvery({
    name: 'accounts directory',
    intervalMs: READ_AGAIN_EVERY_MS,
    job: refresh,
    log,
    clock,
  });
  return {
    ...lookUps(ctx, () => index),
    onRead: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    refresh,
    close: async () => {
      off();
      await loop.stop();
    },
  };
}

/**
 * A directory of what was saved, for as long as the store cannot be reached. Tokens and keys that are not known
 * here may have been made since: they are not refused, but `unavailable`, which is what `ctx.db` says of keys.
 */
export function openSavedDirectory(
  ctx: Pick<Ctx, 'db' | 'clock' | 'log'>,
  saved: AccountsState,
  unavailable: () => never,
): AccountsDirectory {
  const index = indexOf(saved);
  const known = lookUps(ctx, () => index);
  return {
    ...known,
    findEnvironmentByToken: (token) =>
      known.findEnvironmentByToken(token) ??
      (token.startsWith(PROJECT_TOKEN_PREFIX) ? unavailable() : undefined),
    onRead: () => () => undefined,
    refresh: async () => undefined,
    close: async () => undefined,
  };
}

type Index = {
  readonly state: AccountsState;
  readonly projects: ReadonlyMap<number, Project>;
  readonly byId: ReadonlyMap<number, Environment>;
  readonly byToken: ReadonlyMap<string, Environment>;
  readonly apiKeys: ReadonlyMap<string, ApiKey>;
  readonly secretKeys: ReadonlyMap<string, HashedSecretKey>;
};

function indexOf(state: AccountsState): Index {
  const { projects, environments, apiKeys, secretKeys } = state;
  return {
    state,
    projects: new Map(projects.map((p) => [p.id, p])),
    byId: new Map(environments.map((e) => [e.id, e])),
    byToken: new Map(
      environments.flatMap((e) =>
        [e.token, ...(e.previousToken ? [e.previousToken.token] : [])].map((token) => [token, e]),
      ),
    ),
    apiKeys: new Map(apiKeys.map(({ keyHash, ...key }) => [keyHash, key])),
    secretKeys: new Map(
      secretKeys.flatMap((key) =>
        [key.keyHash, ...(key.previousHash === null ? [] : [key.previousHash])].map((hash) => [
          hash,
          key,
        ]),
      ),
    ),
  };
}

function lookUps(
  ctx: Pick<Ctx, 'db' | 'clock' | 'log'>,
  now: () => Index,
): Omit<AccountsDirectory, 'onRead' | 'refresh' | 'close'> {
  const { db, clock } = ctx;
  const use = createKeyUse(ctx);
  return {
    findEnvironmentByToken: (token) => byToken(now(), token, clock.now()),
    environmentById: (id) => now().byId.get(id),
    environmentsOf: (projectId) =>
      now().state.environments.filter((e) => e.projectId === projectId),
    projectById: (id) => now().projects.get(id),
    projectsOf: (organizationId) =>
      now().state.projects.filter((p) => p.organizationId === organizationId),
    environments: () => now().state.environments,
    findApiKey: async (key) => {
      const hash = hashToken(key);
      const found = now().apiKeys.get(hash) ?? (await findApiKey(db, hash));
      if (found) use.note('personal', found.id);
      return found;
    },
    findSecretKey: async (key) => {
      const hash = hashToken(key);
      const found = now().secretKeys.get(hash) ?? (await findSecretKeyByHash(db, hash));
      if (!found || !isValid(found, hash, clock.now())) return undefined;
      use.note('secret', found.id);
      return { id: found.id, environmentId: found.environmentId, scopes: found.scopes };
    },
    state: () => now().state,
  };
}

function isValid(key: HashedSecretKey, hash: string, nowMs: number): boolean {
  return key.keyHash === hash || nowMs < (key.previousValidUntil?.getTime() ?? 0);
}

function byToken({ byToken: tokens }: Index, token: string, nowMs: number) {
  const environment = tokens.get(token);
  if (environment?.token === token) return environment;
  const expiresAtMs = environment?.previousToken?.expiresAt.getTime() ?? 0;
  return nowMs < expiresAtMs ? environment : undefined;
}
