// The door of sdk: the faces that existing SDKs expect. Foreign words stop in this feature.
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { AccountsDirectory } from '#accounts';
import type { FlagSnapshots } from '#flags';
import type { PersonDirectory } from '#identity';
import type { Ingest } from '#ingest';
import type { Clock } from '#kernel/clock';
import type { Replay } from '#replay';
import type { Rollouts } from '#rollouts';
import type { UsageRecorder } from '#usage';
import { openBrowserFiles } from './posthog/browser-files.service.ts';
import { createFreshness } from './ofrep/freshness.service.ts';
import { createStreamOffers } from './ofrep/stream-offers.service.ts';
import { registerOfrep } from './ofrep/ofrep.routes.ts';
import { registerOtlp } from './otlp/otlp.routes.ts';
import { registerCapture } from './posthog/capture.routes.ts';
import { registerConfig } from './posthog/config.routes.ts';
import type { OfferedFeature } from '#early-access';
import { registerDefinitions } from './posthog/definitions.routes.ts';
import { registerOfferedFeatures } from './posthog/early-access.routes.ts';
import { registerBrowserLists } from './posthog/browser-lists.routes.ts';
import { registerFlagRoutes } from './posthog/flags.routes.ts';
import { type HoldLimits, createHeldRequests } from './posthog/held-requests.service.ts';
import { registerPosthogPlugin } from './posthog/posthog.routes.ts';
import { registerStatic } from './posthog/static.routes.ts';
import type { Places } from './http/places.service.ts';
import { createFlagLimit } from './http/flag-limit.service.ts';
import { createStoredPersons } from './evaluation/stored-person.service.ts';
import { findRecordingConfig } from './posthog/recording-config.service.ts';
import { registerRecordingIntake } from './posthog/recordings.routes.ts';
import { registerStreams } from './stream/stream.routes.ts';
import { type StreamLimits, createStreamHub } from './stream/stream-hub.service.ts';

export type SdkDeps = {
  readonly accounts: AccountsDirectory;
  readonly snapshots: FlagSnapshots;
  readonly people: PersonDirectory;
  readonly ingest: Pick<Ingest, 'accept' | 'keepEvaluations' | 'recordEvaluations' | 'note'>;
  readonly recordings: Pick<Replay['intake'], 'accept'>;
  /** Undefined while they cannot be read. */
  readonly recordingSettings: Pick<Replay['settings'], 'of'> | undefined;
  /** Requests for flags that one environment may send; 0: any number. */
  readonly flagRequestsPerSecond: number;
  /** What an application may offer its people, in the stages asked for. */
  readonly offeredFeatures: (
    projectId: number,
    stages: readonly string[],
  ) => Promise<readonly OfferedFeature[]>;
  readonly places: Places;
  readonly usage: UsageRecorder;
  readonly rollouts: Pick<Rollouts, 'stagesIn' | 'questionsIn'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly streamLimits?: StreamLimits | undefined;
  readonly holdLimits?: HoldLimits | undefined;
  /** Signs the addresses of streams. */
  readonly streamSecret: Buffer;
  /** Where browsers reach us, when that is known. */
  readonly publicUrl?: string | undefined;
};

const NO_HOLDS: HoldLimits = { longestMs: 0, perEnvironment: 0 };

export { registerIntercom } from './intercom/intercom.routes.ts';

/** Registers every SDK route, encapsulated: its parsers, hooks and errors touch nothing else. */
export function registerSdk(app: FastifyInstance, deps: SdkDeps): void {
  const files = openBrowserFiles();
  const { accounts, people, log, streamLimits: limits } = deps;
  const persons = createStoredPersons(people, log);
  const hub = createStreamHub({ ...deps, limits, random: Math.random });
  const limit = createFlagLimit(deps);
  const recordingOf = findRecordingConfig(deps);
  const { holdLimits = NO_HOLDS } = deps;
  const held = createHeldRequests({ ...deps, limits: holdLimits, random: Math.random });
  // Before the server waits for its connections: a stream never ends by itself.
  app.addHook('preClose', async () => {
    hub.close();
    held.close();
  });
  registerPosthogPlugin(app, (sdk) => {
    registerStatic(sdk, files);
    registerConfig(sdk, { ...deps, recordingOf, files, hasStreams: hasStreams(deps) });
    registerFlagRoutes(sdk, { ...deps, recordingOf, limit, persons });
    registerOfrep(sdk, { ...deps, limit, persons, hub, ...ofrepParts(deps) });
    registerDefinitions(sdk, { ...deps, limit, held });
    registerCapture(sdk, deps);
    registerOtlp(sdk, deps);
    registerRecordingIntake(sdk, deps);
    registerOfferedFeatures(sdk, deps);
    registerBrowserLists(sdk, accounts, deps.rollouts);
    registerStreams(sdk, accounts, hub);
  });
}

const hasStreams = ({ streamLimits }: SdkDeps): boolean =>
  streamLimits === undefined || streamLimits.overall > 0;

function ofrepParts(deps: SdkDeps) {
  const { accounts, clock, snapshots, streamSecret: secret, publicUrl } = deps;
  const basePath = publicUrl === undefined ? '' : new URL(publicUrl).pathname.replace(/\/$/, '');
  return {
    freshness: createFreshness(snapshots, clock),
    offers: hasStreams(deps)
      ? createStreamOffers({ accounts, clock, secret, basePath })
      : undefined,
  };
}
