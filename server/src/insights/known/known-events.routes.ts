// Names to choose from over HTTP: contract → service.
import type { FastifyInstance, FastifyReply } from 'fastify';
import { pageOf } from '#platform/http/paging';
import {
  type HttpDeps,
  type RequestCtx,
  projectCtx,
  registerRoutes,
} from '#platform/http/register';
import { knownEventsRoutes } from './known-events.contract.ts';
import { listEventNames, listEventProperties, listEventValues } from './known-events.service.ts';
import type { QueryGate } from '../running/query-gate.ts';
import { untilGone } from '../until-gone.routes.ts';

export function registerKnownEvents(app: FastifyInstance, http: HttpDeps, gate: QueryGate): void {
  const looking = (ctx: RequestCtx, reply: FastifyReply) => ({
    ctx: projectCtx(ctx),
    gate,
    signal: untilGone(reply),
  });
  registerRoutes(app, http, knownEventsRoutes, {
    names: async (ctx, { query }, { request, reply }) => {
      const { limit, offset, search = '' } = query;
      const { count, names } = await listEventNames(looking(ctx, reply), { search, limit, offset });
      const bodies = names.map(({ lastSeenMs, ...one }) => ({
        ...one,
        last_seen_at: new Date(lastSeenMs).toISOString(),
      }));
      return pageOf(request.url, { count, limit, offset }, bodies);
    },
    properties: async (ctx, { query }, { request, reply }) => {
      const { limit, offset, search = '', event = null } = query;
      const page = { search, limit, offset };
      const { count, names } = await listEventProperties(looking(ctx, reply), event, page);
      const bodies = names.map(({ isNumerical, ...one }) => ({
        ...one,
        is_numerical: isNumerical,
      }));
      return pageOf(request.url, { count, limit, offset }, bodies);
    },
    values: async (ctx, { query: { key, event = null, value = '' } }, { reply }) =>
      listEventValues(looking(ctx, reply), { key, event, part: value }),
  });
}
