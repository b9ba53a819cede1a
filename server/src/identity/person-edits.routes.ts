// Changing people by hand over HTTP: contract → service.
import type { FastifyInstance } from 'fastify';
import type { JsonValue } from '#kernel/json';
import { pageOf } from '#platform/http/paging';
import { type HttpDeps, projectCtx, registerRoutes } from '#platform/http/register';
import { personEditsRoutes } from './person-edits.contract.ts';
import { editProperties, mergeByHand, splitPerson } from './person-edits.service.ts';
import { listDistinctIds, listSessions } from './people.service.ts';
import { toPersonBody } from './person-body.routes.ts';

export function registerPersonEdits(app: FastifyInstance, http: HttpDeps): void {
  registerRoutes(app, http, personEditsRoutes, {
    merge: async (ctx, { params, body: { ids, reason } }) => {
      const { person, merged, moved } = await mergeByHand(projectCtx(ctx), params.id, {
        ids,
        reason,
      });
      return { ...toPersonBody(person), people_merged: merged, distinct_ids_moved: moved };
    },
    split: async (ctx, { params, body }) => {
      const { main_distinct_id: mainId, distinct_ids: leaving, reason } = body;
      const people = await splitPerson(projectCtx(ctx), params.id, { mainId, leaving, reason });
      return { success: true as const, person_ids: Object.fromEntries(people) };
    },
    updateProperty: async (ctx, { params, body: { key, value, reason } }) =>
      toPersonBody(
        await editProperties(projectCtx(ctx), params.id, {
          set: { [key]: value as JsonValue },
          reason,
        }),
      ),
    deleteProperty: async (ctx, { params, body: { $unset, reason } }) =>
      toPersonBody(await editProperties(projectCtx(ctx), params.id, { unset: [$unset], reason })),
    sessions: async (ctx, { params, query: page }) => {
      const sessions = await listSessions(projectCtx(ctx), params.id, page);
      return {
        has_next: sessions.length > page.limit,
        results: sessions.slice(0, page.limit).map((session) => ({
          session_id: session.id,
          start_time: new Date(session.startMs).toISOString(),
          end_time: new Date(session.endMs).toISOString(),
          duration: (session.endMs - session.startMs) / 1000,
          events: session.events,
          pages: session.pages,
          entry_url: session.entryUrl ?? null,
        })),
      };
    },
    distinctIds: async (ctx, { params, query: { limit, offset } }, { request }) => {
      const { count, ids } = await listDistinctIds(projectCtx(ctx), params.id, { limit, offset });
      const results = ids.map(({ distinctId, use }) => ({
        distinct_id: distinctId,
        events: use?.events ?? 0,
        first_seen: use?.firstSeen ?? null,
        last_seen: use?.lastSeen ?? null,
      }));
      return pageOf(request.url, { count, limit, offset }, results);
    },
  });
}
