// The whole application on real stores, without a port: what the HTTP tests of every feature talk to.
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { bootstrap } from '#accounts';
import type { Clock } from '#kernel/clock';
import { createEventBus } from '#kernel/events';
import { type Ctx, type EnvironmentRef, systemActor } from '#platform/ctx';
import { createLog } from '#platform/log';
import { startNotices } from '#platform/postgres/notices';
import { startTestStores } from '#platform/test-stores';
import { type AppDeps, buildApp } from './app.ts';
import { type Closers, openAll } from './closers.ts';
import { type FeatureOptions, type Features, openFeatures } from './features.ts';
import { type Ask, type TestPerson, askAs, joinBy, signIn } from './test-people.ts';

export type TestApp = {
  readonly app: FastifyInstance;
  readonly ctx: Ctx;
  readonly projectId: number;
  readonly production: EnvironmentRef;
  readonly development: EnvironmentRef;
  readonly apiKey: string;
  readonly dataDir: string;
  readonly usage: Features['usage'];
  readonly email: string;
  readonly password: string;
  /** Asks with the personal API key of the first user. */
  readonly ask: Ask;
  /** Signs the first user in. */
  signIn(): Promise<TestPerson>;
  /** Invites somebody to the organisation and lets them join. */
  join(email: string): Promise<TestPerson>;
  inject(options: InjectOptions): Promise<LightMyRequestResponse>;
  close(): Promise<void>;
};

const NOTIFICATIONS: FeatureOptions['notifications'] = {
  secretKey: undefined,
  allowedPrivate: ['127.0.0.1'],
  smtp: undefined,
  baseUrl: 'http://serin.test',
};

const HEALTHY = { isStopping: () => false, stores: () => ({}), staleSinceMs: () => undefined };

type TestAppOptions = Pick<
  AppDeps,
  'streamLimits' | 'holdLimits' | 'rateLimits' | 'locate' | 'metricsToken'
> & {
  clock?: Clock;
  timeScale?: number;
  notifications?: Partial<FeatureOptions['notifications']>;
};

/** Starts the application on fresh databases with one account, one project and one key. */
export async function startTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  return openAll(async (closers) => {
    const { ctx, databaseUrl } = await openTestCtx(options.clock, closers);
    const dataDir = await mkdtemp(join(tmpdir(), 'serin-test-'));
    closers.add(() => rm(dataDir, { recursive: true, force: true }));
    const account = {
      email: 'ada@example.com',
      password: 'correct horse battery',
      personalApiKey: `phx_${randomBytes(24).toString('hex')}`,
    };
    await bootstrap(ctx, {
      ...account,
      name: 'Ada',
      organizationName: 'Test',
      projectName: 'Test',
    });
    const timeScale = options.timeScale ?? 3600;
    const notifications = { ...NOTIFICATIONS, ...options.notifications };
    const wanted = { ...options, dataDir, timeScale, notifications };
    const features = await openFeatures(ctx, wanted, closers);
    await listen(ctx, databaseUrl, features, closers);
    const app = await buildApp({
      ...options,
      ...features,
      ctx,
      version: '0.0.0-test',
      health: HEALTHY,
    });
    closers.add(() => app.close());
    const production = environmentOf(features, 'production');
    return {
      app,
      ctx,
      production,
      projectId: production.projectId,
      development: environmentOf(features, 'development'),
      apiKey: account.personalApiKey,
      dataDir,
      usage: features.usage,
      email: account.email,
      password: account.password,
      ask: askAs(app, { authorization: `Bearer ${account.personalApiKey}` }),
      signIn: () => signIn(app, account),
      join: (email) => joinBy(app, account, email),
      inject: (inject) => app.inject(inject),
      close: () => closers.close(),
    };
  });
}

/** As the whole application does: whoever does not hear the other replicas confirms no rollback. */
async function listen(
  { events, log }: Ctx,
  databaseUrl: string,
  { ingest, snapshots }: Features,
  closers: Closers,
): Promise<void> {
  const { nodeId } = ingest;
  const onReconnect = () => snapshots.recheck();
  const notices = await startNotices({ databaseUrl, events, log, nodeId, onReconnect });
  closers.add(() => notices.close());
}

async function openTestCtx(
  clock: Clock | undefined,
  closers: Closers,
): Promise<{ ctx: Ctx; databaseUrl: string }> {
  const stores = await startTestStores();
  closers.add(() => stores.close());
  const ctx: Ctx = {
    db: stores.db,
    clickhouse: stores.clickhouse,
    events: createEventBus(),
    clock: clock ?? { now: () => Date.now() },
    log: createLog('silent'),
    actor: systemActor('test'),
  };
  return { ctx, databaseUrl: stores.databaseUrl };
}

function environmentOf({ directory }: Features, key: string): EnvironmentRef {
  const found = directory.environments().find((environment) => environment.key === key);
  if (!found) throw new Error(`bootstrap made no environment ${key}`);
  return found;
}
