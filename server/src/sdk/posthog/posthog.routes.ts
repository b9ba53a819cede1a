// The face that PostHog SDKs see, as one encapsulated plugin: raw bodies whatever the content type says,
// cross-origin headers on every answer, errors in the shape that the SDKs parse.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { replyWithError } from '#platform/http/problem';
import { corsHeaders, preflightHeaders } from '#sdk/http/cors';

/** Registers `routes` within the plugin. */
export function registerPosthogPlugin(
  app: FastifyInstance,
  routes: (sdk: FastifyInstance) => void,
): void {
  void app.register((sdk, _options, done) => {
    takeRawBodies(sdk);
    allowEveryOrigin(sdk);
    logOnlyErrors(sdk);
    routes(sdk);
    done();
  });
}

/** A logger per request costs as much as ten flags (measured, pino 10): one is made when there is an error. */
function logOnlyErrors(sdk: FastifyInstance): void {
  sdk.setChildLoggerFactory((logger) => logger);
  sdk.setErrorHandler((error, request, reply) => {
    request.log = request.log.child({ reqId: request.id });
    // Caches must not keep a refusal: the token or file may exist a moment later.
    reply.header('cache-control', 'no-store');
    return replyWithError(error, request, reply);
  });
}

/** posthog-js sends gzip as text/plain and forms, others JSON: decoding sniffs bytes, not this header. */
function takeRawBodies(sdk: FastifyInstance): void {
  sdk.removeAllContentTypeParsers();
  sdk.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
}

function allowEveryOrigin(sdk: FastifyInstance): void {
  sdk.addHook('onRequest', (request, reply, done) => {
    reply.headers(corsHeaders(corsRequest(request)));
    done();
  });
  const paths = new Set<string>();
  sdk.addHook('onRoute', ({ url }) => {
    if (paths.has(url)) return;
    paths.add(url);
    sdk.options(url, answerPreflight);
  });
}

function answerPreflight(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return reply
    .headers(preflightHeaders(corsRequest(request)))
    .code(204)
    .send();
}

function corsRequest(request: FastifyRequest) {
  return {
    origin: request.headers.origin,
    requestedHeaders: request.headers['access-control-request-headers'],
  };
}
