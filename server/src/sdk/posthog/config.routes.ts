// Remote configuration, the first thing that posthog-js and the mobile SDKs ask for.
import type { FastifyInstance } from 'fastify';
import type { AccountsDirectory } from '#accounts';
import { fail } from '#kernel/errors';
import { type BrowserFile, type BrowserFiles, toBrowserFile } from './browser-files.service.ts';
import { sendScript } from './static.routes.ts';
import { remoteConfig, remoteConfigScript } from './wire/remote-config.ts';

/** One minute: long enough for a page's reloads, short enough for a change of settings. */
const CONFIG_CACHE = 'public, max-age=60';
const SCRIPT = 'application/javascript; charset=utf-8';

type ByToken = { Params: { token: string } };

/** `/array/<token>/config.js` (script), `/config` (JSON) and `/array.js` (script and library in one). */
export function registerConfig(
  sdk: FastifyInstance,
  accounts: Pick<AccountsDirectory, 'findEnvironmentByToken'>,
  files: BrowserFiles,
): void {
  const knownToken = (token: string): string =>
    accounts.findEnvironmentByToken(token)?.token ?? fail('invalid_api_key', { attr: 'token' });

  sdk.get<ByToken>('/array/:token/config.js', (request, reply) => {
    const script = remoteConfigScript(knownToken(request.params.token));
    return reply.header('cache-control', CONFIG_CACHE).type(SCRIPT).send(script);
  });

  sdk.get<ByToken>('/array/:token/config', (request, reply) => {
    const config = remoteConfig(knownToken(request.params.token));
    return reply.header('cache-control', CONFIG_CACHE).send(config);
  });

  // One per environment: the configuration depends on the token alone.
  const bundles = new Map<string, Promise<BrowserFile>>();
  sdk.get<ByToken>('/array/:token/array.js', async (request, reply) => {
    const token = knownToken(request.params.token);
    const bundle = bundles.get(token) ?? bundleFor(token, files);
    bundles.set(token, bundle);
    bundle.catch(() => bundles.delete(token));
    return sendScript(request, reply, await bundle, CONFIG_CACHE);
  });
}

/** The configuration goes first: the library looks for it while it starts. */
async function bundleFor(token: string, files: BrowserFiles): Promise<BrowserFile> {
  const library = await files.find('array.js');
  if (!library) fail('unavailable', { detail: 'posthog-js is not installed completely.' });
  return toBrowserFile(Buffer.concat([Buffer.from(remoteConfigScript(token)), library.plain]));
}
