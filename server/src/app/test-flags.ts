// The flags feature alone on real stores, for its own tests: one account, two environments, one key.
import fastifyCookie from '@fastify/cookie';
import Fastify, { type FastifyInstance } from 'fastify';
import { expect } from 'vitest';
import { type AccountsDirectory, bootstrap, createAuthenticator, openDirectory } from '#accounts';
import {
  evaluateFlags,
  openSnapshots,
  registerBulk,
  registerFlags,
  registerHoldouts,
  registerOnePress,
  registerOverrides,
  type FlagSnapshots,
} from '#flags';
import type { Evaluation } from '#flags/flag';
import { derivePersonId, resolveEvents } from '#identity';
import { type EventBus, createEventBus } from '#kernel/events';
import type { JsonObject } from '#kernel/json';
import { type Ctx, type EnvironmentRef, type ProjectCtx, systemActor } from '#platform/ctx';
import { replyWithError } from '#platform/http/problem';
import { createLog } from '#platform/log';
import { startTestStores } from '#platform/test-stores';

/** 20 November 2026, 12:00 UTC. */
const NOW_MS = Date.UTC(2026, 10, 20, 12);

export const API_KEY = `phx_${'k'.repeat(40)}`;
export const BASE = '/api/projects/@current/feature_flags/';

type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
// oxlint-disable-next-line typescript/no-explicit-any -- tests read fields of any answer
type Answer = { status: number; body: any };

export type FlagsApi = {
  readonly app: FastifyInstance;
  /** Paths are below the flags of the key's project, unless they start with a slash. */
  ask(method: Method, path: string, body?: unknown): Promise<Answer>;
  /** Creates a flag with a key of its own. */
  create(fields?: object): Promise<Answer['body']>;
  /** What the flag is for a person, from the snapshot; undefined when it is not evaluated. */
  valueFor(
    key: string,
    environment?: 'production' | 'development',
    personProperties?: JsonObject,
  ): Evaluation | undefined;
  /** Makes a person with this id known in production; returns the person's id. */
  identify(distinctId: string, properties: JsonObject): Promise<string>;
  close(): Promise<void>;
};

export type FlagsWorld = {
  /** Works in production, as the system. */
  readonly ctx: ProjectCtx;
  readonly production: EnvironmentRef;
  readonly development: EnvironmentRef;
  readonly directory: AccountsDirectory;
  close(): Promise<void>;
};

/** A fresh project on real stores. */
export async function startFlagsWorld(): Promise<FlagsWorld> {
  const stores = await startTestStores();
  const ctx: Ctx = {
    db: stores.db,
    clickhouse: stores.clickhouse,
    events: createEventBus(),
    clock: { now: () => NOW_MS },
    log: createLog('silent'),
    actor: systemActor('test'),
  };
  await bootstrap(ctx, {
    email: 'ada@example.com',
    password: 'correct horse battery',
    name: 'Ada',
    organizationName: 'Test',
    projectName: 'Test',
    personalApiKey: API_KEY,
  });
  const directory = await openDirectory(ctx);
  const [production, development] = ['production', 'development'].map((key) =>
    directory.environments().find((environment) => environment.key === key),
  );
  if (!production || !development) throw new Error('bootstrap made no environments');
  return {
    ctx: { ...ctx, projectId: production.projectId, environment: production },
    production,
    development,
    directory,
    close: async () => {
      await directory.close();
      await stores.close();
    },
  };
}

/** Snapshots of a process, or (with events of their own) of another replica. */
export async function withSnapshots(
  ctx: Ctx,
  use: (snapshots: FlagSnapshots, events: EventBus) => Promise<void>,
  events: EventBus = ctx.events,
): Promise<void> {
  const snapshots = await openSnapshots({ ...ctx, events });
  try {
    await use(snapshots, events);
  } finally {
    snapshots.close();
  }
}

export async function startFlagsApi(): Promise<FlagsApi> {
  const world = await startFlagsWorld();
  const { ctx, directory } = world;
  const snapshots = await openSnapshots(ctx);
  const app = Fastify({ routerOptions: { ignoreTrailingSlash: true, maxParamLength: 500 } });
  app.setErrorHandler(replyWithError);
  await app.register(fastifyCookie);
  const http = { authenticate: createAuthenticator(ctx, directory) };
  registerFlags(app, http, snapshots);
  registerOverrides(app, http, snapshots);
  registerBulk(app, http, snapshots);
  registerOnePress(app, http, { snapshots, findOpenRollout: async () => undefined });
  registerHoldouts(app, http, snapshots);

  const ask = async (method: Method, path: string, body?: unknown): Promise<Answer> => {
    const response = await app.inject({
      method,
      url: path.startsWith('/') ? path : `${BASE}${path}`,
      headers: { authorization: `Bearer ${API_KEY}` },
      ...(body === undefined ? {} : { payload: body as object }),
    });
    return { status: response.statusCode, body: response.json() };
  };
  let made = 0;
  return {
    app,
    ask,
    create: async (fields = {}) => {
      made += 1;
      const { status, body } = await ask('POST', '', { key: `flag-${made}`, ...fields });
      expect(status, JSON.stringify(body)).toBe(201);
      return body;
    },
    valueFor: (key, environment = 'production', personProperties = {}) => {
      const { id } = environment === 'production' ? world.production : world.development;
      const subject = { distinctId: 'user-1', personProperties };
      return evaluateFlags(snapshots.get(id).set, subject, { nowMs: NOW_MS }, { keys: [key] })[0];
    },
    identify: (distinctId, properties) => identify(world, distinctId, properties),
    close: async () => {
      await app.close();
      snapshots.close();
      await world.close();
    },
  };
}

async function identify(
  { ctx, production }: FlagsWorld,
  distinctId: string,
  set: JsonObject,
): Promise<string> {
  const event = {
    event: '$identify',
    distinctId,
    atMs: NOW_MS,
    set,
    processing: 'default' as const,
  };
  const resolvable = { environmentId: production.id, person: event, properties: () => ({}) };
  await ctx.db.transaction().execute((trx) => resolveEvents(trx, [resolvable]));
  return derivePersonId(production.id, distinctId);
}
