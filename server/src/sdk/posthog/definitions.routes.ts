// Flag definitions for SDKs that evaluate by themselves (posthog-node, python, go, ruby), and payloads of
// remote-configuration flags. One text per version of an environment's flags answers all pollers; those that
// have it already are answered when it changes.
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AccountsDirectory } from '#accounts';
import type { FlagSnapshot, FlagSnapshots } from '#flags';
import { fail } from '#kernel/errors';
import { environmentForKey } from '#sdk/http/key-access.service';
import { acceptsGzip, matchesEtag } from '#sdk/http/negotiate';
import type { HeldRequests } from './held-requests.service.ts';

const compress = promisify(gzip);
/** Smaller answers are sent as they are: compressing them saves no packet. */
const COMPRESS_FROM_BYTES = 1400;

type Deps = {
  readonly accounts: AccountsDirectory;
  readonly snapshots: FlagSnapshots;
  readonly held: HeldRequests;
};
type ByKey = { Params: { project_id: string; flag: string } };

/** Registers both definition paths and the payload route. */
export function registerDefinitions(sdk: FastifyInstance, deps: Deps): void {
  const compressed = new WeakMap<FlagSnapshot, Promise<Buffer>>();
  const gzipOf = (snapshot: FlagSnapshot): Promise<Buffer> => {
    const known = compressed.get(snapshot) ?? compress(snapshot.definitionsJson);
    compressed.set(snapshot, known);
    return known;
  };
  const answer = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const environment = await environmentForKey(deps.accounts, request);
    const known = request.headers['if-none-match'];
    const { etag } = deps.snapshots.get(environment.id);
    if (matchesEtag(known, etag)) {
      await deps.held.untilChanged(request, reply, { environmentId: environment.id, etag });
    }
    const snapshot = deps.snapshots.get(environment.id);
    reply
      .header('etag', snapshot.etag)
      .header('cache-control', 'private, must-revalidate')
      .header('vary', 'Origin, Accept-Encoding, Authorization')
      .type('application/json; charset=utf-8');
    if (matchesEtag(known, snapshot.etag)) return reply.code(304).send();
    const isWorthIt = snapshot.definitionsJson.length >= COMPRESS_FROM_BYTES;
    if (!isWorthIt || !acceptsGzip(request.headers['accept-encoding'])) {
      return reply.send(snapshot.definitionsJson);
    }
    return reply.header('content-encoding', 'gzip').send(await gzipOf(snapshot));
  };
  sdk.get('/flags/definitions', answer);
  sdk.get('/api/feature_flag/local_evaluation', answer);
  sdk.get('/api/projects/:project_id/feature_flags/local_evaluation', answer);

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

/** The payload of a flag given by key, or by id as older SDKs do. */
function payloadOf(snapshot: FlagSnapshot, flag: string): string {
  const found =
    snapshot.byKey.get(flag) ?? snapshot.flags.find((candidate) => String(candidate.id) === flag);
  if (!found) fail('not_found', { detail: 'There is no such flag.' });
  const payload = found.filters.payloads?.['true'];
  if (payload === undefined) fail('not_found', { detail: 'The flag has no payload.' });
  return payload;
}
