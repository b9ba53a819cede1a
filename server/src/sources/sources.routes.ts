// Routes of metric sources: contract → service.
import type { FastifyInstance } from 'fastify';
import { type HttpDeps, projectCtx, registerRoutes } from '#platform/http/register';
import { sourcesRoutes } from './sources.contract.ts';
import {
  getSource,
  removeSource,
  setSource,
  type SourceDeps,
  type StoredSource,
  testSource,
} from './sources.service.ts';

export function registerSources(app: FastifyInstance, http: HttpDeps, deps: SourceDeps): void {
  registerRoutes(app, http, sourcesRoutes, {
    get: async (request) => toBody(await getSource(projectCtx(request))),
    save: async (request, { body }) => toBody(await setSource(projectCtx(request), deps, body)),
    remove: (request) => removeSource(projectCtx(request), deps),
    test: async (request, { body }) => {
      const { error, series } = await testSource(projectCtx(request), deps, body.query);
      return {
        ok: error === null,
        error,
        series: series.map((one) => ({ ...one, labels: { ...one.labels } })),
      };
    },
  });
}

const toBody = (source: StoredSource | undefined) => ({
  url: source?.url ?? null,
  has_token: (source?.tokenBox ?? null) !== null,
  updated_at: source?.updatedAt.toISOString() ?? null,
});
