// Erasing people with their events over HTTP, by the names that PostHog's API has for it, and the proof.
import { z } from 'zod';
import { EnvironmentQuery, ProjectParams, page, queryInt, route } from '#kernel/http.contract';

const DeletionBody = z
  .object({
    id: z.string(),
    kind: z.enum(['people', 'environment', 'recording']),
    environment: z.string().describe('Its key.'),
    state: z
      .enum(['pending', 'running', 'done'])
      .describe('`done` once the stores were asked and had nothing left.'),
    people: z.number().int(),
    person_ids: z.array(z.string()),
    delete_events: z.boolean(),
    delete_recordings: z.boolean(),
    keep_person: z.boolean(),
    requested_by: z.string(),
    created_at: z.iso.datetime().describe('Events received later stay.'),
    checked_at: z.iso.datetime().nullable(),
    verified_at: z.iso.datetime().nullable(),
    events_removed: z.number().int().describe('Events that were found to be erased.'),
    rows_left: z
      .number()
      .int()
      .nullable()
      .describe('Rows of the event store that were left at the last look.'),
    problem: z.string().nullable().describe('Why it does not get on.'),
  })
  .meta({ id: 'Deletion' });

const tag = 'persons';
const WITH_WHAT = 'Left out: where the person goes, or their events do.';
const boolean = z.stringbool({ truthy: ['true', '1'], falsy: ['false', '0'] });

export const deletionRoutes = {
  deletePerson: route({
    method: 'DELETE',
    path: '/api/projects/:project_id/persons/:id/',
    summary: 'Delete a person with their recordings, and their events when asked to',
    tag,
    auth: 'person:write',
    params: ProjectParams.extend({ id: z.uuid() }),
    query: EnvironmentQuery.extend({
      delete_events: boolean.default(false),
      delete_recordings: boolean.optional().describe(WITH_WHAT),
      keep_person: boolean.default(false).describe('Delete their events or recordings only.'),
    }),
    status: 202,
    response: DeletionBody,
  }),
  bulkDelete: route({
    method: 'POST',
    path: '/api/projects/:project_id/persons/bulk_delete/',
    summary: 'Delete people by their ids with their recordings, and their events when asked to',
    tag,
    auth: 'person:write',
    params: ProjectParams,
    query: EnvironmentQuery,
    body: z.strictObject({
      ids: z.array(z.uuid()).max(1000).optional().describe('UUIDs of people.'),
      distinct_ids: z
        .array(z.string().min(1).max(400))
        .max(1000)
        .optional()
        .describe(
          'Whoever is known by them. Of an id without a person its events and recordings, as far as those are deleted.',
        ),
      delete_events: z.boolean().default(false),
      delete_recordings: z.boolean().optional().describe(WITH_WHAT),
      keep_person: z.boolean().default(false),
    }),
    status: 202,
    response: z.object({
      persons_found: z.number().int(),
      persons_deleted: z.number().int(),
      events_queued_for_deletion: z.boolean(),
      deletion: DeletionBody,
    }),
  }),
  deleteRecording: route({
    method: 'DELETE',
    path: '/api/projects/:project_id/session_recordings/:session_id/',
    summary: 'Delete the recording of a session; what comes of it later is left out',
    tag: 'session recordings',
    auth: 'session_recording:write',
    params: ProjectParams.extend({ session_id: z.string().max(70) }),
    query: EnvironmentQuery,
    status: 202,
    response: DeletionBody,
  }),
  list: route({
    method: 'GET',
    path: '/api/projects/:project_id/deletions/',
    summary: 'List deletions of people, the newest first',
    tag,
    auth: 'person:read',
    params: ProjectParams,
    query: EnvironmentQuery.extend({
      limit: queryInt(1, 500).default(100),
      offset: queryInt(0, 1_000_000).default(0),
    }),
    response: page(DeletionBody),
  }),
  get: route({
    method: 'GET',
    path: '/api/projects/:project_id/deletions/:id/',
    summary: 'Get a deletion',
    tag,
    auth: 'person:read',
    params: ProjectParams.extend({ id: z.uuid() }),
    query: EnvironmentQuery,
    response: DeletionBody,
  }),
};
