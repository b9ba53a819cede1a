// Routes of messages to users: contract → service.
import type { FastifyInstance } from 'fastify';
import type { ProjectCtx } from '#platform/ctx';
import { requestKeyOf } from '#platform/http/idempotency';
import { type HttpDeps, projectCtx, registerRoutes } from '#platform/http/register';
import { userMessagesRoutes } from './user-messages.contract.ts';
import { confirmUserMessage, listUserMessages, type SentMessage } from './user-messages.service.ts';

export function registerUserMessages(app: FastifyInstance, http: HttpDeps): void {
  registerRoutes(app, http, userMessagesRoutes, {
    messages: (request, { params }) => list(projectCtx(request), params.incident_id),
    sendMessage: async (request, { params, body }, io) => {
      const ctx = projectCtx(request);
      const { message_type: type, subject = '' } = body;
      const message =
        type === 'email' ? { type, subject, body: body.body } : { type, body: body.body };
      const wanted = {
        channelId: body.channel_id,
        message,
        people: body.people,
        idempotencyKey: requestKeyOf(io.request),
      };
      await confirmUserMessage(ctx, params.incident_id, wanted);
      return list(ctx, params.incident_id);
    },
  });
}

const list = async (ctx: ProjectCtx, incidentId: string) => {
  const { people, messages } = await listUserMessages(ctx, incidentId);
  return { people, results: messages.map(bodyOf) };
};

const bodyOf = (one: SentMessage) => ({
  id: one.id,
  channel_id: one.channelId,
  message_type: one.message.type,
  subject: one.message.type === 'email' ? one.message.subject : null,
  body: one.message.body,
  confirmed_by: one.confirmedBy,
  confirmed_at: one.confirmedAt.toISOString(),
  people: { ...one.people },
});
