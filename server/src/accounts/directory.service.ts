// Projects, environments and their tokens in memory, and a cache of API keys: SDK requests find their
// environment without a store, also while PostgreSQL is down.
import { LRUCache } from 'lru-cache';
import type { Ctx, Db, EnvironmentRef } from '#platform/ctx';
import { runEvery } from '#platform/scheduler';
import type { ApiKey, Project } from './account.ts';
import { listProjects } from './accounts.store.ts';
import { findApiKey } from './api-key.store.ts';
import { listEnvironments } from './environment.store.ts';
import type { Environment } from './environment.ts';
import { hashToken } from './secrets.client.ts';

const KEY_CACHE_SIZE = 10_000;
/** 30 s: bounds how long a revoked key may work should a replica miss the notice. */
const KEY_CACHE_TTL_MS = 30_000;
/** 10 s: how long a change may go unseen should its notice be lost. */
const READ_AGAIN_EVERY_MS = 10_000;

export interface AccountsDirectory {
  /** By project token `phc_…`, also by one that was replaced and has not run out yet. */
  findEnvironmentByToken(token: string): EnvironmentRef | undefined;
  environmentById(id: number): EnvironmentRef | undefined;
  /** In their order. */
  environmentsOf(projectId: number): readonly Environment[];
  projectById(id: number): Project | undefined;
  projectsOf(organizationId: number): readonly Project[];
  environments(): readonly Environment[];
  /** The personal API key `phx_…`, or undefined when it is not known. */
  findApiKey(key: string): Promise<ApiKey | undefined>;
  /** Reads everything again; resolves when the new state is in force. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

type State = {
  readonly projects: ReadonlyMap<number, Project>;
  readonly environments: readonly Environment[];
  readonly byId: ReadonlyMap<number, Environment>;
  readonly byToken: ReadonlyMap<string, Environment>;
};

/**
 * Loads the directory and keeps it fresh: on `accounts.changed`, and by reading it again every 10 s, should
 * a notice or a read have been lost.
 */
export async function openDirectory(ctx: Ctx): Promise<AccountsDirectory> {
  const { db, events, log, clock } = ctx;
  let state = await load(db);
  const keys = new LRUCache<string, ApiKey>({
    max: KEY_CACHE_SIZE,
    ttl: KEY_CACHE_TTL_MS,
    allowStale: true,
    noDeleteOnStaleGet: true,
  });
  // One read after the other: an older one must not overwrite what a newer one has found.
  let reading: Promise<void> = Promise.resolve();
  const readAgain = (): Promise<void> => {
    const next = reading.then(async () => {
      state = await load(db);
    });
    reading = next.catch(() => undefined);
    return next;
  };
  const refresh = (): Promise<void> => {
    keys.clear();
    return readAgain();
  };
  const off = events.on('accounts.changed', () => {
    refresh().catch((error: unknown) => {
      log.warn({ err: error }, 'could not read projects and keys again; retrying');
    });
  });
  const loop = runEvery({
    name: 'accounts directory',
    intervalMs: READ_AGAIN_EVERY_MS,
    job: readAgain,
    log,
    clock,
  });
  return {
    findEnvironmentByToken: (token) => byToken(state, token, clock.now()),
    environmentById: (id) => state.byId.get(id),
    environmentsOf: (projectId) => state.environments.filter((e) => e.projectId === projectId),
    projectById: (id) => state.projects.get(id),
    projectsOf: (organizationId) =>
      [...state.projects.values()].filter((p) => p.organizationId === organizationId),
    environments: () => state.environments,
    findApiKey: (key) => cachedKey(db, keys, key),
    refresh,
    close: async () => {
      off();
      await loop.stop();
    },
  };
}

async function cachedKey(
  db: Db,
  cache: LRUCache<string, ApiKey>,
  key: string,
): Promise<ApiKey | undefined> {
  const hash = hashToken(key);
  const cached = cache.get(hash, { allowStale: false });
  if (cached) return cached;
  try {
    const found = await findApiKey(db, hash);
    if (found) cache.set(hash, found);
    else cache.delete(hash);
    return found;
  } catch (error) {
    const stale = cache.get(hash);
    if (stale) return stale;
    throw error;
  }
}

function byToken({ byToken: tokens }: State, token: string, nowMs: number) {
  const environment = tokens.get(token);
  if (environment?.token === token) return environment;
  const expiresAtMs = environment?.previousToken?.expiresAt.getTime() ?? 0;
  return nowMs < expiresAtMs ? environment : undefined;
}

async function load(db: Db): Promise<State> {
  const projects = await listProjects(db);
  const environments = await listEnvironments(db);
  return {
    projects: new Map(projects.map((p) => [p.id, p])),
    environments,
    byId: new Map(environments.map((e) => [e.id, e])),
    byToken: new Map(
      environments.flatMap((e) =>
        [e.token, ...(e.previousToken ? [e.previousToken.token] : [])].map((token) => [token, e]),
      ),
    ),
  };
}
