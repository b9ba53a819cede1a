// Remote configuration, the first thing that posthog-js and the mobile SDKs ask for.
import type { FastifyInstance } from 'fastify';
import type { AccountsDirectory } from '#accounts';
import type { FlagSnapshots } from '#flags';
import { fail } from '#kernel/errors';
import type { EnvironmentRef } from '#platform/ctx';
import type { Rollouts } from '#rollouts';
import { type BrowserFile, type BrowserFiles, toBrowserFile } from './browser-files.service.ts';
import type { FindRecordingConfig } from './recording-config.service.ts';
import { sendScript } from './static.routes.ts';
import { remoteConfig, remoteConfigScript } from './wire/remote-config.ts';

/** One minute: long enough for a page's reloads, short enough for a change of settings. */
const CONFIG_CACHE = 'public, max-age=60';
const SCRIPT = 'application/javascript; charset=utf-8';

type ByToken = { Params: { token: string } };

type Deps = {
  readonly accounts: Pick<AccountsDirectory, 'findEnvironmentByToken'>;
  readonly snapshots: Pick<FlagSnapshots, 'get'>;
  readonly recordingOf: FindRecordingConfig;
  readonly files: BrowserFiles;
  readonly rollouts: Pick<Rollouts, 'questionsIn'>;
  /** Pages may open streams. */
  readonly hasStreams: boolean;
};

/**
 * `/array/<token>/config.js` (script), `/config` (JSON) and `/array.js` (script and library in one). They are for
 * the token asked with, also when the environment has a newer one: posthog-js looks for its own.
 */
export function registerConfig(sdk: FastifyInstance, deps: Deps): void {
  const { accounts, snapshots, recordingOf, files, hasStreams, rollouts } = deps;
  const asks = ({ id }: EnvironmentRef): boolean => rollouts.questionsIn(id).length > 0;
  const environmentOf = (token: string): EnvironmentRef =>
    accounts.findEnvironmentByToken(token) ?? fail('invalid_api_key', { attr: 'token' });

  sdk.get<ByToken>('/array/:token/config.js', (request, reply) => {
    const { token } = request.params;
    const environment = environmentOf(token);
    const { version } = snapshots.get(environment.id);
    const following = hasStreams ? { version } : undefined;
    const script = remoteConfigScript(
      token,
      recordingOf(environment.id),
      following,
      asks(environment),
    );
    return reply.header('cache-control', CONFIG_CACHE).type(SCRIPT).send(script);
  });

  sdk.get<ByToken>('/array/:token/config', (request, reply) => {
    const { token } = request.params;
    const environment = environmentOf(token);
    const config = remoteConfig(token, recordingOf(environment.id), asks(environment));
    return reply.header('cache-control', CONFIG_CACHE).send(config);
  });

  // One per environment: without the version, which changes with every flag.
  const bundles = new Map<string, { script: string; file: Promise<BrowserFile> }>();
  sdk.get<ByToken>('/array/:token/array.js', async (request, reply) => {
    const { token } = request.params;
    const environment = environmentOf(token);
    const script = remoteConfigScript(
      token,
      recordingOf(environment.id),
      hasStreams ? {} : undefined,
      asks(environment),
    );
    const known = bundles.get(token);
    const bundle = known?.script === script ? known.file : bundleOf(script, files);
    bundles.set(token, { script, file: bundle });
    bundle.catch(() => bundles.delete(token));
    return sendScript(request, reply, await bundle, CONFIG_CACHE);
  });
}

/** The configuration goes first: the library looks for it while it starts. */
async function bundleOf(configuration: string, files: BrowserFiles): Promise<BrowserFile> {
  const library = await files.find('array.js');
  if (!library) fail('unavailable', { detail: 'posthog-js is not installed completely.' });
  return toBrowserFile(Buffer.concat([Buffer.from(configuration), library.plain]));
}
