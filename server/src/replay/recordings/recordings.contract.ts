// Recordings of sessions over HTTP: what they are, and the blocks of rrweb events to play them from.
import { z } from 'zod';
import { EnvironmentQuery, ProjectParams, route } from '#kernel/http.contract';

/** Blocks that one request for data may name. */
export const MAX_BLOCKS_AT_ONCE = 50;

const count = z.number().int();
const epochMs = z
  .number()
  .int()
  .describe('Milliseconds since the epoch, by the clock of the page.');

const PinBody = z.object({
  reason: z.string(),
  pinned_by: z.string(),
  pinned_at: z.iso.datetime(),
});

export const RecordingBody = z
  .object({
    id: z.string().describe('The session id.'),
    distinct_id: z.string().describe('The last one that the session had.'),
    distinct_ids: z.array(z.string()),
    person: z
      .object({ id: z.string(), properties: z.record(z.string(), z.unknown()) })
      .nullable()
      .describe('Whose it is now; null when nobody is known by its ids.'),
    start_time: z.iso.datetime(),
    end_time: z.iso.datetime(),
    recording_duration: z.number().describe('Seconds from start to end.'),
    active_seconds: z.number().describe('With not more than 5 s between two actions.'),
    click_count: count,
    rage_click_count: count,
    error_after_click_count: count.describe('Clicks that a console error followed within 5 s.'),
    quick_back_count: count.describe('Pages left for the one before within 2 s.'),
    idle_gap_count: count.describe('More than 30 s in which nothing was done.'),
    keypress_count: count,
    mouse_activity_count: count,
    console_log_count: count,
    console_warn_count: count,
    console_error_count: count,
    request_count: count,
    network_4xx_count: count,
    network_5xx_count: count,
    network_error_count: count.describe('Requests of the page without any answer.'),
    start_url: z.string().nullable(),
    urls: z.array(z.string()).describe('In the order in which they were first seen; at most 25.'),
    window_ids: z.array(z.string()),
    size_bytes: count.describe('Of the events unpacked.'),
    block_count: count,
    event_count: count.describe('Of rrweb events.'),
    source: z.enum(['web', 'mobile']),
    library: z.string(),
    library_version: z.string(),
    has_full_snapshot: z.boolean().describe('Without one there is nothing to play.'),
    ongoing: z.boolean().describe('Something came within the last minute.'),
    activity: z
      .array(count)
      .describe(
        'Actions in each of 100 equal stretches from start to end: the heat of the seek bar.',
      ),
    activity_score: z.number().describe('0 to 100, as PostHog has it.'),
    expires_at: z.iso.datetime().describe('From this day on it is not shown.'),
    erased_by: z.iso
      .datetime()
      .describe('Until this day it is erased: weeks are as a whole, with their last day.'),
    pinned: PinBody.nullable(),
    viewed: z.boolean().describe('By who asks.'),
  })
  .meta({ id: 'Recording' });

export const BlockBody = z
  .object({
    id: z.string(),
    window_id: z.string(),
    first_ts: epochMs,
    last_ts: epochMs,
    count: count.describe('rrweb events.'),
    has_full: z.boolean().describe('It holds a full snapshot: playing may begin here.'),
    bytes: count,
  })
  .meta({ id: 'RecordingBlock' });

const RageClick = z.object({
  window_id: z.string(),
  timestamp: epochMs,
  x: z.number(),
  y: z.number(),
  clicks: count,
});

const tag = 'session recordings';
const Params = ProjectParams.extend({ session_id: z.string().max(70) });

export const recordingsRoutes = {
  get: route({
    method: 'GET',
    path: '/api/projects/:project_id/session_recordings/:session_id/',
    summary: 'Get what is known of a recording',
    tag,
    auth: 'session_recording:read',
    params: Params,
    query: EnvironmentQuery,
    response: RecordingBody.extend({
      rage_clicks: z.array(RageClick),
      may_see_bodies: z
        .boolean()
        .describe('Whether who asks is given bodies and headers of requests.'),
    }),
  }),
  blocks: route({
    method: 'GET',
    path: '/api/projects/:project_id/session_recordings/:session_id/blocks/',
    summary: 'List the blocks of a recording in the order of their first events',
    tag,
    auth: 'session_recording:read',
    params: Params,
    query: EnvironmentQuery,
    response: z.object({ ongoing: z.boolean(), blocks: z.array(BlockBody) }),
  }),
  blockData: route({
    method: 'GET',
    path: '/api/projects/:project_id/session_recordings/:session_id/blocks/data/',
    summary:
      'Get the events of blocks: one line `["<window id>",{…rrweb event…}]` each, by time, unpacked and scrubbed',
    tag,
    auth: 'session_recording:read',
    params: Params,
    query: EnvironmentQuery.extend({
      ids: z
        .string()
        .max(MAX_BLOCKS_AT_ONCE * 37)
        .transform((text) => text.split(','))
        .pipe(z.array(z.uuid()).min(1).max(MAX_BLOCKS_AT_ONCE))
        .describe(`Ids of blocks, separated by commas; at most ${MAX_BLOCKS_AT_ONCE}.`),
    }),
    file: ['application/x-ndjson'],
  }),
  blockStream: route({
    method: 'GET',
    path: '/api/projects/:project_id/session_recordings/:session_id/blocks/stream/',
    summary: 'Follow a recording under way: an event `block` for each new one (server-sent events)',
    tag,
    auth: 'session_recording:read',
    params: Params,
    query: EnvironmentQuery,
    stream: true,
  }),
  pin: route({
    method: 'POST',
    path: '/api/projects/:project_id/session_recordings/:session_id/pin/',
    summary: 'Keep a recording for 365 days, as evidence',
    tag,
    auth: 'session_recording:write',
    params: Params,
    query: EnvironmentQuery,
    body: z.strictObject({ reason: z.string().min(1).max(400) }),
    response: PinBody,
  }),
};
