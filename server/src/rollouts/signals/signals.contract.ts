// Senders of signals over HTTP, and what becomes of a signal.
import { z } from 'zod';
import { ProjectParams, page, route } from '#kernel/http.contract';
import { SIGNAL_ACTIONS } from './signal.ts';

const tag = 'signals';
const path = '/api/projects/:project_id/signal_sources/';

const SignalSourceBody = z
  .object({
    id: z.string(),
    name: z.string(),
    url: z.string().describe('Where it sends its signals, signed as Standard Webhooks are.'),
    secret: z.string().nullable().describe('Shown once, when it is made or rotated.'),
    previous_valid_until: z.iso
      .datetime()
      .nullable()
      .describe('Until then the secret before the last rotation works, too.'),
    last_received_at: z.iso.datetime().nullable().describe('When its last genuine signal came.'),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'SignalSource' });

/** The answer to a signal; the request is signed, and read before any schema. */
export const SignalAnswer = z
  .object({
    results: z.array(
      z.object({
        flag_key: z.string(),
        environment: z.string(),
        action: z.enum(SIGNAL_ACTIONS),
        result: z
          .enum(['done', 'held', 'already', 'nothing_running'])
          .describe('held: it was to go back, and there is no way back without a backup.'),
      }),
    ),
    is_repeat: z.boolean().describe('This id has come before: nothing was done again.'),
  })
  .meta({ id: 'SignalAnswer' });

export const signalsRoutes = {
  list: route({
    method: 'GET',
    path,
    summary: 'Programs that may hold rollouts or take them back by a signed signal',
    tag,
    auth: 'project:read',
    params: ProjectParams,
    response: page(SignalSourceBody),
  }),
  create: route({
    method: 'POST',
    path,
    summary: 'Let a program send signals; its secret is in this answer and no other',
    tag,
    auth: 'project:write',
    params: ProjectParams,
    body: z.strictObject({ name: z.string().trim().min(1).max(100) }),
    status: 201,
    response: SignalSourceBody,
  }),
  rotateSecret: route({
    method: 'POST',
    path: `${path}:source_id/rotate_secret/`,
    summary: 'Give a program another secret; the one before works for a day more',
    tag,
    auth: 'project:write',
    params: ProjectParams.extend({ source_id: z.string().min(1).max(64) }),
    response: SignalSourceBody,
  }),
  remove: route({
    method: 'DELETE',
    path: `${path}:source_id/`,
    summary: 'Take no more signals of a program',
    tag,
    auth: 'project:write',
    params: ProjectParams.extend({ source_id: z.string().min(1).max(64) }),
    status: 204,
  }),
} as const;
