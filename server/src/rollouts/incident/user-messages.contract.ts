// Messages to the people of an incident, over HTTP.
import { z } from 'zod';
import { EnvironmentQuery, ProjectParams, route } from '#kernel/http.contract';

const MessageBody = z
  .object({
    id: z.string(),
    channel_id: z.string(),
    message_type: z.enum(['inapp', 'email']),
    subject: z.string().nullable(),
    body: z.string(),
    confirmed_by: z.string(),
    confirmed_at: z.iso.datetime(),
    people: z.object({
      pending: z.number().int(),
      sent: z.number().int(),
      failed: z.number().int().describe('Unknown to the channel, or refused by it.'),
    }),
  })
  .meta({ id: 'IncidentMessage' });

const Messages = z.object({
  people: z
    .number()
    .int()
    .nullable()
    .describe(
      'To how many a message goes now; late events make them more. Null while the event store does not answer.',
    ),
  results: z.array(MessageBody),
});

const at = {
  path: '/api/projects/:project_id/incidents/:incident_id/messages/',
  tag: 'incidents',
  params: ProjectParams.extend({ incident_id: z.string().min(1).max(64) }),
  query: EnvironmentQuery,
  response: Messages,
} as const;

export const userMessagesRoutes = {
  messages: route({
    method: 'GET',
    summary: 'Messages to the people who had the change, newest first, and to how many they got',
    auth: 'rollout:read',
    ...at,
  }),
  sendMessage: route({
    method: 'POST',
    summary: 'Send a message to the people who had the change (a thousand at most, the hurt first)',
    auth: 'rollout:write',
    ...at,
    body: z
      .strictObject({
        channel_id: z.string().min(1).max(100).describe('A notification channel to Intercom.'),
        message_type: z.enum(['inapp', 'email']).default('inapp'),
        subject: z.string().trim().min(1).max(200).optional().describe('Of an e-mail.'),
        body: z.string().trim().min(1).max(20_000),
        people: z
          .number()
          .int()
          .min(1)
          .describe('To how many it goes: refused (409) when they are more or fewer by now.'),
      })
      .refine((body) => body.message_type !== 'email' || body.subject !== undefined, {
        path: ['subject'],
        error: 'An e-mail needs a subject.',
      }),
  }),
} as const;
