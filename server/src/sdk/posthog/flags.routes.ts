// `/flags` and its ancestor `/decide`: the hot path of Serin. It reads the body, finds the environment by
// its token, evaluates from memory and writes the answer straight to the socket.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AccountsDirectory } from '#accounts';
import { type Ingest, LIMITS, codecs, decodeBody } from '#ingest';
import { fail } from '#kernel/errors';
import type { JsonValue } from '#kernel/json';
import type { EnvironmentRef } from '#platform/ctx';
import { type EvaluatedFlags, type FlagsDeps, evaluateRequest } from './flags.service.ts';
import { corsHeaders } from './wire/cors.ts';
import { type FlagsPath, type FlagsQuery, readFlagsQuery } from './wire/flags-query.ts';
import { type FlagsRequest, parseFlagsRequest } from './wire/flags-request.ts';
import { encodeFlags } from './wire/flags-response.ts';
import { remoteConfig } from './wire/remote-config.ts';
import { runtimeOf } from './wire/runtime.ts';

type Deps = FlagsDeps & {
  readonly accounts: Pick<AccountsDirectory, 'findEnvironmentByToken'>;
  readonly ingest: Pick<Ingest, 'recordEvaluations'>;
};
type Query = Readonly<Record<string, unknown>>;

const OPENING_BRACE = 0x7b;
/** What a GET without a question gets: enough for a client that checks whether the address works. */
const NOTHING_ASKED = {
  errorsWhileComputingFlags: false,
  flags: {},
  supportedCompression: ['gzip', 'gzip-js'],
};

/** Registers both paths; GET serves the old `?data=` form and health checks. */
export function registerFlagRoutes(sdk: FastifyInstance, deps: Deps): void {
  for (const path of ['flags', 'decide'] as const) {
    const answer = (request: FastifyRequest, reply: FastifyReply) =>
      answerFlags(deps, path, request, reply);
    sdk.post(`/${path}`, { bodyLimit: LIMITS.flags.bodyBytes }, answer);
    sdk.get<{ Querystring: Query }>(`/${path}`, (request, reply) =>
      request.query['data'] === undefined ? reply.send(NOTHING_ASKED) : answer(request, reply),
    );
  }
}

async function answerFlags(
  deps: Deps,
  path: FlagsPath,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const query = readFlagsQuery(path, request.query as Query);
  const asked = parseFlagsRequest(await readBody(request));
  const environment = environmentOf(deps, asked, request.query as Query);
  const evaluated = await evaluateRequest(
    deps,
    callerOf(environment, asked, query, request),
    asked,
  );
  sendJson(request, reply, encodeAnswer(evaluated, environment, query, request.id));
  if (asked.flagKeys) recordNamed(deps, environment, asked, evaluated);
  return reply;
}

function encodeAnswer(
  evaluated: EvaluatedFlags,
  environment: EnvironmentRef,
  query: FlagsQuery,
  requestId: string,
): Uint8Array {
  const { evaluations, evaluatedAtMs, snapshot } = evaluated;
  return encodeFlags(query.shape, {
    evaluations,
    definitionOf: (key) => snapshot.byKey.get(key),
    requestId,
    evaluatedAtMs,
    config: query.withConfig ? remoteConfig(environment.token) : undefined,
  });
}

/** Plain JSON, which server SDKs send, takes the short way; everything else the general decoder. */
function readBody(request: FastifyRequest): JsonValue | Promise<JsonValue> {
  const body = request.body as Buffer | undefined;
  if (body?.[0] === OPENING_BRACE && request.headers['content-encoding'] === undefined) {
    try {
      return JSON.parse(body.toString('utf8')) as JsonValue;
    } catch {
      // The general decoder is lenient, and words its refusal.
    }
  }
  return decodeBody(
    {
      body,
      contentType: request.headers['content-type'],
      contentEncoding: request.headers['content-encoding'],
      query: request.query as Query,
    },
    LIMITS.flags,
    codecs,
  ) as Promise<JsonValue>;
}

function environmentOf(deps: Deps, asked: FlagsRequest, query: Query): EnvironmentRef {
  const token = asked.token ?? query['token'] ?? query['api_key'];
  const environment =
    typeof token === 'string' ? deps.accounts.findEnvironmentByToken(token) : undefined;
  return environment ?? fail('invalid_api_key', { attr: 'token' });
}

function callerOf(
  environment: EnvironmentRef,
  asked: FlagsRequest,
  query: FlagsQuery,
  { headers }: FastifyRequest,
) {
  const runtime =
    asked.runtime ??
    runtimeOf({
      userAgent: headers['user-agent'],
      hasBrowserHeaders:
        headers.origin !== undefined ||
        headers.referer !== undefined ||
        headers['sec-fetch-mode'] !== undefined,
    });
  return { environmentId: environment.id, runtime, isForSurveys: query.isForSurveys };
}

/** Past Fastify's own sending, which costs a quarter of the whole request (measured, Fastify 5.12). */
function sendJson(request: FastifyRequest, reply: FastifyReply, json: Uint8Array): void {
  reply.hijack();
  reply.raw.writeHead(200, {
    ...corsHeaders({ origin: request.headers.origin, requestedHeaders: undefined }),
    'content-type': 'application/json; charset=utf-8',
    'content-length': json.length,
  });
  reply.raw.end(json);
}

/** A server that names flags uses them: rollouts count these people as exposed (rollouts.md §2.10). */
function recordNamed(
  deps: Deps,
  environment: EnvironmentRef,
  asked: FlagsRequest,
  evaluated: EvaluatedFlags,
): void {
  deps.ingest.recordEvaluations(environment.id, {
    distinctId: asked.distinctId,
    evaluatedAtMs: evaluated.evaluatedAtMs,
    evaluations: evaluated.evaluations,
  });
}
