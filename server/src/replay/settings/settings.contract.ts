// What is recorded in an environment, over HTTP.
import { z } from 'zod';
import { EnvironmentQuery, ProjectParams, route } from '#kernel/http.contract';
import { RETENTION_DAYS } from './settings.ts';

const pattern = z.string().min(1).max(300);
const selector = z.string().min(1).max(1000).nullable();

const Masking = z.strictObject({
  mask_all_inputs: z.boolean(),
  mask_text_selector: selector.describe('CSS selector: its texts are stars.'),
  block_selector: selector.describe('CSS selector: an empty box stands for each.'),
  mask_all_element_attributes: z.boolean(),
});
const Privacy = z.strictObject({
  mask_all_text: z.boolean(),
  mask_emails: z.boolean(),
  mask_cards: z.boolean(),
  mask_accounts: z.boolean().describe('IBANs.'),
  mask_phones: z.boolean(),
  mask_tokens: z.boolean().describe('Bearer tokens, keys, secret parameters of addresses.'),
});

const Settings = z.strictObject({
  enabled: z.boolean(),
  sample_rate: z.number().min(0).max(1),
  minimum_duration_seconds: z.number().min(0).max(300),
  linked_flag: z
    .strictObject({
      flag: z.string().min(1).max(400),
      variant: z.string().min(1).max(400).nullable(),
    })
    .nullable(),
  match_type: z
    .enum(['any', 'all'])
    .describe('Whether one of share, flag and triggers is enough, or all are needed.'),
  url_triggers: z.array(pattern).max(50).describe('Regular expressions.'),
  url_blocklist: z
    .array(pattern)
    .max(50)
    .describe('Regular expressions: nothing is recorded there.'),
  event_triggers: z.array(z.string().min(1).max(400)).max(50),
  follow_rollouts: z
    .boolean()
    .describe('Sessions with the flag of a running rollout are all recorded, whatever the share.'),
  masking: Masking.describe('What the browser leaves out.'),
  capture_console: z.boolean(),
  capture_network: z.boolean(),
  capture_headers: z.boolean(),
  capture_bodies: z.boolean(),
  capture_canvas: z.boolean(),
  capture_dead_clicks: z.boolean().describe('Clicks that nothing follows, as `$dead_click`.'),
  canvas_fps: z.number().int().min(1).max(12),
  canvas_quality: z.number().min(0).max(1),
  privacy: Privacy.describe('What the server takes out, whatever the browser sends.'),
  retention_days: z
    .union(RETENTION_DAYS.map((days) => z.literal(days)))
    .describe('Of recordings that begin from now on.'),
  body_viewers: z
    .array(z.uuid())
    .max(200)
    .describe('Users who are given bodies and headers of requests.'),
});

export const RecordingSettingsBody = Settings.extend({
  version: z.number().int(),
}).meta({ id: 'RecordingSettings' });

export const recordingSettingsRoutes = {
  get: route({
    method: 'GET',
    path: '/api/projects/:project_id/recording_settings/',
    summary: 'Get what is recorded in an environment',
    tag: 'session recordings',
    auth: 'project:read',
    params: ProjectParams,
    query: EnvironmentQuery,
    response: RecordingSettingsBody,
  }),
  update: route({
    method: 'PATCH',
    path: '/api/projects/:project_id/recording_settings/',
    summary: 'Change what is recorded in an environment; pages learn it with their next load',
    tag: 'session recordings',
    auth: 'project:write',
    params: ProjectParams,
    query: EnvironmentQuery,
    body: Settings.extend({
      masking: Masking.partial(),
      privacy: Privacy.partial(),
      version: z.number().int().describe('The one that is changed; another is a conflict.'),
    }).partial(),
    response: RecordingSettingsBody,
  }),
};
