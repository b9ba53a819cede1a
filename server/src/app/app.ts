// Builds the HTTP application: every feature's routes, one error shape, the web app.
import fastifyCookie from '@fastify/cookie';
import type { FastifyInstance } from 'fastify';
import { createAuthenticator, registerAccounts } from '#accounts';
import { registerAudit } from '#audit';
import { changesUsingCohort, registerChanges } from '#changes';
import { registerCohorts } from '#cohorts';
import { registerDashboards } from '#dashboards';
import { registerEnvironments } from '#environments';
import { offeredFeatures, registerEarlyAccess } from '#early-access';
import { fingerprintsOf, registerErrors } from '#errors';
import { registerExperiments } from '#experiments';
import {
  flagsUsingCohort,
  registerBulk,
  registerComments,
  registerFlags,
  registerHoldouts,
  registerOnePress,
  registerOverrides,
} from '#flags';
import { registerDeletions } from '#deletions';
import { registerPersons } from '#identity';
import { registerDeadLetters, registerEvents, registerWarnings } from '#ingest';
import { registerNotifications } from '#notify';
import { peopleBehind, registerInsights } from '#insights';
import { fail } from '#kernel/errors';
import type { Ctx } from '#platform/ctx';
import type { HttpDeps } from '#platform/http/register';
import {
  findAskingSource,
  findRolloutOf,
  findRunningRollouts,
  registerAdvice,
  registerRolloutCare,
  registerRollouts,
  registerSignals,
} from '#rollouts';
import {
  registerRecordingList,
  registerRecordingSettings,
  registerRecordings,
  registerSavedFilters,
} from '#replay';
import { registerIntercom, registerSdk } from '#sdk';
import { registerSources } from '#sources';
import { registerUsage } from '#usage';
import { api } from './contract.ts';
import type { Features } from './features.ts';
import { type AppBasics, createFastify, placesOf } from './fastify.ts';
import { registerHealth } from './health.routes.ts';
import { registerMetrics } from './metrics.routes.ts';
import { buildOpenApi } from './openapi.ts';
import { registerWeb } from './web.routes.ts';

export type AppDeps = Features &
  AppBasics & {
    readonly ctx: Ctx;
    readonly version: string;
    readonly metricsToken?: string | undefined;
  };

/** The application, ready to listen (or to be asked through `inject` in tests). */
export async function buildApp(deps: AppDeps): Promise<FastifyInstance> {
  const { ctx, directory } = deps;
  const app = createFastify(deps, ctx.log);
  registerHealth(app, deps.health);
  registerMetrics(app, deps);
  registerSdk(app, {
    accounts: directory,
    snapshots: deps.snapshots,
    people: deps.people,
    ingest: deps.ingest,
    recordings: deps.replay.intake,
    recordingSettings: deps.replay.settings,
    offeredFeatures: (projectId, stages) => offeredFeatures(ctx.db, projectId, stages),
    usage: deps.usage,
    clock: ctx.clock,
    log: ctx.log,
    streamLimits: deps.streamLimits,
    holdLimits: deps.holdLimits,
    flagRequestsPerSecond: deps.rateLimits?.flagRequestsPerEnvironment ?? 0,
    streamSecret: deps.streamSecret,
    rollouts: deps.rollouts,
    publicUrl: deps.publicUrl,
    places: placesOf(deps),
  });
  await app.register(async (management) => registerManagement(management, deps));
  await registerWeb(app, deps);
  return app;
}

/** What SDKs have sent: events, recordings, what became of them, and having it erased. */
function registerKept(app: FastifyInstance, http: HttpDeps, deps: AppDeps): void {
  const { settings, lineMaker } = deps.replay;
  registerEvents(app, http, deps.ingest);
  registerWarnings(app, http);
  registerDeadLetters(app, http);
  registerDeletions(app, http);
  registerRecordings(app, http, { settings, lineMaker, events: deps.ctx.events });
  registerRecordingList(app, http, { ...deps, fingerprintsOf });
  registerSavedFilters(app, http);
  registerRecordingSettings(app, http, settings);
}

/** Other programs: those that are told, and those that are asked. */
function registerOthers(app: FastifyInstance, http: HttpDeps, deps: AppDeps): void {
  registerNotifications(app, http, deps.notifications);
  registerSources(app, http, { ...deps.sources, findAsking: findAskingSource });
  registerSignals(app, http, { ctx: deps.ctx, sealKey: deps.sources.sealKey });
  const { ctx, directory: accounts, ingest, notifications } = deps;
  registerIntercom(app, { ctx, sealKey: notifications.sealKey, accounts, ingest });
}

/** What is found out from events. */
function registerQuestions(app: FastifyInstance, http: HttpDeps, deps: AppDeps): void {
  const { insights, directory, ctx } = deps;
  registerInsights(app, http, insights, directory);
  registerErrors(app, http);
  registerDashboards(app, http, insights, directory, () => ctx.clock.now());
}

async function registerManagement(app: FastifyInstance, deps: AppDeps): Promise<void> {
  const { ctx, directory } = deps;
  await app.register(fastifyCookie);
  app.removeContentTypeParser('text/plain');
  const http = { authenticate: createAuthenticator(ctx, directory, deps) };
  registerAccounts(app, http, directory, deps.publicUrl);
  registerAudit(app, http);
  registerFlags(app, http, deps.snapshots);
  registerOverrides(app, http, deps.snapshots);
  registerBulk(app, http, deps.snapshots);
  registerComments(app, http);
  registerOnePress(app, http, {
    snapshots: deps.snapshots,
    findOpenRollout: (asking, flagId) => findRolloutOf(asking, flagId, asking.environment.id),
  });
  registerHoldouts(app, http, deps.snapshots);
  registerEarlyAccess(app, http, deps.snapshots);
  registerCohorts(app, http, {
    flagsUsing: flagsUsingCohort,
    waitingFor: changesUsingCohort,
    peopleBehind: (asker, query, signal) => {
      const settings = directory.projectById(asker.projectId) ?? fail('not_found');
      return peopleBehind(query, { ctx: asker, insights: deps.insights, settings, signal });
    },
    settled: () => deps.snapshots.settled(),
  });
  registerPersons(app, http);
  registerKept(app, http, deps);
  registerQuestions(app, http, deps);
  registerRollouts(app, http, deps.rollouts);
  registerRolloutCare(app, http, deps.rollouts);
  registerAdvice(app, http, deps.rollouts);
  registerExperiments(app, http, {
    insights: deps.insights,
    directory,
    findOpenRollout: (asking, flagId) => findRolloutOf(asking, flagId, asking.environment.id),
    settled: () => deps.snapshots.settled(),
  });
  registerUsage(app, http);
  const settled = () => deps.snapshots.settled();
  registerEnvironments(app, http, directory, { findRollouts: findRunningRollouts, settled });
  registerChanges(app, http, { settled });
  registerOthers(app, http, deps);
  const document = buildOpenApi(api, deps.version);
  app.get('/api/openapi.json', async () => document);
}
