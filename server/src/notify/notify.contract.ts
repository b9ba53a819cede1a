// Notification channels and what was delivered to them, over HTTP.
import { z } from 'zod';
import { ProjectParams, page, queryInt, route } from '#kernel/http.contract';
import { CHANNEL_KINDS } from './channel.ts';
import { NOTIFICATION_TYPES, SEVERITIES } from './message.ts';

const tag = 'notifications';
const when = z.iso.datetime();
const url = z.url({ protocol: /^https?$/, error: 'Must be an http or https address.' }).max(2_000);
const secret = z.string().min(1).max(500);

const PAGERDUTY_URL = 'https://events.pagerduty.com';
const OPSGENIE_URL = 'https://api.opsgenie.com/v2';
const INTERCOM_URL = 'https://api.intercom.io';
const SLACK_URL = 'https://slack.com/api';
const trimmed = url.transform((text) => text.replace(/\/$/, ''));

/** What each kind needs. Addresses and keys are written, never read back. */
export const ChannelConfigInput = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('slack'), url }),
    z.strictObject({
      kind: z.literal('slack_bot'),
      token: secret,
      channel: z.string().min(1).max(200),
      api_url: trimmed.default(SLACK_URL),
    }),
    z.strictObject({ kind: z.literal('teams'), url }),
    z.strictObject({ kind: z.literal('discord'), url }),
    z.strictObject({
      kind: z.literal('pagerduty'),
      routing_key: z.string().length(32, 'An integration key has 32 characters.'),
      api_url: trimmed.default(PAGERDUTY_URL),
    }),
    z.strictObject({
      kind: z.literal('opsgenie'),
      api_key: secret,
      api_url: trimmed
        .default(OPSGENIE_URL)
        .describe(
          'Jira Service Management: https://api.atlassian.com/jsm/ops/integration/v2. Opsgenie itself ends in April 2027.',
        ),
      team: z.string().max(200).nullable().default(null),
    }),
    z.strictObject({ kind: z.literal('webhook'), url }),
    z.strictObject({ kind: z.literal('alertmanager'), url }),
    z.strictObject({ kind: z.literal('email'), to: z.array(z.email()).min(1).max(20) }),
    z
      .strictObject({
        kind: z.literal('intercom'),
        token: secret.describe('Access token of an app of the workspace.'),
        admin_id: z
          .string()
          .regex(/^\d{1,15}$/, 'The number of an admin.')
          .describe('Who writes: an admin of the workspace.'),
        api_url: trimmed
          .default(INTERCOM_URL)
          .describe('Europe: https://api.eu.intercom.io. Australia: https://api.au.intercom.io.'),
        client_secret: secret
          .nullable()
          .default(null)
          .describe(
            'Of the app: with it, its webhook (topic conversation.user.created) to /api/intercom/<channel id>/ becomes events named support_ticket.',
          ),
      })
      .describe('For messages to users about an incident; hears of nothing else.'),
  ])
  .meta({ id: 'NotificationChannelConfig' });

const common = {
  name: z.string().trim().min(1).max(100),
  types: z.array(z.enum(NOTIFICATION_TYPES)).max(NOTIFICATION_TYPES.length),
  least_severity: z.enum(SEVERITIES),
  enabled: z.boolean(),
  level: z
    .number()
    .int()
    .min(1)
    .max(9)
    .describe(
      'Who hears first (1). Higher levels hear of what nobody has answered by its deadline, one more level each time, and what a paging channel below them could not deliver.',
    ),
};

export const ChannelCreate = z
  .strictObject({
    name: common.name,
    config: ChannelConfigInput,
    types: common.types.default([]).describe('Empty: everything.'),
    least_severity: common.least_severity.default('info'),
    enabled: common.enabled.default(true),
    level: common.level.default(1),
  })
  .meta({ id: 'NotificationChannelCreate' });

export const ChannelUpdate = z
  .strictObject({
    name: common.name.optional(),
    config: ChannelConfigInput.optional(),
    types: common.types.optional(),
    least_severity: common.least_severity.optional(),
    enabled: common.enabled.optional(),
    level: common.level.optional(),
  })
  .meta({ id: 'NotificationChannelUpdate' });

export const ChannelBody = z
  .object({
    id: z.string(),
    name: z.string(),
    kind: z.enum(CHANNEL_KINDS),
    hint: z.string().describe('Host, channel or last characters of the key.'),
    types: z.array(z.enum(NOTIFICATION_TYPES)),
    least_severity: z.enum(SEVERITIES),
    enabled: z.boolean(),
    disabled_reason: z.string().nullable(),
    level: z.number().int(),
    tested_at: when.nullable().describe('When a test message last arrived.'),
    created_at: when,
    signing_secret: z
      .string()
      .optional()
      .describe('Of a webhook; shown once, when it is made or rotated.'),
  })
  .meta({ id: 'NotificationChannel' });

export const DeliveryBody = z
  .object({
    notification_id: z.string(),
    type: z.enum(NOTIFICATION_TYPES),
    title: z.string(),
    severity: z.enum(SEVERITIES),
    source: z.string(),
    state: z.enum(['pending', 'sent', 'failed', 'merged', 'skipped']),
    attempts: z.number().int(),
    created_at: when,
    finished_at: when.nullable(),
    next_attempt_at: when.nullable(),
    status: z.number().int().nullable().describe('HTTP status of the last answer.'),
    error: z.string().nullable(),
    answer: z.string().nullable().describe('The first 2 KB of the last answer.'),
    fallback_of: z.string().nullable().describe('The channel that could not be reached.'),
  })
  .meta({ id: 'NotificationDelivery' });

const channelPath = '/api/projects/:project_id/notification_channels/:channel_id/';
const ChannelParams = ProjectParams.extend({ channel_id: z.string().max(100) });

export const notifyRoutes = {
  list: route({
    method: 'GET',
    path: '/api/projects/:project_id/notification_channels/',
    summary: 'List notification channels',
    tag,
    auth: 'project:read',
    params: ProjectParams,
    response: page(ChannelBody),
  }),
  create: route({
    method: 'POST',
    path: '/api/projects/:project_id/notification_channels/',
    summary: 'Add a notification channel',
    tag,
    auth: 'project:write',
    params: ProjectParams,
    body: ChannelCreate,
    status: 201,
    response: ChannelBody,
  }),
  update: route({
    method: 'PATCH',
    path: channelPath,
    summary: 'Change a notification channel; its kind stays',
    tag,
    auth: 'project:write',
    params: ChannelParams,
    body: ChannelUpdate,
    response: ChannelBody,
  }),
  remove: route({
    method: 'DELETE',
    path: channelPath,
    summary: 'Remove a notification channel with its delivery log',
    tag,
    auth: 'project:write',
    params: ChannelParams,
    status: 204,
  }),
  rotateSecret: route({
    method: 'POST',
    path: `${channelPath}rotate_secret/`,
    summary:
      'Give a webhook a new signing secret; the old one signs beside it until the next rotation',
    tag,
    auth: 'project:write',
    params: ChannelParams,
    response: ChannelBody,
  }),
  test: route({
    method: 'POST',
    path: `${channelPath}test/`,
    summary: 'Send a test message now and say what came of it',
    tag,
    auth: 'project:write',
    params: ChannelParams,
    response: z.object({
      ok: z.boolean(),
      status: z.number().int().nullable(),
      error: z.string().nullable(),
      answer: z.string().nullable(),
    }),
  }),
  deliveries: route({
    method: 'GET',
    path: `${channelPath}deliveries/`,
    summary: 'List what was delivered to a channel, newest first',
    tag,
    auth: 'project:read',
    params: ChannelParams,
    query: z.object({
      limit: queryInt(1, 200).default(50),
      offset: queryInt(0, 100_000).default(0),
    }),
    response: page(DeliveryBody),
  }),
};
