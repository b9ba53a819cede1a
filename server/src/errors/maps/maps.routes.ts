// Routes of source maps: contract → service.
import type { FastifyInstance } from 'fastify';
import { type HttpDeps, projectCtx, registerRoutes } from '#platform/http/register';
import { mapsRoutes } from './maps.contract.ts';
import { listReleases, removeMaps, saveMaps } from './maps.service.ts';

export function registerMaps(app: FastifyInstance, http: HttpDeps): void {
  registerRoutes(app, http, mapsRoutes, {
    uploadMaps: (ctx, { body }) =>
      saveMaps(
        projectCtx(ctx),
        body.release,
        body.maps.map(({ file, chunk_id: chunkId, map }) => ({ file, chunkId, text: map })),
      ),
    listMaps: async (ctx) => {
      const releases = await listReleases(projectCtx(ctx));
      return {
        results: releases.map(({ release, files, bytes, createdAt }) => ({
          release,
          files,
          bytes,
          created_at: createdAt.toISOString(),
        })),
      };
    },
    removeMaps: (ctx, { query }) => removeMaps(projectCtx(ctx), query.release),
  });
}
