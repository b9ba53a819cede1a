// Refused events over HTTP: contract → service.
import type { FastifyInstance } from 'fastify';
import { pageOf } from '#platform/http/paging';
import { type HttpDeps, projectCtx, registerRoutes } from '#platform/http/register';
import { deadLetterRoutes } from './dead-letter.contract.ts';
import {
  dropDeadLetters,
  getDeadLetter,
  listDeadLetters,
  replayDeadLetters,
} from './dead-letter.service.ts';

export function registerDeadLetters(app: FastifyInstance, http: HttpDeps): void {
  registerRoutes(app, http, deadLetterRoutes, {
    list: async (ctx, { query: { reason, limit, offset } }, { request }) => {
      const page = { limit, offset };
      const found = await listDeadLetters(projectCtx(ctx), { reason }, page);
      const { count, letters, reasons } = found;
      return { ...pageOf(request.url, { count, ...page }, letters.map(toBody)), reasons };
    },
    get: async (ctx, { params }) => {
      const letter = await getDeadLetter(projectCtx(ctx), params.uuid);
      return { ...toBody(letter), row: letter.row };
    },
    replay: async (ctx, { body }) => replayDeadLetters(projectCtx(ctx), body),
    drop: async (ctx, { body }) => ({ dropped: await dropDeadLetters(projectCtx(ctx), body) }),
  });
}

type Letter = Awaited<ReturnType<typeof listDeadLetters>>['letters'][number];

function toBody(letter: Letter) {
  return {
    uuid: letter.uuid,
    event: letter.event,
    distinct_id: letter.distinctId,
    reason: letter.reason,
    detail: letter.detail,
    received_at: letter.receivedAt.toISOString(),
    failed_at: letter.failedAt.toISOString(),
    attempts: letter.attempts,
    bytes: letter.bytes,
  };
}
