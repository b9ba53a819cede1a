// Starts everything in order and stops it in reverse: stores, directory, flags, people, ingest,
// rollouts, HTTP.
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { bootstrap, isSetupNeeded, issueSetupToken, openDirectory } from '#accounts';
import { openSnapshots } from '#flags';
import { openPersonDirectory } from '#identity';
import { openIngest } from '#ingest';
import { createEventBus } from '#kernel/events';
import { type Ctx, systemActor } from '#platform/ctx';
import { closeLiveStreams } from '#platform/http/live';
import { startNotices } from '#platform/postgres/notices';
import { openStores } from '#platform/stores';
import { openRollouts } from '#rollouts';
import { buildApp } from './app.ts';
import type { Config } from './config.ts';
import { StartError } from './start-error.ts';

export type RunningServer = {
  /** Where browsers reach it. */
  readonly url: string;
  /** One-time link for the first account; undefined once there is one. */
  readonly setupUrl: string | undefined;
  close(): Promise<void>;
};

type Closer = () => Promise<void> | void;

export async function startServer(config: Config, log: Logger): Promise<RunningServer> {
  const closers: Closer[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).toReversed()) await closer();
  };
  try {
    return await start(config, log, closers, close);
  } catch (error) {
    await close().catch((closeError: unknown) => log.error({ err: closeError }, 'clean-up failed'));
    throw error;
  }
}

async function start(
  config: Config,
  log: Logger,
  closers: Closer[],
  close: () => Promise<void>,
): Promise<RunningServer> {
  const stores = await openStores(config, log);
  closers.push(() => stores.close());
  const ctx: Ctx = {
    db: stores.db,
    clickhouse: stores.clickhouse,
    events: createEventBus(),
    clock: { now: () => Date.now() },
    log,
    actor: systemActor('serin'),
  };
  const nodeId = randomUUID();
  await bootstrapAccount(ctx, config);
  const directory = await openDirectory(ctx.db, ctx.events);
  closers.push(() => directory.close());
  const snapshots = await openSnapshots(ctx);
  closers.push(() => snapshots.close());
  const people = openPersonDirectory(ctx);
  closers.push(() => people.close());
  const notices = await startNotices({
    databaseUrl: stores.databaseUrl,
    events: ctx.events,
    log,
    nodeId,
    onReconnect: () => {
      ctx.events.emit('accounts.changed', { projectId: null });
      snapshots.recheck();
    },
  });
  closers.push(() => notices.close());
  const ingest = await openIngest(ctx, { dataDir: config.dataDir });
  closers.push(() => ingest.close());
  const rollouts = openRollouts(ctx, {
    snapshots,
    watermarkMs: () => ingest.watermarkMs(),
    timeScale: config.timeScale,
    nodeId,
  });
  closers.push(() => rollouts.close());

  let isStopping = false;
  const app = await buildApp({
    ctx,
    directory,
    snapshots,
    people,
    ingest,
    rollouts,
    version: readVersion(),
    health: { isStopping: () => isStopping, stores: () => stores.status() },
  });
  closers.push(async () => {
    isStopping = true;
    closeLiveStreams(app.server);
    await app.close();
  });
  const url = await listen(app, config);
  const setupUrl = (await isSetupNeeded(ctx))
    ? `${url}/setup?token=${await issueSetupToken(ctx)}`
    : undefined;
  return { url, setupUrl, close };
}

async function bootstrapAccount(ctx: Ctx, config: Config): Promise<void> {
  const { email, password, projectToken, personalApiKey } = config.bootstrap;
  if (email === undefined || password === undefined) return;
  const isNew = await bootstrap(ctx, {
    email,
    name: email.split('@', 1)[0] ?? email,
    password,
    organizationName: 'My organisation',
    projectName: 'My project',
    projectToken,
    personalApiKey,
  });
  if (isNew) ctx.log.info({ email }, 'created the first account from the bootstrap settings');
}

async function listen(app: FastifyInstance, config: Config): Promise<string> {
  const { host, port } = config;
  try {
    await app.listen({ host, port });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') {
      throw new StartError(
        `Port ${port} on ${host} is in use by another program. Stop that one or choose another: PORT=${port + 1} npm start`,
      );
    }
    if (code === 'EACCES' || code === 'EADDRNOTAVAIL') {
      throw new StartError(
        `Cannot listen on ${host}:${port} (${code}). Choose other HOST and PORT.`,
      );
    }
    throw error;
  }
  const address = app.server.address() as AddressInfo;
  const reachable = ['0.0.0.0', '::', '127.0.0.1'].includes(host) ? 'localhost' : host;
  return config.publicUrl ?? `http://${reachable}:${address.port}`;
}

function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
