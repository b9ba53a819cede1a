// Scripts for browsers: `/static/array.js` of the snippet and the parts that posthog-js loads later,
// by kind (`/static/lazy-recorder.js?v=…`) and by version and kind (`/static/1.434.18/lazy-recorder.js`).
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { fail } from '#kernel/errors';
import type { BrowserFile, BrowserFiles } from './browser-files.service.ts';
import { acceptsGzip, matchesEtag } from '#sdk/http/negotiate';

const VERSIONED_CACHE = 'public, max-age=31536000, immutable';
/** Five minutes: a new posthog-js reaches snippet users soon after an upgrade of Serin. */
const UNVERSIONED_CACHE = 'public, max-age=300';

/**
 * Registers the script routes. A page with another posthog-js asks for the parts of its own version and gets ours: they
 * work with every core of a major version, and with `strict_script_versioning: true` a 404 would leave it without.
 */
export function registerStatic(sdk: FastifyInstance, files: BrowserFiles): void {
  sdk.get<{ Params: { file: string } }>('/static/:file', async (request, reply) =>
    sendScript(request, reply, await find(files, request.params.file), UNVERSIONED_CACHE),
  );
  sdk.get<{ Params: { version: string; file: string } }>(
    '/static/:version/:file',
    async (request, reply) => {
      const { version, file } = request.params;
      if (majorOf(version) !== majorOf(files.version)) {
        fail('not_found', { detail: `Scripts of posthog-js ${files.version} are served here.` });
      }
      // What stands in for another version changes with ours.
      const cacheControl = version === files.version ? VERSIONED_CACHE : UNVERSIONED_CACHE;
      return sendScript(request, reply, await find(files, file), cacheControl);
    },
  );
}

/** Undefined for what is no version. */
const majorOf = (version: string): string | undefined =>
  /^(\d{1,4})\.\d{1,6}\.\d{1,6}(?:-[\w.]{1,40})?$/.exec(version)?.[1];

async function find(files: BrowserFiles, name: string): Promise<BrowserFile> {
  return (
    (await files.find(name)) ?? fail('not_found', { detail: 'posthog-js has no such script.' })
  );
}

/** Sends a script: unchanged (304), compressed or plain. */
export function sendScript(
  request: FastifyRequest,
  reply: FastifyReply,
  file: BrowserFile,
  cacheControl: string,
): FastifyReply {
  reply
    .header('cache-control', cacheControl)
    .header('etag', file.etag)
    .header('vary', 'Origin, Accept-Encoding')
    // Pages that isolate themselves (COEP) may load it too.
    .header('cross-origin-resource-policy', 'cross-origin')
    .header('x-content-type-options', 'nosniff')
    .type('application/javascript; charset=utf-8');
  if (matchesEtag(request.headers['if-none-match'], file.etag)) return reply.code(304).send();
  if (!acceptsGzip(request.headers['accept-encoding'])) return reply.send(file.plain);
  return reply.header('content-encoding', 'gzip').send(file.gzipped);
}
