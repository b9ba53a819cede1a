// Webhooks of Intercom: a conversation that a user begins is an event `support_ticket`, which guardrails count. Read as
// bytes, for the signature is over them.
import type { FastifyInstance } from 'fastify';
import type { AccountsDirectory } from '#accounts';
import type { Ingest } from '#ingest';
import { fail } from '#kernel/errors';
import { type Notifications, projectOfWebhook } from '#notify';
import type { Ctx } from '#platform/ctx';
import { uuidOf } from '../otlp/keep-events.service.ts';
import { readTicket } from './wire/conversation.ts';

type Deps = {
  readonly ctx: Ctx;
  readonly sealKey: Notifications['sealKey'];
  readonly accounts: Pick<AccountsDirectory, 'environments'>;
  readonly ingest: Pick<Ingest, 'accept'>;
};

/** A conversation with what was said in it. */
const MAX_BODY_BYTES = 1024 * 1024;
type Asked = {
  Params: { channel_id: string };
  Querystring: { environment?: unknown };
};

export function registerIntercom(app: FastifyInstance, deps: Deps): void {
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, body),
    );
    const options = { bodyLimit: MAX_BODY_BYTES };
    scope.post<Asked>('/api/intercom/:channel_id/', options, async (request) => {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const signature = String(request.headers['x-hub-signature'] ?? '');
      const { channel_id: channelId } = request.params;
      const signed = { signature, body };
      const projectId = await projectOfWebhook(deps.ctx, deps.sealKey, channelId, signed);
      if (projectId === null) {
        fail('not_authenticated', { detail: 'The signature is missing or wrong.' });
      }
      return { kept: await keepTicket(deps, projectId, request.query.environment, body) };
    });
  });
}

/** Once, however often Intercom sends it. @returns how many events it made */
async function keepTicket(
  { accounts, ingest }: Deps,
  projectId: number,
  asked: unknown,
  body: Buffer,
): Promise<number> {
  const key = asked ?? 'production';
  const environment = accounts
    .environments()
    .find((one) => one.projectId === projectId && one.key === key);
  if (!environment) fail('invalid_input', { attr: 'environment', detail: 'No such environment.' });
  const ticket = readTicket(body);
  if (ticket === null) return 0;
  const { conversationId, distinctId, atMs } = ticket;
  const event = {
    uuid: uuidOf(atMs ?? 0, ['intercom', projectId, conversationId]),
    event: 'support_ticket',
    distinct_id: distinctId,
    ...(atMs === undefined ? {} : { timestamp: new Date(atMs).toISOString() }),
    properties: { $lib: 'intercom', conversation_id: conversationId },
  };
  const origin = { address: undefined, locate: undefined, keepsAddresses: false };
  await ingest.accept({
    environmentId: environment.id,
    events: [event],
    sentAt: undefined,
    origin,
  });
  return 1;
}
