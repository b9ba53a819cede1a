// OTLP/HTTP logs and metrics: how uses of flags come from OpenFeature clients (`@openfeature/open-telemetry-hooks` and
// the hooks of other languages), and how servers report their errors and how long they take.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AccountsDirectory } from '#accounts';
import type { FlagSnapshots } from '#flags';
import { type Ingest, LIMITS, codecs, decodeBody, inflateBody } from '#ingest';
import type { Clock } from '#kernel/clock';
import { fail } from '#kernel/errors';
import type { JsonValue } from '#kernel/json';
import type { EnvironmentRef } from '#platform/ctx';
import { logFailure, toSerinError } from '#platform/http/problem';
import { keysOf } from '#sdk/http/credentials';
import { refusalHeaders } from '#sdk/http/direct-answer.service';
import { accessOfKeys } from '#sdk/http/key-access.service';
import type { Kept, Sender } from './keep-events.service.ts';
import { keepLogs } from './logs.service.ts';
import { keepMetrics } from './metrics.service.ts';
import {
  CONTENT_TYPES,
  type OtlpEncoding,
  type Signal,
  encodeAccepted,
  encodeStatus,
} from './wire/otlp-answer.ts';
import { recordsOfJson, recordsOfProtobuf } from './wire/otlp-logs.ts';
import { pointsOfJson, pointsOfProtobuf } from './wire/otlp-metrics.ts';
import { ProtobufError } from './wire/protobuf.ts';

type Deps = {
  readonly accounts: AccountsDirectory;
  readonly snapshots: FlagSnapshots;
  readonly ingest: Pick<Ingest, 'accept' | 'keepEvaluations'>;
  readonly clock: Clock;
};

const BODY = LIMITS.otlp;

type Take = (deps: Deps, environment: EnvironmentRef, request: FastifyRequest) => Promise<Kept>;

const TAKE: Readonly<Record<Signal, Take>> = {
  logs: async (deps, environment, request) => {
    const records = await read(request, recordsOfProtobuf, recordsOfJson);
    return keepLogs(deps, environment, records, senderOf(deps, environment));
  },
  metrics: async (deps, environment, request) => {
    const points = await read(request, pointsOfProtobuf, pointsOfJson);
    return keepMetrics(deps, senderOf(deps, environment), points);
  },
};

/** `/v1/logs` and `/v1/metrics`, and the same below `/i`, where the SDKs of PostHog send theirs. */
export function registerOtlp(app: FastifyInstance, deps: Deps): void {
  void app.register((sdk, _options, done) => {
    sdk.setErrorHandler(sendStatus);
    for (const signal of ['logs', 'metrics'] as const) {
      const answer =
        (isPosthog: boolean) => async (request: FastifyRequest, reply: FastifyReply) => {
          const environment = await environmentOf(deps, request);
          const { kept, rejected, message } = await TAKE[signal](deps, environment, request);
          // What posthog-js understands: it drops this stream and pauses it (1.434.18, `rate-limiter`). Not logs: an
          // error may be the next one.
          const isUnwanted = signal === 'metrics' && kept === 0 && rejected > 0;
          if (isPosthog && isUnwanted) return reply.send({ quota_limited: [signal] });
          const encoding = encodingOf(request);
          return reply
            .header('content-type', CONTENT_TYPES[encoding])
            .send(encodeAccepted(encoding, signal, rejected, message));
        };
      const options = { bodyLimit: BODY.bodyBytes };
      sdk.post(`/v1/${signal}`, options, answer(false));
      sdk.post(`/i/v1/${signal}`, options, answer(true));
    }
    done();
  });
}

const senderOf = ({ accounts }: Deps, { id, projectId }: EnvironmentRef): Sender => ({
  environmentId: id,
  keepsAddresses: accounts.projectById(projectId)?.anonymizeIps === false,
});

async function environmentOf(deps: Deps, request: FastifyRequest): Promise<EnvironmentRef> {
  const { token } = request.query as { token?: unknown };
  const given = typeof token === 'string' && token !== '' ? [token] : [];
  const keys = [...keysOf(request.headers), ...given];
  return (await accessOfKeys(deps.accounts, keys)).environment;
}

/** What the request holds, whichever encoding. @throws invalid_payload when it is no request of OTLP */
async function read<T>(
  request: FastifyRequest,
  ofProtobuf: (bytes: Uint8Array) => T,
  ofJson: (value: JsonValue) => T | undefined,
): Promise<T> {
  const body = request.body as Buffer | undefined;
  const contentEncoding = request.headers['content-encoding'];
  if (encodingOf(request) === 'protobuf') {
    const plain = await inflateBody(body ?? new Uint8Array(), contentEncoding, BODY, codecs);
    try {
      return ofProtobuf(plain);
    } catch (cause) {
      if (!(cause instanceof ProtobufError)) throw cause;
      fail('invalid_payload', { detail: cause.message, cause });
    }
  }
  const query = request.query as Record<string, unknown>;
  const contentType = request.headers['content-type'];
  const raw = { body, contentType, contentEncoding, query };
  const decoded = (await decodeBody(raw, BODY, codecs)) as JsonValue;
  return ofJson(decoded) ?? fail('invalid_payload', { detail: 'This is no request of OTLP.' });
}

function encodingOf({ headers }: FastifyRequest): OtlpEncoding {
  return headers['content-type']?.startsWith(CONTENT_TYPES.protobuf) ? 'protobuf' : 'json';
}

function sendStatus(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const known = toSerinError(error);
  logFailure(request.server.log, known, error, request.id);
  const encoding = encodingOf(request);
  return reply
    .code(known.status)
    .headers(refusalHeaders(known))
    .header('content-type', CONTENT_TYPES[encoding])
    .send(encodeStatus(encoding, known.code, known.message));
}
