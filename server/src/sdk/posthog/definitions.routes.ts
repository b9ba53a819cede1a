// Flag definitions for SDKs that evaluate by themselves (posthog-node, python, go, ruby), and payloads of
// remote-configuration flags. One text per version of an environment's flags answers all pollers; those that
// have it already are answered when it changes.
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AccountsDirectory } from '#accounts';
import type { CohortSupport, FlagSnapshot, FlagSnapshots } from '#flags';
import type { Definitions } from '#flags/snapshot';
import { fail } from '#kernel/errors';
import type { FlagLimit } from '#sdk/http/flag-limit.service';
import { environmentForKey } from '#sdk/http/key-access.service';
import { acceptsGzip, matchesEtag } from '#sdk/http/negotiate';
import { staleHeaders } from '#sdk/http/stale';
import type { HeldRequests } from './held-requests.service.ts';

const compress = promisify(gzip);
/** Smaller answers are sent as they are: compressing them saves no packet. */
const COMPRESS_FROM_BYTES = 1400;

type Deps = {
  readonly accounts: AccountsDirectory;
  readonly snapshots: FlagSnapshots;
  readonly limit: FlagLimit;
  readonly held: HeldRequests;
};
type Asking = FastifyRequest<{ Querystring: { send_cohorts?: unknown } }>;
type ByKey = { Params: { project_id: string; flag: string } };

const HEADERS = {
  'content-type': 'application/json; charset=utf-8',
  'cache-control': 'private, must-revalidate',
  vary: 'Origin, Accept-Encoding, Authorization',
};

/** Registers both definition paths and the payload route. */
export function registerDefinitions(sdk: FastifyInstance, deps: Deps): void {
  const gzipOf = createCompressor();
  const answer =
    (path: 'current' | 'older') =>
    async (request: Asking, reply: FastifyReply): Promise<FastifyReply> => {
      const environment = await environmentForKey(deps.accounts, request);
      deps.limit.take(environment.id, 'server');
      // SDKs send the bare word, without a value.
      const support: CohortSupport = request.query.send_cohorts === undefined ? 'none' : path;
      const known = request.headers['if-none-match'];
      const current = () => deps.snapshots.get(environment.id).definitions(support);
      const { etag: asked } = current();
      if (matchesEtag(known, asked)) {
        const place = { environmentId: environment.id, support, etag: asked };
        await deps.held.untilChanged(request, reply, place);
      }
      const definitions = current();
      const { json, etag } = definitions;
      reply.headers({
        ...staleHeaders(deps.snapshots.staleSinceMs()),
        ...HEADERS,
        etag,
      });
      if (matchesEtag(known, etag)) return reply.code(304).send();
      const isWorthIt = json.length >= COMPRESS_FROM_BYTES;
      if (!isWorthIt || !acceptsGzip(request.headers['accept-encoding'])) return reply.send(json);
      return reply.header('content-encoding', 'gzip').send(await gzipOf(definitions));
    };
  sdk.get('/flags/definitions', answer('current'));
  sdk.get('/api/feature_flag/local_evaluation', answer('older'));
  sdk.get('/api/projects/:project_id/feature_flags/local_evaluation', answer('older'));

  sdk.get<ByKey>(
    '/api/projects/:project_id/feature_flags/:flag/remote_config',
    async (request, reply) => {
      const environment = await environmentForKey(deps.accounts, request);
      const { project_id: project, flag } = request.params;
      if (project !== '@current' && project !== String(environment.projectId)) {
        fail('not_found', { detail: 'There is no such project.', attr: 'project_id' });
      }
      const payload = payloadOf(deps.snapshots.get(environment.id), flag);
      // The answer is the JSON encoding of a JSON text: SDKs decode it once or twice.
      return reply.type('application/json; charset=utf-8').send(JSON.stringify(payload));
    },
  );
}

/** Compresses each text once. */
function createCompressor(): (definitions: Definitions) => Promise<Buffer> {
  const compressed = new WeakMap<Definitions, Promise<Buffer>>();
  return (definitions) => {
    const known = compressed.get(definitions) ?? compress(definitions.json);
    compressed.set(definitions, known);
    return known;
  };
}

/** The payload of a flag given by key, or by id as older SDKs do. */
function payloadOf(snapshot: FlagSnapshot, flag: string): string {
  const found =
    snapshot.byKey.get(flag) ?? snapshot.flags.find((candidate) => String(candidate.id) === flag);
  if (!found) fail('not_found', { detail: 'There is no such flag.' });
  const payload = found.filters.payloads?.['true'];
  if (payload === undefined) fail('not_found', { detail: 'The flag has no payload.' });
  return payload;
}
