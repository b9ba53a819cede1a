// People and groups that share events with a group or a person.
import { fail } from '#kernel/errors';
import type { ProjectCtx } from '#platform/ctx';
import type { GroupKey } from './group.ts';
import { type StoredGroup, readGroupTypes, readGroupsByKey } from './groups.store.ts';
import { distinctIdsOf } from './identity.store.ts';
import { getPerson } from './people.service.ts';
import { type PersonWithIds, findPersonIds, findPersonsById } from './person.query.ts';
import {
  type EventsOf,
  type IdShare,
  readGroupsOfEvents,
  readIdsOfGroup,
} from './related.query.ts';

type Share = { readonly events: number; readonly lastMs: number };
export type Related = {
  readonly people: readonly (Share & { readonly person: PersonWithIds })[];
  /** A group that only events name has no properties. */
  readonly groups: readonly (Share & { readonly group: StoredGroup })[];
};

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;
const MAX_PEOPLE = 100;
const MAX_IDS = 1000;

/**
 * Who and what shares the group's events.
 * @throws invalid_input when there is no such type
 */
export async function relatedToGroup(ctx: ProjectCtx, which: GroupKey): Promise<Related> {
  const types = await readGroupTypes(ctx.db, ctx.environment.id);
  const type = types.find(({ index }) => index === which.typeIndex);
  if (!type) {
    const detail = `There is no group type ${which.typeIndex}.`;
    fail('invalid_input', { detail, attr: 'group_type_index' });
  }
  const of = { groupType: type.name, groupKey: which.key };
  const ids = await readIdsOfGroup(ctx.clickhouse, ctx.environment.id, of, ctx.clock.now());
  return { people: await peopleBehind(ctx, ids), groups: await groupsOf(ctx, of) };
}

/**
 * The groups that the person's events name.
 * @throws not_found, and invalid_input when it is no id of a person
 */
export async function relatedToPerson(ctx: ProjectCtx, personId: string): Promise<Related> {
  if (!UUID.test(personId)) {
    fail('invalid_input', {
      detail: 'Without a type of group, this is the id of a person.',
      attr: 'id',
    });
  }
  await getPerson(ctx, personId);
  const distinctIds = await distinctIdsOf(ctx.db, ctx.environment.id, [personId], MAX_IDS);
  return { people: [], groups: await groupsOf(ctx, { distinctIds }) };
}

async function peopleBehind(ctx: ProjectCtx, ids: readonly IdShare[]): Promise<Related['people']> {
  const environmentId = ctx.environment.id;
  const owners = await findPersonIds(
    ctx.db,
    environmentId,
    ids.map(({ distinctId }) => distinctId),
  );
  const shares = new Map<string, Share>();
  for (const { distinctId, events, lastMs } of ids) {
    const owner = owners.get(distinctId);
    if (owner === undefined) continue;
    const before = shares.get(owner);
    shares.set(owner, {
      events: events + (before?.events ?? 0),
      lastMs: Math.max(lastMs, before?.lastMs ?? 0),
    });
  }
  const latest = [...shares].toSorted(([, a], [, b]) => b.lastMs - a.lastMs).slice(0, MAX_PEOPLE);
  const people = await findPersonsById(
    ctx.db,
    environmentId,
    latest.map(([id]) => id),
  );
  const byId = new Map(people.map((person) => [person.id, person]));
  return latest.flatMap(([id, share]) => {
    const person = byId.get(id);
    return person ? [{ ...share, person }] : [];
  });
}

async function groupsOf(ctx: ProjectCtx, of: EventsOf): Promise<Related['groups']> {
  const environmentId = ctx.environment.id;
  const types = await readGroupTypes(ctx.db, environmentId);
  const shares = await readGroupsOfEvents(ctx.clickhouse, environmentId, of, ctx.clock.now());
  const named = shares.flatMap(({ groupType, groupKey, events, lastMs }) => {
    const type = types.find(({ name }) => name === groupType);
    return type ? [{ typeIndex: type.index, key: groupKey, events, lastMs }] : [];
  });
  const stored = await readGroupsByKey(ctx.db, environmentId, named);
  return named.map(({ typeIndex, key, events, lastMs }) => {
    const known = stored.find((group) => group.typeIndex === typeIndex && group.key === key);
    const unknown = { typeIndex, key, properties: {}, createdAt: new Date(lastMs) };
    return { events, lastMs, group: known ?? unknown };
  });
}
