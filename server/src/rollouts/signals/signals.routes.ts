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

const toBody = ({ id, name, createdAt }: SignalSource, secret: string | null) => ({
  id,
  name,
  url: `/api/signals/${id}/`,
  secret,
  created_at: createdAt.toISOString(),
});

const toResult = ({ flagKey, environment, action, result }: SignalOutcome) => ({
  flag_key: flagKey,
  environment,
  action,
  result,
});
