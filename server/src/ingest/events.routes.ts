// Events over HTTP: contract → service, and a stream of what is being stored.
import type { FastifyInstance } from 'fastify';
import { fail } from '#kernel/errors';
import { openLive } from '#platform/http/live';
import { nextCursorUrl } from '#platform/http/paging';
import { type HttpDeps, projectCtx, registerRoutes } from '#platform/http/register';
import { HIDDEN_EVENTS } from './event.ts';
import { type EventRow, toEventBody } from './event-body.ts';
import { decodeCursor, encodeCursor } from './events-cursor.ts';
import { eventsRoutes } from './events.contract.ts';
import { listEvents } from './events.service.ts';
import type { Ingest, StoredEvent } from './ingest.service.ts';
import { LiveThrottle } from './live-feed.ts';
import { finishRow } from './row.ts';

export function registerEvents(
  app: FastifyInstance,
  http: HttpDeps,
  ingest: Pick<Ingest, 'watch'>,
): void {
  registerRoutes(app, http, eventsRoutes, {
    list: async (ctx, { query }, { request }) => {
      const { events, next } = await listEvents(projectCtx(ctx), {
        event: query.event,
        distinctId: query.distinct_id,
        personId: query.person_id,
        group: groupOf(query),
        afterMs: query.after,
        beforeMs: query.before,
        properties: (query.properties ?? []).map(({ key, value }) => ({
          key,
          values: Array.isArray(value) ? value : [value],
        })),
        limit: query.limit,
        cursor: query.cursor === undefined ? undefined : decodeCursor(query.cursor),
      });
      const address = next ? nextCursorUrl(request.url, encodeCursor(next)) : null;
      return { next: address, results: events };
    },
    stream: async (ctx, { query }, { request, reply }) => {
      const { environment, clock } = projectCtx(ctx);
      const live = openLive(request, reply);
      const throttle = new LiveThrottle<StoredEvent>();
      const isAsked = ({ person }: StoredEvent): boolean =>
        (query.event === undefined
          ? !HIDDEN_EVENTS.includes(person.event)
          : person.event === query.event) &&
        (query.distinct_id === undefined || person.distinctId === query.distinct_id);
      const stop = ingest.watch(environment.id, (stored) => {
        const { events, skipped } = throttle.take(stored.filter(isAsked), clock.now());
        for (const event of events) live.send('event', toEventBody(rowOf(event)), event.uuid);
        if (skipped > 0) live.send('skipped', { count: skipped });
      });
      live.onClose(stop);
    },
  });
}

function rowOf(event: StoredEvent): EventRow {
  return JSON.parse(finishRow(event.row, event.personId, 'full')) as EventRow;
}

/** @throws required when only one half is given */
function groupOf(query: {
  readonly group_type_index?: number | undefined;
  readonly group_key?: string | undefined;
}) {
  const { group_type_index: typeIndex, group_key: key } = query;
  if (typeIndex === undefined && key === undefined) return undefined;
  if (typeIndex === undefined) return fail('required', { attr: 'group_type_index' });
  if (key === undefined) return fail('required', { attr: 'group_key' });
  return { typeIndex, key };
}
