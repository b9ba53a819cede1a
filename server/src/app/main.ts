// Starts everything in order and stops it in reverse: stores, directory, flags, people, ingest,
// rollouts, HTTP.
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { bootstrap, isSetupNeeded, issueSetupToken } from '#accounts';
import { createEventBus } from '#kernel/events';
import { type Ctx, systemActor } from '#platform/ctx';
import { closeLiveStreams } from '#platform/http/live';
import { startNotices } from '#platform/postgres/notices';
import { type Stores, openStores } from '#platform/stores';
import { buildApp } from './app.ts';
import { type Closers, openAll } from './closers.ts';
import type { Config } from './config.ts';
import { type FeatureOptions, type Features, openFeatures } from './features.ts';
import { StartError } from './start-error.ts';

export type RunningServer = {
  /** Where browsers reach it. */
  readonly url: string;
  /** One-time link for the first account; undefined once there is one. */
  readonly setupUrl: string | undefined;
  close(): Promise<void>;
};

/** @throws StartError, ConfigError or EngineError when the person at the terminal can mend it. */
export async function startServer(config: Config, log: Logger): Promise<RunningServer> {
  return openAll(async (closers) => {
    const stores = await openStores(config, log);
    closers.add(() => stores.close());
    const ctx: Ctx = {
      db: stores.db,
      clickhouse: stores.clickhouse,
      events: createEventBus(),
      clock: { now: () => Date.now() },
      log,
      actor: systemActor('serin'),
    };
    await bootstrapAccount(ctx, config);
    const features = await openFeatures(
      ctx,
      { ...config, notifications: notificationsOf(config) },
      closers,
    );
    await listenToReplicas(ctx, stores.databaseUrl, features, closers);
    const url = await serve(ctx, config, stores, features, closers);
    const setupUrl = (await isSetupNeeded(ctx))
      ? `${url}/setup?token=${await issueSetupToken(ctx)}`
      : undefined;
    return { url, setupUrl, close: () => closers.close() };
  });
}

function notificationsOf(config: Config): FeatureOptions['notifications'] {
  const { secretKey, allowedPrivate, smtp, publicUrl, port } = config;
  return { secretKey, allowedPrivate, smtp, baseUrl: publicUrl ?? `http://localhost:${port}` };
}

async function listenToReplicas(
  ctx: Ctx,
  databaseUrl: string,
  { directory, snapshots, ingest }: Features,
  closers: Closers,
): Promise<void> {
  const readAgain = (): void => {
    ctx.events.emit('accounts.changed', { projectId: null });
    snapshots.recheck();
  };
  const { events, log } = ctx;
  const { nodeId } = ingest;
  const notices = await startNotices({ databaseUrl, events, log, nodeId, onReconnect: readAgain });
  closers.add(() => notices.close());
  // What changed between the first read and the first notice that we could hear.
  await directory.refresh();
  snapshots.look();
}

async function serve(
  ctx: Ctx,
  config: Config,
  stores: Stores,
  features: Features,
  closers: Closers,
): Promise<string> {
  let isStopping = false;
  const app = await buildApp({
    ...features,
    ctx,
    version: readVersion(),
    ...(config.publicUrl === undefined ? {} : { publicUrl: config.publicUrl }),
    trustedProxies: config.trustedProxies,
    streamLimits: config.streamLimits,
    holdLimits: config.holdLimits,
    health: { isStopping: () => isStopping, stores: () => stores.status() },
  });
  closers.add(async () => {
    isStopping = true;
    closeLiveStreams(app.server);
    await app.close();
  });
  return listen(app, config);
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
