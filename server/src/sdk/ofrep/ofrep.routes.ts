// OFREP (OpenFeature Remote Evaluation Protocol) 0.3.0 over HTTP: open-feature/protocol service/openapi.yaml. Asked as
// often as `/flags`, so it is answered before Fastify, too.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { AccountsDirectory } from '#accounts';
import { LIMITS, codecs, inflateBody } from '#ingest';
import { fail } from '#kernel/errors';
import type { JsonValue } from '#kernel/json';
import { logFailure, toSerinError } from '#platform/http/problem';
import { andThen } from '#sdk/evaluation/and-then';
import { type Runtime, isFromBrowser } from '#sdk/evaluation/runtime';
import type { EvaluationRequest } from '#sdk/evaluation/evaluation-request';
import { answerFirst } from '#sdk/http/answer-first.service';
import { createAnswerMemory } from '#sdk/http/answer-memory';
import { keysOf } from '#sdk/http/credentials';
import { refusalHeaders, sendJson } from '#sdk/http/direct-answer.service';
import type { FlagLimit } from '#sdk/http/flag-limit.service';
import { type KeyAccess, accessOfKeys } from '#sdk/http/key-access.service';
import { type Places, withPlace } from '#sdk/http/places.service';
import { readRawBody } from '#sdk/http/raw-body.service';
import { staleHeaders } from '#sdk/http/stale';
import type { StreamHub } from '#sdk/stream/stream-hub.service';
import { registerOfrepStream } from './ofrep-stream.routes.ts';
import { type OfrepAnswer, type OfrepDeps, answerBulk, answerSingle } from './ofrep.service.ts';
import { readOfrepBody } from './wire/ofrep-context.ts';
import { OfrepFailure, codeOf, failureBody } from './wire/ofrep-failure.ts';
import { type OfrepQuestion, readOfrepPath } from './wire/ofrep-path.ts';

type Deps = OfrepDeps & {
  readonly hub: StreamHub;
  readonly accounts: AccountsDirectory;
  readonly limit: FlagLimit;
  readonly places: Places;
  readonly log: Logger;
};

const OTHER_METHODS = ['GET', 'PUT', 'PATCH', 'DELETE'];
const answerMemory = createAnswerMemory();

/** One question on its way. */
type Exchange = OfrepQuestion & {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
};

/** Registers both questions; everything else below `/ofrep` is refused in the protocol's words. */
export function registerOfrep(app: FastifyInstance, deps: Deps): void {
  void app.register((sdk, _options, done) => {
    // The handler reads the body itself.
    sdk.removeAllContentTypeParsers();
    sdk.addContentTypeParser('*', (_request, _body, next) => next(null));
    sdk.setErrorHandler((error, request, reply) => {
      const { key } = readOfrepPath(request.raw.url ?? '') ?? {};
      const { status, code, details, headers } = refusalOf(deps, error, request.id);
      const body = { ...failureBody(key, code, details), request_id: request.id };
      return reply.code(status).headers(headers).send(body);
    });
    const answer = (request: FastifyRequest, reply: FastifyReply): void => {
      reply.hijack();
      answerOfrep(deps, request.raw, reply.raw);
    };
    sdk.post('/ofrep/v1/evaluate/flags', answer);
    sdk.post('/ofrep/v1/evaluate/flags/*', answer);
    for (const url of ['/ofrep/v1/evaluate/flags', '/ofrep/v1/evaluate/flags/*']) {
      sdk.route({ method: OTHER_METHODS, url, handler: refuseMethod });
    }
    if (deps.offers) registerOfrepStream(sdk, deps.offers, deps.hub);
    // `/ofrep/v1/configuration` among them, which the protocol has removed.
    sdk.route({
      method: ['POST', ...OTHER_METHODS],
      url: '/ofrep/*',
      handler: () => fail('not_found'),
    });
    done();
  });
  answerFirst(app, (request, response) => {
    if (request.method !== 'POST' || !readOfrepPath(request.url ?? '')) return false;
    answerOfrep(deps, request, response);
    return true;
  });
}

function refuseMethod(_request: FastifyRequest, reply: FastifyReply): never {
  reply.header('allow', 'POST, OPTIONS');
  fail('method_not_allowed', { detail: 'Flags are evaluated by POST.' });
}

/** Answers one request, in one go when nothing has to be waited for; never throws. */
function answerOfrep(deps: Deps, request: IncomingMessage, response: ServerResponse): void {
  const asked = readOfrepPath(request.url ?? '') ?? { key: undefined, query: '' };
  const exchange: Exchange = { ...asked, request, response, requestId: randomUUID() };
  const refuse = (error: unknown): void => sendFailure(deps, exchange, error);
  readRawBody(request, LIMITS.flags.bodyBytes, {
    onError: refuse,
    onBody: (body) => {
      try {
        const answered = answerBody(deps, exchange, body);
        if (answered instanceof Promise) answered.catch(refuse);
      } catch (error) {
        refuse(error);
      }
    },
  });
}

function answerBody(deps: Deps, exchange: Exchange, body: Buffer): void | Promise<void> {
  return andThen(accessOfKeys(deps.accounts, keysOf(exchange.request.headers)), (access) =>
    andThen(decode(exchange.request, body), (decoded) =>
      andThen(evaluate(deps, exchange, access, decoded), (answer) => send(deps, exchange, answer)),
    ),
  );
}

function decode(
  { headers }: IncomingMessage,
  body: Buffer,
): JsonValue | undefined | Promise<JsonValue | undefined> {
  const encoding = headers['content-encoding'];
  if (encoding === undefined) return parse(body);
  return inflateBody(body, encoding, LIMITS.flags, codecs).then(parse);
}

/** No body is a question without context. */
function parse(body: Uint8Array): JsonValue | undefined {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    throw new OfrepFailure('PARSE_ERROR', `The body is not JSON: ${(error as Error).message}`);
  }
}

function evaluate(
  deps: Deps,
  { key, query, request, requestId }: Exchange,
  { environment, isTrusted }: KeyAccess,
  decoded: JsonValue | undefined,
): OfrepAnswer | Promise<OfrepAnswer> {
  deps.limit.take(environment.id, isTrusted ? 'server' : 'anyone');
  const ask = {
    environment,
    runtime: isTrusted ? ('all' as const) : runtimeOf(request, key),
    request: placed(deps, request, readOfrepBody(decoded, key)),
    requestId,
  };
  if (key !== undefined) return answerSingle(deps, ask, key);
  return andThen(deps.freshness.upTo(environment.id, query), () =>
    answerBulk(deps, ask, request.headers['if-none-match']),
  );
}

/** A server's own address says nothing of the people it asks for. */
function placed({ places }: Deps, request: IncomingMessage, asked: EvaluationRequest) {
  if (!isFromBrowser(request.headers)) return asked;
  return { ...asked, personProperties: withPlace(places, request, asked.personProperties) };
}

/** Servers ask for one flag at a time, clients for all (OFREP's paradigms); a browser is always a client. */
function runtimeOf({ headers }: IncomingMessage, key: string | undefined): Runtime {
  return key === undefined || isFromBrowser(headers) ? 'client' : 'server';
}

function send(
  { snapshots }: Deps,
  { request, response }: Exchange,
  { status, etag, write }: OfrepAnswer,
): void {
  sendJson(request, response, status, write?.(answerMemory.allocate), {
    'cache-control': 'no-store',
    ...staleHeaders(snapshots.staleSinceMs()),
    ...(etag === undefined ? {} : { etag }),
  });
  answerMemory.release(response.writableLength === 0);
}

function sendFailure(deps: Deps, exchange: Exchange, error: unknown): void {
  const { key, request, response, requestId } = exchange;
  const { status, code, details, headers } = refusalOf(deps, error, requestId);
  // The client left, or the answer was on its way already: there is nobody to tell.
  if (response.headersSent || response.destroyed) return;
  const body = { ...failureBody(key, code, details), request_id: requestId };
  sendJson(request, response, status, Buffer.from(JSON.stringify(body)), headers);
}

function refusalOf({ log }: Pick<Deps, 'log'>, error: unknown, requestId: string) {
  if (error instanceof OfrepFailure) {
    const { status, code, message } = error;
    return { status, code, details: message, headers: { 'cache-control': 'no-store' } };
  }
  const known = toSerinError(error);
  const { status, message } = known;
  logFailure(log, known, error, requestId);
  return { status, code: codeOf(known), details: message, headers: refusalHeaders(known) };
}
