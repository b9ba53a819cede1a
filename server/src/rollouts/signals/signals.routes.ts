// Routes of signals: contract → service. A signal itself is read as bytes, for its signature is over them.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Ctx } from '#platform/ctx';
import { type HttpDeps, projectCtx, registerRoutes } from '#platform/http/register';
import { type SignalAnswer, signalsRoutes } from './signals.contract.ts';
import {
  addSource,
  listSources,
  receiveSignal,
  removeSource,
  rotateSource,
  type SealKey,
  type SignalOutcome,
  type SignalSource,
} from './signals.service.ts';

/** A handful of alerts. */
const MAX_BODY_BYTES = 256 * 1024;

export function registerSignals(
  app: FastifyInstance,
  http: HttpDeps,
  { ctx, sealKey }: { readonly ctx: Ctx; readonly sealKey: SealKey },
): void {
  registerRoutes(app, http, signalsRoutes, {
    list: async (request) => {
      const results = (await listSources(projectCtx(request))).map((one) => toBody(one, null));
      return { count: results.length, next: null, previous: null, results };
    },
    create: async (request, { body }) => {
      const { source, secret } = await addSource(projectCtx(request), sealKey, body.name);
      return toBody(source, secret);
    },
    rotateSecret: async (request, { params }) => {
      const ctx = projectCtx(request);
      const { source, secret } = await rotateSource(ctx, sealKey, params.source_id);
      return toBody(source, secret);
    },
    remove: (request, { params }) => removeSource(projectCtx(request), params.source_id),
  });
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, body),
    );
    const options = { bodyLimit: MAX_BODY_BYTES };
    scope.post<{ Params: { source_id: string } }>(
      '/api/signals/:source_id/',
      options,
      async (request): Promise<z.input<typeof SignalAnswer>> => {
        const header = headerOf(request);
        const outcomes = await receiveSignal(ctx, sealKey, {
          sourceId: request.params.source_id,
          id: header('webhook-id'),
          timestamp: header('webhook-timestamp'),
          signature: header('webhook-signature'),
          body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
        });
        return { results: (outcomes ?? []).map(toResult), is_repeat: outcomes === null };
      },
    );
  });
}

const headerOf =
  (request: FastifyRequest) =>
  (name: string): string => {
    const value = request.headers[name];
    return typeof value === 'string' ? value : '';
  };

const toBody = (source: SignalSource, secret: string | null) => ({
  id: source.id,
  name: source.name,
  url: `/api/signals/${source.id}/`,
  secret,
  previous_valid_until: source.previousValidUntil?.toISOString() ?? null,
  last_received_at: source.lastReceivedAt?.toISOString() ?? null,
  created_at: source.createdAt.toISOString(),
});

const toResult = ({ flagKey, environment, action, result }: SignalOutcome) => ({
  flag_key: flagKey,
  environment,
  action,
  result,
});
