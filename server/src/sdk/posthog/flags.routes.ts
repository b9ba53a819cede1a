// `/flags` and its ancestor `/decide`: the hot path of Serin. One handler on Node's own request and answer;
// Fastify passes requests on to it, and POST /flags reaches it even before Fastify, which would cost a
// quarter of the whole request (8 of 30 µs, Fastify 5.12).
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { AccountsDirectory } from '#accounts';
import { type Ingest, LIMITS, codecs, decodeBody } from '#ingest';
import { fail } from '#kernel/errors';
import type { JsonValue } from '#kernel/json';
import type { EnvironmentRef } from '#platform/ctx';
import { logFailure, toSerinError } from '#platform/http/problem';
import { andThen } from '#sdk/evaluation/and-then';
import {
  type EvaluatedFlags,
  type EvaluationDeps,
  evaluateRequest,
} from '#sdk/evaluation/evaluate-request.service';
import type { Rollouts, StageQuestion } from '#rollouts';
import type { UsageRecorder } from '#usage';
import { answerFirst } from '#sdk/http/answer-first.service';
import { createAnswerMemory } from '#sdk/http/answer-memory';
import { refusalHeaders, sendJson } from '#sdk/http/direct-answer.service';
import type { FlagLimit } from '#sdk/http/flag-limit.service';
import { type Places, withPlace } from '#sdk/http/places.service';
import { readRawBody } from '#sdk/http/raw-body.service';
import { staleHeaders } from '#sdk/http/stale';
import { type FlagsPath, type FlagsQuery, readFlagsQuery, splitQuery } from './wire/flags-query.ts';
import { type FlagsRequest, parseFlagsRequest } from './wire/flags-request.ts';
import type { FindRecordingConfig } from './recording-config.service.ts';
import { encodeFlags } from './wire/flags-response.ts';
import { type RemoteConfig, remoteConfig } from './wire/remote-config.ts';
import { SURVEY_PREFIX, withTargets } from './wire/survey.ts';
import { isFromBrowser, runtimeOf } from '#sdk/evaluation/runtime';

type Deps = EvaluationDeps & {
  readonly accounts: Pick<AccountsDirectory, 'findEnvironmentByToken'>;
  readonly ingest: Pick<Ingest, 'recordEvaluations'>;
  readonly usage: UsageRecorder;
  readonly limit: FlagLimit;
  readonly places: Places;
  readonly rollouts: Pick<Rollouts, 'questionsIn'>;
  readonly recordingOf: FindRecordingConfig;
  readonly log: Logger;
};
type Query = Readonly<Record<string, string>>;

const answerMemory = createAnswerMemory();
const OPENING_BRACE = 0x7b;
/** What a GET without a question gets: enough for a client that checks whether the address works. */
const NOTHING_ASKED = {
  errorsWhileComputingFlags: false,
  flags: {},
  supportedCompression: ['gzip', 'gzip-js'],
};

/** Registers both paths; GET serves the old `?data=` form and health checks. */
export function registerFlagRoutes(app: FastifyInstance, deps: Deps): void {
  void app.register((sdk, _options, done) => {
    // The handler reads the body itself.
    sdk.removeAllContentTypeParsers();
    sdk.addContentTypeParser('*', (_request, _body, next) => next(null));
    for (const path of ['flags', 'decide'] as const) {
      const answer = (request: FastifyRequest, reply: FastifyReply): void => {
        reply.hijack();
        answerFlags(deps, path, request.raw, reply.raw);
      };
      sdk.post(`/${path}`, answer);
      sdk.get<{ Querystring: { data?: unknown } }>(`/${path}`, (request, reply) => {
        if (request.query.data === undefined) return reply.send(NOTHING_ASKED);
        return answer(request, reply);
      });
    }
    done();
  });
  answerFirst(app, (request, response) => {
    if (request.method !== 'POST' || !isFlagsUrl(request.url ?? '')) return false;
    answerFlags(deps, 'flags', request, response);
    return true;
  });
}

function isFlagsUrl(url: string): boolean {
  if (!url.startsWith('/flags')) return false;
  const rest = url.charAt(6) === '/' ? url.charAt(7) : url.charAt(6);
  return rest === '' || rest === '?';
}

/** Answers one request, in one go when nothing has to be waited for; never throws. */
function answerFlags(
  deps: Deps,
  path: FlagsPath,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const requestId = randomUUID();
  const refuse = (error: unknown): void => sendError(deps, error, request, response, requestId);
  const answer = (body: Buffer | undefined): void => {
    try {
      const query = splitQuery(request.url ?? '');
      const answered = andThen(decodeFlagsBody(request, body, query), (decoded) =>
        answerDecoded(deps, { path, query, decoded, requestId }, request, response),
      );
      if (answered instanceof Promise) answered.catch(refuse);
    } catch (error) {
      refuse(error);
    }
  };
  if (request.method === 'POST') {
    readRawBody(request, LIMITS.flags.bodyBytes, { onBody: answer, onError: refuse });
  } else {
    answer(undefined);
  }
}

type Question = {
  readonly path: FlagsPath;
  readonly query: Query;
  readonly decoded: JsonValue;
  readonly requestId: string;
};

function answerDecoded(
  deps: Deps,
  { path, query, decoded, requestId }: Question,
  request: IncomingMessage,
  response: ServerResponse,
): void | Promise<void> {
  const wanted = readFlagsQuery(path, query);
  const said = parseFlagsRequest(decoded);
  const asked = said.isGeoipDisabled ? said : placed(deps, request, said);
  const environment = environmentOf(deps, asked, query);
  deps.limit.take(environment.id);
  const caller = callerOf(environment, asked, wanted, request);
  return andThen(evaluateRequest(deps, caller, asked), (evaluated) => {
    const questions = asked.flagKeys ? [] : deps.rollouts.questionsIn(environment.id);
    const config = wanted.withConfig
      ? remoteConfig(environment.token, deps.recordingOf(environment.id), questions.length > 0)
      : undefined;
    const json = encodeAnswer(evaluated, config, { ...wanted, questions }, requestId);
    send(request, response, 200, json, staleHeaders(deps.snapshots.staleSinceMs()));
    const agent = request.headers['user-agent'];
    deps.usage.answered(environment.id, agent, evaluated.evaluations, asked.flagKeys);
    if (asked.flagKeys) recordNamed(deps, environment, asked, evaluated);
  });
}

function placed({ places }: Deps, request: IncomingMessage, asked: FlagsRequest): FlagsRequest {
  const personProperties = withPlace(places, request, asked.personProperties);
  return personProperties === asked.personProperties ? asked : { ...asked, personProperties };
}

/** Plain JSON, which server SDKs send, takes the short way; everything else the general decoder. */
function decodeFlagsBody(
  request: IncomingMessage,
  body: Buffer | undefined,
  query: Query,
): JsonValue | Promise<JsonValue> {
  const contentEncoding = request.headers['content-encoding'];
  if (body?.[0] === OPENING_BRACE && contentEncoding === undefined) {
    try {
      return JSON.parse(body.toString('utf8')) as JsonValue;
    } catch {
      // The general decoder is lenient, and words its refusal.
    }
  }
  const raw = { body, contentType: request.headers['content-type'], contentEncoding, query };
  return decodeBody(raw, LIMITS.flags, codecs) as Promise<JsonValue>;
}

function environmentOf(deps: Deps, asked: FlagsRequest, query: Query): EnvironmentRef {
  const token = asked.token ?? query['token'] ?? query['api_key'];
  const environment = token === undefined ? token : deps.accounts.findEnvironmentByToken(token);
  return environment ?? fail('invalid_api_key', { attr: 'token' });
}

function callerOf(
  environment: EnvironmentRef,
  asked: FlagsRequest,
  query: FlagsQuery,
  { headers }: IncomingMessage,
) {
  const runtime =
    asked.runtime ??
    runtimeOf({
      userAgent: headers['user-agent'],
      hasBrowserHeaders: isFromBrowser(headers),
    });
  return {
    environmentId: environment.id,
    runtime,
    keyPrefix: query.isForSurveys ? SURVEY_PREFIX : undefined,
  };
}

function encodeAnswer(
  evaluated: EvaluatedFlags,
  config: RemoteConfig | undefined,
  query: FlagsQuery & { readonly questions: readonly StageQuestion[] },
  requestId: string,
): Uint8Array {
  const { evaluations, evaluatedAtMs, snapshot } = evaluated;
  const { questions } = query;
  const answer = {
    evaluations: withTargets(evaluations, questions),
    definitionOf: (key: string) => snapshot.byKey.get(key),
    requestId,
    evaluatedAtMs,
    config,
  };
  return encodeFlags(query.shape, answer, answerMemory.allocate);
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  json: Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): void {
  sendJson(request, response, status, json, headers);
  answerMemory.release(response.writableLength === 0);
}

function sendError(
  deps: Deps,
  error: unknown,
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
): void {
  const known = toSerinError(error);
  logFailure(deps.log, known, error, requestId);
  // The client left, or the answer was on its way already: there is nobody to tell.
  if (response.headersSent || response.destroyed) return;
  const body = JSON.stringify({ ...known.toBody(), request_id: requestId });
  send(request, response, known.status, Buffer.from(body), refusalHeaders(known));
}

/** A server that names flags uses them: rollouts count these people as exposed. */
function recordNamed(
  deps: Deps,
  environment: EnvironmentRef,
  { distinctId, groups }: FlagsRequest,
  { evaluations, evaluatedAtMs }: EvaluatedFlags,
): void {
  const served = { distinctId, groups, evaluatedAtMs, evaluations };
  deps.ingest.recordEvaluations(environment.id, served);
}
