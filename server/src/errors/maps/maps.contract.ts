// Source maps of releases, over HTTP.
import { z } from 'zod';
import { EnvironmentQuery, ProjectParams, route } from '#kernel/http.contract';
import { MAX_MAP_BYTES, MAX_UPLOAD_BYTES, MAX_UPLOAD_MAPS } from './map-bounds.ts';

const tag = 'errors';
const path = '/api/projects/:project_id/error_tracking/source_maps/';
const release = z.string().min(1).max(200);

export const mapsRoutes = {
  uploadMaps: route({
    method: 'POST',
    path,
    summary: 'Upload source maps of a release; those of the same files are replaced',
    tag,
    auth: 'error_tracking:write',
    params: ProjectParams,
    query: EnvironmentQuery,
    bodyLimitBytes: MAX_UPLOAD_BYTES,
    body: z.strictObject({
      release: release.describe(
        'As events name it: `$release`, `release`, `$app_version` or `service.version`.',
      ),
      maps: z
        .array(
          z.strictObject({
            file: z
              .string()
              .min(1)
              .max(500)
              .describe('Path of the bundle’s file, relative to what is served.'),
            chunk_id: z
              .string()
              .max(100)
              .default('')
              .describe(
                'The id that the bundle’s file itself names (`//# chunkId=`, `//# debugId=`).',
              ),
            map: z
              .string()
              .max(MAX_MAP_BYTES)
              .describe('The source map (version 3), as JSON text.'),
          }),
        )
        .min(1)
        .max(MAX_UPLOAD_MAPS),
    }),
    status: 204,
  }),
  listMaps: route({
    method: 'GET',
    path,
    summary: 'List the releases that have source maps, the newest first',
    tag,
    auth: 'error_tracking:read',
    params: ProjectParams,
    query: EnvironmentQuery,
    response: z.object({
      results: z.array(
        z.object({
          release: z.string(),
          files: z.number().int(),
          bytes: z.number().int().describe('Compressed.'),
          created_at: z.iso.datetime(),
        }),
      ),
    }),
  }),
  removeMaps: route({
    method: 'DELETE',
    path,
    summary: 'Remove the source maps of a release',
    tag,
    auth: 'error_tracking:write',
    params: ProjectParams,
    query: EnvironmentQuery.extend({ release }),
    status: 204,
  }),
} as const;
