// OTLP/HTTP logs: how uses of flags come from OpenFeature clients (`@openfeature/open-telemetry-hooks` and the hooks
// of other languages), whose bulk answers say nothing about use.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AccountsDirectory } from '#accounts';
import type { FlagSnapshots } from '#flags';
import { type Ingest, LIMITS, codecs, decodeBody, inflateBody } from '#ingest';
import type { Clock } from '#kernel/clock';
import { fail } from '#kernel/errors';
import type { JsonValue } from '#kernel/json';
import { logFailure, toSerinError } from '#platform/http/problem';
import { keysOf } from '#sdk/http/credentials';
import { refusalHeaders } from '#sdk/http/direct-answer.service';
import { accessOfKeys } from '#sdk/http/key-access.service';
import { keepFlagUses } from './flag-uses.service.ts';
import {
  CONTENT_TYPES,
  type OtlpEncoding,
  encodeAccepted,
  encodeStatus,
} from './wire/otlp-answer.ts';
import { type LogRecord, recordsOfJson, recordsOfProtobuf } from './wire/otlp-logs.ts';
import { ProtobufError } from './wire/protobuf.ts';

type Deps = {
  readonly accounts: AccountsDirectory;
  readonly snapshots: FlagSnapshots;
  readonly ingest: Pick<Ingest, 'keepEvaluations'>;
  readonly clock: Clock;
};

/** What posthog-js understands: it drops this stream and pauses it (1.434.18, `rate-limiter`). */
const LOGS_UNKEPT = { quota_limited: ['logs'] };

/** `/v1/logs`, and `/i/v1/logs`, where PostHog's own SDKs send ordinary logs, which are not kept. */
export function registerOtlp(app: FastifyInstance, deps: Deps): void {
  void app.register((sdk, _options, done) => {
    sdk.setErrorHandler(sendStatus);
    const options = { bodyLimit: LIMITS.event.bodyBytes };
    sdk.post('/v1/logs', options, async (request, reply) => {
      const { rejected, message } = await take(deps, request);
      const encoding = encodingOf(request);
      return reply
        .header('content-type', CONTENT_TYPES[encoding])
        .send(encodeAccepted(encoding, rejected, message));
    });
    sdk.post('/i/v1/logs', options, async (request, reply) => {
      const { kept, rejected, message } = await take(deps, request);
      const encoding = encodingOf(request);
      if (kept === 0) return reply.send(LOGS_UNKEPT);
      return reply
        .header('content-type', CONTENT_TYPES[encoding])
        .send(encodeAccepted(encoding, rejected, message));
    });
    done();
  });
}

async function take(deps: Deps, request: FastifyRequest) {
  const { token } = request.query as { token?: unknown };
  const given = typeof token === 'string' && token !== '' ? [token] : [];
  const { environment } = await accessOfKeys(deps.accounts, [...keysOf(request.headers), ...given]);
  return keepFlagUses(deps, environment, await recordsOf(request));
}

async function recordsOf(request: FastifyRequest): Promise<readonly LogRecord[]> {
  const body = request.body as Buffer | undefined;
  const contentEncoding = request.headers['content-encoding'];
  if (encodingOf(request) === 'protobuf') {
    const plain = await inflateBody(
      body ?? new Uint8Array(),
      contentEncoding,
      LIMITS.event,
      codecs,
    );
    try {
      return recordsOfProtobuf(plain);
    } catch (cause) {
      if (!(cause instanceof ProtobufError)) throw cause;
      fail('invalid_payload', { detail: cause.message, cause });
    }
  }
  const query = request.query as Record<string, unknown>;
  const contentType = request.headers['content-type'];
  const raw = { body, contentType, contentEncoding, query };
  const decoded = (await decodeBody(raw, LIMITS.event, codecs)) as JsonValue;
  return (
    recordsOfJson(decoded) ?? fail('invalid_payload', { detail: 'This is no request of OTLP.' })
  );
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
