// The whole application, opened in order: stores, directory, flags, people, ingest, rollouts, HTTP. Or nothing of
// it: what is open is closed again when something fails.
import { readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { bootstrap, isSetupNeeded, issueSetupToken } from '#accounts';
import { createEventBus } from '#kernel/events';
import { type Ctx, systemActor } from '#platform/ctx';
import { closeLiveStreams } from '#platform/http/live';
import { startNotices } from '#platform/postgres/notices';
import { type Stores, startStores } from '#platform/stores';
import { buildApp } from './app.ts';
import { type Closers, openAll } from './closers.ts';
import type { Config } from './config.ts';
import type { AppBasics } from './fastify.ts';
import { type FeatureOptions, type Features, openFeatures } from './features.ts';
import { keepLastGood } from './last-good.ts';

export type Whole = {
  /** Path of the one-time link for the first account; undefined once there is one. */
  readonly setupPath: string | undefined;
  close(): Promise<void>;
};

type WholeConfig = Config & Pick<AppBasics, 'locate'>;

export type WholeOptions = {
  /** Called when a store has to be waited for. */
  readonly onWaiting: () => void;
  /** Gives up waiting for stores. */
  readonly signal: AbortSignal;
  /** Lets the application answer requests; it is complete. */
  readonly attach: (app: FastifyInstance) => Promise<void>;
};

/** The data folder must be owned. @throws EngineError and whatever `attach` throws */
export async function openWhole(
  config: WholeConfig,
  log: Logger,
  options: WholeOptions,
): Promise<Whole> {
  return openAll(async (closers) => {
    const stores = await startStores(config, log, options);
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
    const wanted = { ...config, notifications: notificationsOf(config) };
    const features = await openFeatures(ctx, wanted, closers);
    await listenToReplicas(ctx, stores.databaseUrl, features, closers);
    const keeping = keepLastGood(features, config.dataDir, ctx);
    closers.add(() => keeping.close());
    const setupPath = (await isSetupNeeded(ctx))
      ? `/setup?token=${await issueSetupToken(ctx)}`
      : undefined;
    // Last, as nothing may fail after it: what stood by is closed then.
    await serve(ctx, config, stores, features, closers, options.attach);
    return { setupPath, close: () => closers.close() };
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
  const { events, log } = ctx;
  const notices = await startNotices({
    databaseUrl,
    events,
    log,
    nodeId: ingest.nodeId,
    // Whether the server is away shows at the next read: the sooner that is, the sooner answers say so.
    onLost: () => snapshots.look(),
    onReconnect: () => {
      events.emit('accounts.changed', { projectId: null });
      snapshots.recheck();
    },
  });
  closers.add(() => notices.close());
  // What changed between the first read and the first notice that we could hear.
  await directory.refresh();
  snapshots.look();
}

async function serve(
  ctx: Ctx,
  config: WholeConfig,
  stores: Stores,
  features: Features,
  closers: Closers,
  attach: WholeOptions['attach'],
): Promise<void> {
  let isStopping = false;
  const app = await buildApp({
    ...features,
    ctx,
    version: readVersion(),
    publicUrl: config.publicUrl,
    replayOrigin: config.replayOrigin,
    trustedProxies: config.trustedProxies,
    locate: config.locate,
    streamLimits: config.streamLimits,
    holdLimits: config.holdLimits,
    rateLimits: config.rateLimits,
    metricsToken: config.metricsToken,
    health: {
      isStopping: () => isStopping,
      stores: () => stores.status(),
      staleSinceMs: () => features.snapshots.staleSinceMs(),
    },
  });
  closers.add(async () => {
    isStopping = true;
    closeLiveStreams(app.server);
    await app.close();
  });
  await attach(app);
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

function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
