// Pages of stored events, each event with the person that it belongs to now.
import { findPersonIds } from '#identity';
import type { ProjectCtx } from '#platform/ctx';
import { type EventBody, toEventBody } from './event-body.ts';
import type { EventsCursor } from './events-cursor.ts';
import { type EventsFilter, readPage } from './events.query.ts';

export type EventsPage = {
  readonly events: EventBody[];
  /** Where the next page starts; undefined on the last one. */
  readonly next: EventsCursor | undefined;
};

/** One page of the environment's events, newest first. */
export async function listEvents(
  ctx: ProjectCtx,
  filter: Omit<EventsFilter, 'environmentId'>,
): Promise<EventsPage> {
  const environmentId = ctx.environment.id;
  const rows = await readPage(ctx.clickhouse, { ...filter, environmentId }, ctx.clock.now());
  const shown = rows.slice(0, filter.limit);
  const distinctIds = [...new Set(shown.map((row) => row.distinct_id))];
  const persons = await findPersonIds(ctx.db, environmentId, distinctIds);
  const events = shown.map((row) => toEventBody(row, persons.get(row.distinct_id)));
  const last = rows.length > filter.limit ? events.at(-1) : undefined;
  return { events, next: last && { atMs: Date.parse(last.timestamp), uuid: last.uuid } };
}
