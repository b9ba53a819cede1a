// Serves flags from the last good state on disk while the stores cannot be reached at start: `/flags`, definitions,
// OpenFeature and the streams answer, everything else says that it is not available.
import type { FastifyInstance } from 'fastify';
import { Kysely, PostgresDialect } from 'kysely';
import type { Logger } from 'pino';
import { openSavedDirectory } from '#accounts';
import { openSavedSnapshots } from '#flags';
import { openPersonDirectory } from '#identity';
import { fail } from '#kernel/errors';
import { createEventBus } from '#kernel/events';
import type { Database } from '#platform/postgres/schema';
import { registerSdk } from '#sdk';
import { type AppBasics, createFastify, placesOf } from './fastify.ts';
import { registerHealth } from './health.routes.ts';
import type { LastGood } from './last-good.ts';

/** SDKs and people try again after this. */
const RETRY_AFTER_SECONDS = 5;

/** The application, ready to be handed requests. */
export async function openStandby(
  basics: Omit<AppBasics, 'health'>,
  saved: LastGood,
  log: Logger,
): Promise<FastifyInstance> {
  const clock = { now: () => Date.now() };
  const ctx = { db: unreachableDb(), events: createEventBus(), clock, log };
  const app = createFastify(basics, log);
  registerHealth(app, {
    isStopping: () => false,
    stores: () => ({}),
    staleSinceMs: () => saved.savedAtMs,
  });
  const people = openPersonDirectory(ctx);
  app.addHook('onClose', async () => people.close());
  registerSdk(app, {
    ...basics,
    clock,
    log,
    accounts: openSavedDirectory(ctx, saved.accounts, unavailable),
    snapshots: openSavedSnapshots(saved.flags, saved.savedAtMs),
    // Cannot be asked: flags that need what is stored are marked failed, and SDKs keep what they had.
    people,
    ingest: {
      accept: refuse,
      keepEvaluations: refuse,
      recordEvaluations: () => undefined,
      note: () => undefined,
    },
    recordings: { accept: refuse },
    // Not known: browsers go on with what they were told before.
    recordingSettings: undefined,
    places: placesOf(basics),
    flagRequestsPerSecond: basics.rateLimits?.flagRequestsPerEnvironment ?? 0,
    usage: { answered: () => undefined },
    offeredFeatures: refuse,
    rollouts: {
      stagesIn: () => ({ version: '', byFlagId: new Map() }),
      questionsIn: () => [],
    },
    streamSecret: saved.streamSecret,
  });
  app.setNotFoundHandler(refuse);
  await app.ready();
  return app;
}

function unavailable(): never {
  fail('unavailable', {
    detail: 'The stores cannot be reached; flags are served as they were.',
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });
}

async function refuse(): Promise<never> {
  return unavailable();
}

/** Every query fails as with a server that is away. */
function unreachableDb(): Kysely<Database> {
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool: refuse }) });
}
