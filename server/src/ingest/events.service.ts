// Pages of stored events, each event with the person that it belongs to now.
import { distinctIdsOf, findGroupTypes, findPersonIds } from '#identity';
import { fail } from '#kernel/errors';
import type { ProjectCtx } from '#platform/ctx';
import { type EventBody, toEventBody } from './event-body.ts';
import type { EventsCursor } from './events-cursor.ts';
import { type EventsFilter, readPage } from './events.query.ts';

export type EventsPage = {
  readonly events: EventBody[];
  /** Where the next page starts; undefined on the last one. */
  readonly next: EventsCursor | undefined;
};

type Asked = Omit<EventsFilter, 'environmentId' | 'distinctIds' | 'group'> & {
  readonly personId: string | undefined;
  readonly group: { readonly typeIndex: number; readonly key: string } | undefined;
};

/** Of a person with more, the events of these are shown. */
const MAX_IDS = 1000;

/**
 * One page of the environment's events, newest first.
 * @throws invalid_input when there is no such group type
 */
export async function listEvents(ctx: ProjectCtx, asked: Asked): Promise<EventsPage> {
  const environmentId = ctx.environment.id;
  const { personId, group, ...rest } = asked;
  const ids =
    personId === undefined
      ? undefined
      : await distinctIdsOf(ctx.db, environmentId, [personId], MAX_IDS);
  const filter = {
    ...rest,
    environmentId,
    distinctIds: ids,
    group: group && (await named(ctx, group)),
  };
  const rows = await readPage(ctx.clickhouse, filter, ctx.clock.now());
  const shown = rows.slice(0, filter.limit);
  const distinctIds = [...new Set(shown.map((row) => row.distinct_id))];
  const persons = await findPersonIds(ctx.db, environmentId, distinctIds);
  const events = shown.map((row) => toEventBody(row, persons.get(row.distinct_id)));
  const last = rows.length > filter.limit ? events.at(-1) : undefined;
  return { events, next: last && { atMs: Date.parse(last.timestamp), uuid: last.uuid } };
}

async function named(ctx: ProjectCtx, group: NonNullable<Asked['group']>) {
  const types = await findGroupTypes(ctx.db, ctx.environment.id);
  const found = [...types].find(([, index]) => index === group.typeIndex);
  if (found) return { type: found[0], key: group.key };
  const detail = `There is no group type ${group.typeIndex}.`;
  return fail('invalid_input', { detail, attr: 'group_type_index' });
}
