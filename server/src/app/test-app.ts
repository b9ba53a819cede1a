// The whole application on real stores, without a port: what the HTTP tests of every feature talk to.
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { bootstrap, openDirectory } from '#accounts';
import { openSnapshots } from '#flags';
import { openPersonDirectory } from '#identity';
import { openIngest } from '#ingest';
import type { Clock } from '#kernel/clock';
import { createEventBus } from '#kernel/events';
import { type Ctx, type EnvironmentRef, systemActor } from '#platform/ctx';
import { createLog } from '#platform/log';
import { startTestStores } from '#platform/test-stores';
import { openRollouts } from '#rollouts';
import { buildApp } from './app.ts';

export type TestApp = {
  readonly app: FastifyInstance;
  readonly ctx: Ctx;
  readonly projectId: number;
  readonly production: EnvironmentRef;
  readonly development: EnvironmentRef;
  readonly apiKey: string;
  readonly email: string;
  readonly password: string;
  /** Asks with the personal API key; the body is parsed JSON (undefined when empty). */
  ask(
    method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE',
    url: string,
    body?: unknown,
  ): Promise<{ status: number; body: any }>; // oxlint-disable-line typescript/no-explicit-any -- tests read fields of any answer
  inject(options: InjectOptions): Promise<LightMyRequestResponse>;
  close(): Promise<void>;
};

/** Starts the application on fresh databases with one account, one project and one key. */
export async function startTestApp(
  options: { clock?: Clock; timeScale?: number } = {},
): Promise<TestApp> {
  const stores = await startTestStores();
  const dataDir = await mkdtemp(join(tmpdir(), 'serin-test-'));
  const ctx: Ctx = {
    db: stores.db,
    clickhouse: stores.clickhouse,
    events: createEventBus(),
    clock: options.clock ?? { now: () => Date.now() },
    log: createLog('silent'),
    actor: systemActor('test'),
  };
  const apiKey = `phx_${randomBytes(24).toString('hex')}`;
  const account = { email: 'ada@example.com', password: 'correct horse battery' };
  await bootstrap(ctx, {
    ...account,
    name: 'Ada',
    organizationName: 'Test',
    projectName: 'Test',
    personalApiKey: apiKey,
  });
  const directory = await openDirectory(ctx.db, ctx.events);
  const snapshots = await openSnapshots(ctx);
  const people = openPersonDirectory(ctx);
  const ingest = await openIngest(ctx, { dataDir });
  const rollouts = openRollouts(ctx, {
    snapshots,
    watermarkMs: () => ingest.watermarkMs(),
    timeScale: options.timeScale ?? 3600,
    nodeId: 'test',
  });
  const app = await buildApp({
    ctx,
    directory,
    snapshots,
    people,
    ingest,
    rollouts,
    version: '0.0.0-test',
    health: { isStopping: () => false, stores: () => ({}) },
  });
  const [production, development] = ['production', 'development'].map((key) =>
    directory.environments().find((environment) => environment.key === key),
  );
  if (!production || !development) throw new Error('bootstrap made no environments');
  return {
    app,
    ctx,
    projectId: production.projectId,
    production,
    development,
    apiKey,
    ...account,
    ask: async (method, url, body) => {
      const response = await app.inject({
        method,
        url,
        headers: { authorization: `Bearer ${apiKey}` },
        ...(body === undefined ? {} : { payload: body as object }),
      });
      const parsed: unknown = response.body === '' ? undefined : response.json();
      return { status: response.statusCode, body: parsed };
    },
    inject: (inject) => app.inject(inject),
    close: async () => {
      await app.close();
      await rollouts.close();
      await ingest.close();
      people.close();
      snapshots.close();
      directory.close();
      await stores.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
