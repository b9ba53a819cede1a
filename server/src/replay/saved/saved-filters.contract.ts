// Saved filters of recordings over HTTP: of an environment, seen by everybody in the project.
import { z } from 'zod';
import { EnvironmentQuery, ProjectParams, route } from '#kernel/http.contract';
import { RecordingFilterBody } from '../list/filter.contract.ts';

const tag = 'session recordings';
const Name = z.string().trim().min(1).max(200);
/** As many as a menu can be read. */
export const MOST_SAVED = 200;

const SavedFilterBody = z
  .object({
    id: z.string(),
    name: z.string(),
    filter: RecordingFilterBody,
    version: z.number().int(),
    created_by: z.string().describe('Who saved it, in words.'),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'SavedRecordingFilter' });

const base = '/api/projects/:project_id/session_recording_filters/';
const Params = ProjectParams.extend({ id: z.uuid() });
const version = z
  .number()
  .int()
  .optional()
  .describe('The version that was read; another one is a conflict.');

export const savedFiltersRoutes = {
  list: route({
    method: 'GET',
    path: base,
    summary: 'List saved filters of recordings by name',
    tag,
    auth: 'session_recording:read',
    params: ProjectParams,
    query: EnvironmentQuery,
    response: z.object({ results: z.array(SavedFilterBody) }),
  }),
  create: route({
    method: 'POST',
    path: base,
    summary: `Save a filter of recordings; an environment has at most ${MOST_SAVED}`,
    tag,
    auth: 'session_recording:write',
    params: ProjectParams,
    query: EnvironmentQuery,
    body: z.strictObject({ name: Name, filter: RecordingFilterBody }),
    status: 201,
    response: SavedFilterBody,
  }),
  update: route({
    method: 'PATCH',
    path: `${base}:id/`,
    summary: 'Change name or conditions of a saved filter',
    tag,
    auth: 'session_recording:write',
    params: Params,
    query: EnvironmentQuery,
    body: z.strictObject({
      name: Name.optional(),
      filter: RecordingFilterBody.optional(),
      version,
    }),
    response: SavedFilterBody,
  }),
  archive: route({
    method: 'DELETE',
    path: `${base}:id/`,
    summary: 'Remove a saved filter; its recordings stay',
    tag,
    auth: 'session_recording:write',
    params: Params,
    query: EnvironmentQuery,
    status: 204,
  }),
};
