// Opens every feature that lives in the process, in the order in which they need each other.
import { type AccountsDirectory, openDirectory } from '#accounts';
import { openChanges } from '#changes';
import { openDeletions } from '#deletions';
import { openErrors } from '#errors';
import { openExperiments } from '#experiments';
import { type FlagSnapshots, openSnapshots } from '#flags';
import { type PersonDirectory, openPersonDirectory } from '#identity';
import { type Ingest, openIngest } from '#ingest';
import { type Insights, openCohortCalculation, openInsights } from '#insights';
import { type NotificationOptions, type Notifications, openNotifications } from '#notify';
import type { Ctx } from '#platform/ctx';
import { instanceSecret } from '#platform/postgres/instance-secret';
import { type Replay, openReplay } from '#replay';
import { type Rollouts, findRunningRollouts, openRollouts } from '#rollouts';
import { openSources, type Sources } from '#sources';
import { openSquash } from '#squash';
import { type Usage, openUsage } from '#usage';
import type { Closers } from './closers.ts';

export type Features = {
  readonly directory: AccountsDirectory;
  readonly snapshots: FlagSnapshots;
  readonly people: PersonDirectory;
  readonly ingest: Ingest;
  readonly replay: Replay;
  readonly insights: Insights;
  readonly rollouts: Rollouts;
  readonly sources: Sources;
  readonly usage: Usage;
  /** Signs the addresses of OpenFeature's event streams. */
  readonly streamSecret: Buffer;
  readonly notifications: Notifications;
};

export type FeatureOptions = {
  /** Folder of the event log. */
  readonly dataDir: string;
  /** Divides the shortest allowed durations of rollouts. */
  readonly timeScale: number;
  readonly rateLimits?:
    | { readonly eventsPerEnvironment: number; readonly recordingBytesPerEnvironment: number }
    | undefined;
  readonly notifications: NotificationOptions;
};

export async function openFeatures(
  ctx: Ctx,
  options: FeatureOptions,
  closers: Closers,
): Promise<Features> {
  const directory = await openDirectory(ctx);
  closers.add(() => directory.close());
  const snapshots = await openSnapshots(ctx);
  closers.add(() => snapshots.close());
  const people = openPersonDirectory(ctx);
  closers.add(() => people.close());
  const { ingest, replay } = await openIntake(ctx, options, directory, closers);
  const deletions = openDeletions(ctx, { nodeId: ingest.nodeId });
  closers.add(() => deletions.close());
  const squash = openSquash(ctx, { nodeId: ingest.nodeId });
  closers.add(() => squash.close());
  const insights = openInsights(ctx);
  closers.add(() => insights.close());
  const { timeScale } = options;
  const { nodeId } = ingest;
  openCounting(ctx, { insights, directory, timeScale, ingest, nodeId }, closers);
  const sources = openSources(ctx, options.notifications);
  const notifications = openNotifications(ctx, options.notifications);
  closers.add(() => notifications.close());
  const rollouts = openRollouts(ctx, {
    snapshots,
    sources,
    notifications,
    watermarkMs: () => ingest.watermarkMs(),
    timeScale,
    nodeId,
  });
  closers.add(() => rollouts.close());
  const changes = openChanges(ctx, { findRollouts: findRunningRollouts, nodeId: ingest.nodeId });
  closers.add(() => changes.close());
  const usage = openUsage(ctx, { snapshots, ingest, timeScale });
  closers.add(() => usage.close());
  const streamSecret = await instanceSecret(ctx.db, 'event_streams');
  const asked = { directory, snapshots, people, ingest, replay, insights, usage, streamSecret };
  return { ...asked, rollouts, sources, notifications };
}

/** Ingestion within what each environment may send. */
function openIngestWithin(
  ctx: Ctx,
  { dataDir, rateLimits }: FeatureOptions,
  directory: AccountsDirectory,
): Promise<Ingest> {
  const eventsPerSecondOf = (environmentId: number): number =>
    directory.environmentById(environmentId)?.eventsPerSecond ??
    rateLimits?.eventsPerEnvironment ??
    0;
  return openIngest(ctx, { dataDir, eventsPerSecondOf });
}

/** What browsers and servers send: events, and recordings of sessions. */
async function openIntake(
  ctx: Ctx,
  options: FeatureOptions,
  directory: AccountsDirectory,
  closers: Closers,
): Promise<Pick<Features, 'ingest' | 'replay'>> {
  const ingest = await openIngestWithin(ctx, options, directory);
  closers.add(() => ingest.close());
  const replay = await openReplay(ctx, {
    dataDir: options.dataDir,
    note: ingest.note,
    bytesPerSecond: options.rateLimits?.recordingBytesPerEnvironment,
  });
  closers.add(() => replay.close());
  return { ingest, replay };
}

type CountingDeps = Parameters<typeof openExperiments>[1] & {
  readonly directory: AccountsDirectory;
  readonly ingest: Pick<Ingest, 'watermarkMs'>;
};

/** What counts people, and what happened to them, again and again by itself. */
function openCounting(ctx: Ctx, deps: CountingDeps, closers: Closers): void {
  const calculation = openCohortCalculation({ ctx, ...deps });
  closers.add(() => calculation.close());
  const experiments = openExperiments(ctx, deps);
  closers.add(() => experiments.close());
  const errors = openErrors(ctx, { ...deps, watermarkMs: () => deps.ingest.watermarkMs() });
  closers.add(() => errors.close());
}
