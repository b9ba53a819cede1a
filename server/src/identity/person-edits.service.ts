// Changing people by hand: joining them, parting them, their properties. Earlier events follow, as with the
// merges that SDKs ask for.
import { v7 as uuidv7 } from 'uuid';
import { recordAudit } from '#audit';
import { fail } from '#kernel/errors';
import type { JsonValue } from '#kernel/json';
import { type ProjectCtx, inTransaction } from '#platform/ctx';
import { announcePeople } from './changed-people.service.ts';
import { sendEntities } from './entity-outbox.store.ts';
import { derivePersonId } from './identity.service.ts';
import {
  type Move,
  type Repointed,
  distinctIdsOf,
  lockPeople,
  moveDistinctIds,
  writeChanges,
} from './identity.store.ts';
import type { LedgerChanges } from './ledger.ts';
import { enqueueOverrides, sendOverrides } from './outbox.store.ts';
import { type Person, applyProperties, isTooLarge, mergePersons } from './person.ts';
import { type FullPerson, findFullPersons } from './person-edits.store.ts';
import { type PersonWithIds, findPersonById } from './person.query.ts';

type Reason = string | null | undefined;
const NO_CHANGES: LedgerChanges = {
  created: [],
  updated: [],
  absorbed: [],
  attached: [],
  personless: [],
};

export type MergeResult = {
  readonly person: PersonWithIds;
  readonly merged: number;
  readonly moved: number;
};

/**
 * Makes people part of another: their ids and events become that person's, whose own properties win.
 * @throws not_found, invalid_input
 */
export async function mergeByHand(
  ctx: ProjectCtx,
  intoId: string,
  asked: { readonly ids: readonly string[]; readonly reason: Reason },
): Promise<MergeResult> {
  const ids = [...new Set(asked.ids)];
  const self = asked.ids.indexOf(intoId);
  if (self >= 0) {
    fail('invalid_input', { detail: 'This is the person itself.', attr: `ids.${self}` });
  }
  const result = await change(ctx, async (tx) => {
    const found = await findFullPersons(tx.db, tx.environment.id, [intoId, ...ids]);
    const into = found.get(intoId) ?? noPerson();
    const sources = ids.map(
      (id) => found.get(id) ?? noPerson('invalid_input', `ids.${asked.ids.indexOf(id)}`),
    );
    const merged = sources.reduce<Person>(mergePersons, into);
    refuseTooLarge(merged.properties, 'ids');
    const moved = await writeChanges(tx.db, tx.environment.id, {
      ...NO_CHANGES,
      updated: [merged],
      absorbed: ids.map((id) => ({ id, into: intoId })),
    });
    await repoint(tx, moved, []);
    await recordAudit(tx, {
      ...about(tx, into),
      action: 'merged',
      before: { people: [intoId, ...ids] },
      after: { person: intoId, distinct_ids_moved: moved.length },
      reason: asked.reason ?? null,
    });
    return { merged: ids.length, moved: moved.length };
  });
  return { ...result, person: await personAfter(ctx, intoId) };
}

export type SplitRequest = {
  /** Stays, and every other id leaves. */
  readonly mainId: string | undefined;
  /** Only these leave. */
  readonly leaving: readonly string[] | undefined;
  readonly reason: Reason;
};

/** At once: more are named in several requests. */
const MAX_LEAVING = 10_000;

/**
 * Makes ids of a person people of their own, without properties; earlier events of each follow it. As PostHog
 * does, the person keeps the properties, unless nothing says who of them that person is.
 * @returns id that left → person
 * @throws not_found, invalid_input
 */
export function splitPerson(
  ctx: ProjectCtx,
  id: string,
  asked: SplitRequest,
): Promise<ReadonlyMap<string, string>> {
  return change(ctx, async (tx) => {
    const environmentId = tx.environment.id;
    const person = (await findFullPersons(tx.db, environmentId, [id])).get(id) ?? noPerson();
    const ids = await distinctIdsOf(tx.db, environmentId, [id], MAX_LEAVING + 1);
    const leaving = leavingIds(ids.toSorted(), asked);
    const moves = await newPersonIds(tx, leaving);
    const created = moves.map(({ personId }) => ({
      id: personId,
      properties: {},
      isIdentified: false,
      createdAtMs: person.createdAtMs,
      version: 0,
    }));
    const isNobody = asked.mainId === undefined && asked.leaving === undefined;
    const kept: Person = {
      ...person,
      properties: isNobody ? {} : person.properties,
      version: person.version + 1,
    };
    await writeChanges(tx.db, environmentId, { ...NO_CHANGES, created, updated: [kept] });
    await repoint(tx, await moveDistinctIds(tx.db, environmentId, moves), ids);
    await recordAudit(tx, {
      ...about(tx, person),
      action: 'split',
      before: { distinct_ids: ids.length },
      after: {
        distinct_ids: ids.length - moves.length,
        people: moves.slice(0, 100).map(({ distinctId, personId }) => [distinctId, personId]),
        ...(isNobody ? { properties: {} } : {}),
      },
      reason: asked.reason ?? null,
    });
    return new Map(moves.map(({ distinctId, personId }) => [distinctId, personId]));
  });
}

function leavingIds(ids: readonly string[], { mainId, leaving }: SplitRequest): readonly string[] {
  const refuse = (detail: string, attr: string) => fail('invalid_input', { detail, attr });
  if (mainId !== undefined && leaving !== undefined) {
    refuse('Give this or distinct_ids, not both.', 'main_distinct_id');
  }
  const foreign = leaving?.findIndex((id) => !ids.includes(id)) ?? -1;
  if (foreign >= 0) refuse('The person is not known by this id.', `distinct_ids.${foreign}`);
  if (mainId !== undefined && !ids.includes(mainId)) {
    refuse('The person is not known by this id.', 'main_distinct_id');
  }
  const attr = leaving ? 'distinct_ids' : 'main_distinct_id';
  const stays = mainId ?? ids[0];
  const all = leaving ? [...new Set(leaving)] : ids.filter((id) => id !== stays);
  if (all.length > MAX_LEAVING) {
    refuse('So many ids leave in several steps; name up to 1000 in distinct_ids.', attr);
  }
  if (ids.length < 2) refuse('The person has one id only.', attr);
  if (all.length === ids.length) refuse('One id must stay.', attr);
  return all;
}

/** The person that an id stands for by itself, or a new one where somebody else is that already. */
async function newPersonIds(tx: ProjectCtx, leaving: readonly string[]): Promise<Move[]> {
  const environmentId = tx.environment.id;
  const own = leaving.map((distinctId) => derivePersonId(environmentId, distinctId));
  const taken = await findFullPersons(tx.db, environmentId, own);
  return leaving.map((distinctId, place) => {
    const personId = own[place] ?? '';
    return { distinctId, personId: taken.has(personId) ? uuidv7() : personId };
  });
}

/**
 * Sets or deletes properties of a person.
 * @throws not_found, invalid_input when they would grow too large
 */
export async function editProperties(
  ctx: ProjectCtx,
  id: string,
  edit: {
    readonly set?: Readonly<Record<string, JsonValue>>;
    readonly unset?: readonly string[];
    readonly reason: Reason;
  },
): Promise<PersonWithIds> {
  await change(ctx, async (tx) => {
    const person = (await findFullPersons(tx.db, tx.environment.id, [id])).get(id) ?? noPerson();
    const properties = applyProperties(person.properties, edit);
    if (properties === person.properties) return;
    refuseTooLarge(properties, 'value');
    const after = { ...person, properties, version: person.version + 1 };
    await writeChanges(tx.db, tx.environment.id, { ...NO_CHANGES, updated: [after] });
    await repoint(tx, [], await distinctIdsOf(tx.db, tx.environment.id, [id], 1));
    const keys = [...Object.keys(edit.set ?? {}), ...(edit.unset ?? [])];
    const of = (all: Readonly<Record<string, JsonValue>>) =>
      Object.fromEntries(keys.flatMap((key) => (key in all ? [[key, all[key]]] : [])));
    await recordAudit(tx, {
      ...about(tx, person),
      action: 'updated',
      before: { properties: of(person.properties) },
      after: { properties: of(properties) },
      reason: edit.reason ?? null,
    });
  });
  return personAfter(ctx, id);
}

/** One change at a time of an environment's people; then the event store learns of it. */
async function change<T>(ctx: ProjectCtx, verb: (tx: ProjectCtx) => Promise<T>): Promise<T> {
  const result = await inTransaction(ctx, async (tx) => {
    await lockPeople(tx.db, tx.environment.id);
    return verb(tx);
  });
  try {
    await sendOverrides(ctx.db, ctx.clickhouse);
    await sendEntities(ctx.db, ctx.clickhouse);
  } catch (err) {
    ctx.log.warn({ err }, 'the event store learns of a change of people later');
  }
  return result;
}

/** Notes for the event store whose events these are now, and tells whoever remembers them or `others`. */
async function repoint(
  tx: ProjectCtx,
  moved: readonly Repointed[],
  others: readonly string[],
): Promise<void> {
  await enqueueOverrides(tx.db, tx.environment.id, moved);
  const ids = [...moved.map(({ distinctId }) => distinctId), ...others];
  await announcePeople(tx, tx.environment.id, [...new Set(ids)]);
}

function about(tx: ProjectCtx, { id, properties }: FullPerson) {
  const { email, name } = properties;
  const label = [email, name].find((text) => typeof text === 'string' && text !== '');
  return {
    projectId: tx.projectId,
    environmentId: tx.environment.id,
    resourceKind: 'person',
    resourceId: id,
    ...(typeof label === 'string' ? { resourceLabel: label } : {}),
  };
}

function refuseTooLarge(properties: Person['properties'], attr: string): void {
  if (!isTooLarge(properties)) return;
  const detail = 'The properties of the person would grow too large; delete some first.';
  fail('invalid_input', { detail, attr });
}

function noPerson(code: 'not_found' | 'invalid_input' = 'not_found', attr?: string): never {
  fail(code, { detail: 'There is no such person.', ...(attr === undefined ? {} : { attr }) });
}

async function personAfter(ctx: ProjectCtx, id: string): Promise<PersonWithIds> {
  return (await findPersonById(ctx.db, ctx.environment.id, id)) ?? noPerson();
}
