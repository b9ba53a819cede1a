// Events from SDKs, on every path that one has ever used. 200 is answered when they are safe on disk and
// never before; single bad events in a batch are stored as warnings, not refused (posthog-js drops a whole
// batch on any 4xx and sends again on any other 2xx).
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AccountsDirectory } from '#accounts';
import {
  type CapturePayload,
  type DecodeLimits,
  type EventOrigin,
  type Ingest,
  LIMITS,
  codecs,
  decodeBody,
  readPayload,
} from '#ingest';
import { fail } from '#kernel/errors';
import type { EnvironmentRef } from '#platform/ctx';
import type { Places } from '#sdk/http/places.service';
import { readSdkInfo, resultsByUuid } from './wire/capture-v1.ts';

type Deps = {
  readonly accounts: Pick<AccountsDirectory, 'findEnvironmentByToken' | 'projectById'>;
  readonly places: Places;
  readonly ingest: Pick<Ingest, 'accept'>;
};
type Query = Readonly<Record<string, unknown>>;

const PATHS = {
  '/e': LIMITS.event,
  '/i/v0/e': LIMITS.event,
  '/capture': LIMITS.event,
  '/track': LIMITS.event,
  '/engage': LIMITS.event,
  '/batch': LIMITS.batch,
} as const satisfies Record<string, DecodeLimits>;

const ACCEPTED = { status: 1 };

/** Registers the paths of capture v0 and v1. GET is the pixel: `?data=`. */
export function registerCapture(sdk: FastifyInstance, deps: Deps): void {
  for (const [path, limits] of Object.entries(PATHS)) {
    sdk.route({
      method: ['GET', 'POST'],
      url: path,
      bodyLimit: limits.bodyBytes,
      handler: async (request, reply) => {
        const body = await decodeRequest(request, limits);
        const payload = readPayload(body, { query: request.query as Query });
        const environment = environmentOf(deps, payload);
        await deps.ingest.accept({
          environmentId: environment.id,
          ...payload,
          origin: originOf(deps, request, environment),
          isLastChance: isLastChance(request),
        });
        return reply.send(ACCEPTED);
      },
    });
  }
  sdk.post(
    '/i/v1/analytics/events',
    { bodyLimit: LIMITS.large.bodyBytes },
    async (request, reply) => acceptV1(deps, request, reply),
  );
}

/** Capture v1: token and times are headers, and every event gets a result of its own. */
async function acceptV1(
  deps: Deps,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { headers } = request;
  const body = await decodeRequest(request, LIMITS.large);
  const payload = readPayload(body, {
    bearerToken: /^Bearer +(\S+)/i.exec(headers.authorization ?? '')?.[1],
    sentAt: textHeader(headers['posthog-request-timestamp']),
  });
  const environment = environmentOf(deps, payload);
  const outcomes = await deps.ingest.accept({
    environmentId: environment.id,
    ...payload,
    origin: originOf(deps, request, environment),
    v1: readSdkInfo(textHeader(headers['posthog-sdk-info'])),
  });
  const requestId = textHeader(headers['posthog-request-id']);
  if (requestId !== undefined) reply.header('posthog-request-id', requestId);
  return reply.send({ results: resultsByUuid(outcomes) });
}

function decodeRequest(request: FastifyRequest, limits: DecodeLimits): Promise<unknown> {
  return decodeBody(
    {
      body: request.body as Buffer | undefined,
      contentType: request.headers['content-type'],
      contentEncoding: request.headers['content-encoding'],
      query: request.query as Query,
    },
    limits,
    codecs,
  );
}

function originOf(
  { accounts, places }: Deps,
  { raw }: FastifyRequest,
  { projectId }: EnvironmentRef,
): EventOrigin {
  return {
    address: places.addressOf(raw),
    locate: places.locate,
    keepsAddresses: accounts.projectById(projectId)?.anonymizeIps === false,
  };
}

/** A beacon or a pixel, whose answer nobody reads; older posthog-js say `beacon=1` of theirs. */
function isLastChance({ method, headers, query }: FastifyRequest): boolean {
  const isUnread = headers['sec-fetch-mode'] === 'no-cors' || (query as Query)['beacon'] === '1';
  return method === 'GET' || isUnread;
}

function environmentOf(deps: Deps, payload: CapturePayload): EnvironmentRef {
  return (
    deps.accounts.findEnvironmentByToken(payload.token) ??
    fail('invalid_api_key', { attr: 'api_key' })
  );
}

function textHeader(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
