// Lists of recordings over HTTP: filtered, in an order, page by page.
import { z } from 'zod';
import { EnvironmentQuery, ProjectParams, queryInt, route } from '#kernel/http.contract';
import { RecordingBody } from '../recordings/recordings.contract.ts';
import { FilterInQuery, RecordingFilterBody } from './filter.contract.ts';

const tag = 'session recordings';

export const ListedRecordingBody = RecordingBody.extend({
  exception_count: z.number().int(),
  matches: z
    .array(
      z.object({
        condition: z.number().int().describe('Place in the filter, from 0 on.'),
        count: z.number().int(),
        offsets_ms: z
          .array(z.number().int())
          .describe('When, in milliseconds from the start of the recording; the first five.'),
        value: z.string().describe('Of a flag: its values in the session.'),
      }),
    )
    .describe('What of the filter happened in it, and when.'),
}).meta({ id: 'ListedRecording' });

const ListBody = z.object({ next: z.string().nullable(), results: z.array(ListedRecordingBody) });
const cursor = z.string().max(200).optional().describe('From the page before.');

export const recordingListRoutes = {
  list: route({
    method: 'GET',
    path: '/api/projects/:project_id/session_recordings/',
    summary: 'List recordings of sessions, newest first unless the filter says otherwise',
    tag,
    auth: 'session_recording:read',
    params: ProjectParams,
    query: EnvironmentQuery.extend({
      limit: queryInt(1, 100).default(20),
      cursor,
      filter: FilterInQuery.optional().describe('JSON, see `RecordingFilter`.'),
    }),
    response: ListBody,
  }),
  search: route({
    method: 'POST',
    path: '/api/projects/:project_id/session_recordings/search/',
    summary: 'List recordings of sessions; for filters that are too long for an address',
    tag,
    auth: 'session_recording:read',
    params: ProjectParams,
    query: EnvironmentQuery,
    body: z.strictObject({
      filter: RecordingFilterBody,
      limit: z.number().int().min(1).max(100).default(20),
      cursor,
    }),
    response: ListBody.extend({
      next: z.string().nullable().describe('`cursor` of the next page.'),
    }),
  }),
};
