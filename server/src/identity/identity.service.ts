// Whose events are these? Resolves a batch of events in order of arrival: merges, property updates and
// groups are written, and every event learns its person. One transaction, the caller's.
import { hash } from 'node:crypto';
import type { JsonObject } from '#kernel/json';
import type { Db } from '#platform/ctx';
import { notify } from '#platform/postgres/notices';
import { autoProperties } from './auto-properties.ts';
import { findGroupTypes, findGroups, insertGroupTypes, writeGroups } from './group.store.ts';
import { applyGroupUpdates, groupId, groupUpdates, planGroupTypes } from './group.ts';
import { distinctIdsOf, findPeople, lockPeople, writeChanges } from './identity.store.ts';
import { PersonLedger } from './ledger.ts';
import { enqueueOverrides } from './outbox.store.ts';
import { type PersonEvent, type PersonStamp, changesProperties, isMerge } from './person.ts';

/** An event to resolve. */
export type ResolvableEvent = {
  readonly environmentId: number;
  readonly person: PersonEvent;
  /** The event's own properties; asked for only where they become the person's. */
  readonly properties: () => JsonObject;
};

export type IdentityWarning = {
  readonly environmentId: number;
  readonly kind:
    | 'cannot_merge_with_illegal_distinct_id'
    | 'cannot_merge_already_identified'
    | 'person_properties_too_large'
    | 'group_type_limit';
  readonly detail: string;
  readonly event?: PersonEvent;
};

export type Resolution = {
  /** One per event, in the same order. */
  readonly stamps: readonly PersonStamp[];
  /** Distinct ids whose person changed, by environment: caches must forget them. */
  readonly changed: ReadonlyMap<number, readonly string[]>;
  readonly warnings: readonly IdentityWarning[];
};

/** Namespace of PostHog's person ids: the same ids here, so that both agree on anonymous people. */
const PERSON_NAMESPACE = Buffer.from('932979b465c3442484670b66ec27bc22', 'hex');

/** The person id that a distinct id has before it belongs to anybody: UUID version 5. */
export function derivePersonId(environmentId: number, distinctId: string): string {
  const name = Buffer.from(`${environmentId}:${distinctId}`);
  const digest = hash('sha1', Buffer.concat([PERSON_NAMESPACE, name]), 'buffer');
  digest[6] = ((digest[6] ?? 0) & 0x0f) | 0x50;
  digest[8] = ((digest[8] ?? 0) & 0x3f) | 0x80;
  const hex = digest.toString('hex', 0, 16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-');
}

/** Applies what the events say about people and groups, then says whose each event is. */
export function resolveEvents(db: Db, events: readonly ResolvableEvent[]): Promise<Resolution> {
  return resolve(db, events, true);
}

/** Says whose each event is without changing anybody: for a batch whose changes were written before. */
export function stampEvents(db: Db, events: readonly ResolvableEvent[]): Promise<Resolution> {
  return resolve(db, events, false);
}

async function resolve(
  db: Db,
  events: readonly ResolvableEvent[],
  isApplied: boolean,
): Promise<Resolution> {
  const stamps = new Map<ResolvableEvent, PersonStamp>();
  const changed = new Map<number, readonly string[]>();
  const warnings: IdentityWarning[] = [];
  const byEnvironment = Map.groupBy(events, (event) => event.environmentId);
  // Sorted, so that two replicas never wait for each other.
  for (const environmentId of [...byEnvironment.keys()].toSorted((a, b) => a - b)) {
    const own = byEnvironment.get(environmentId) ?? [];
    if (isApplied) await lockPeople(db, environmentId);
    const ledger = await openLedger(db, environmentId, own);
    if (isApplied) {
      for (const event of own) {
        ledger.apply(event.person, () => autoProperties(event.properties()));
      }
    }
    for (const event of own) stamps.set(event, ledger.stamp(event.person));
    if (!isApplied) continue;
    changed.set(environmentId, await writeLedger(db, environmentId, ledger));
    const refused = await writeGroupUpdates(db, environmentId, own);
    warnings.push(
      ...personWarnings(environmentId, ledger),
      ...groupWarnings(environmentId, refused),
    );
  }
  return { stamps: events.map((event) => stampOf(stamps, event)), changed, warnings };
}

function stampOf(
  stamps: ReadonlyMap<ResolvableEvent, PersonStamp>,
  event: ResolvableEvent,
): PersonStamp {
  const stamp = stamps.get(event);
  if (!stamp) throw new Error('an event was left without a person');
  return stamp;
}

async function openLedger(
  db: Db,
  environmentId: number,
  events: readonly ResolvableEvent[],
): Promise<PersonLedger> {
  const all = new Set<string>();
  const changing = new Set<string>();
  const merged = new Set<string>();
  for (const { person } of events) {
    all.add(person.distinctId);
    if (changesProperties(person)) changing.add(person.distinctId);
    if (person.processing === 'none' || !isMerge(person)) continue;
    for (const id of [person.distinctId, person.otherId ?? person.distinctId]) {
      all.add(id);
      changing.add(id);
      merged.add(id);
    }
  }
  const known = await findPeople(db, environmentId, [...all], [...changing], [...merged]);
  return new PersonLedger(known, (distinctId) => derivePersonId(environmentId, distinctId));
}

async function writeLedger(
  db: Db,
  environmentId: number,
  ledger: PersonLedger,
): Promise<readonly string[]> {
  const changes = ledger.changes();
  const repointed = await writeChanges(db, environmentId, changes);
  if (repointed.length > 0) await enqueueOverrides(db, environmentId, repointed);
  const touched = [
    ...changes.updated.map((person) => person.id),
    ...changes.absorbed.map((person) => person.into),
  ];
  const distinctIds = [
    ...new Set([
      ...changes.attached.map((attachment) => attachment.distinctId),
      ...(await distinctIdsOf(db, environmentId, touched)),
    ]),
  ];
  if (distinctIds.length > 0) await notify(db, 'person.changed', { environmentId, distinctIds });
  return distinctIds;
}

async function writeGroupUpdates(
  db: Db,
  environmentId: number,
  events: readonly ResolvableEvent[],
): Promise<readonly string[]> {
  const withGroups = events
    .map((event) => event.person)
    .filter((person) => person.groups !== undefined || person.group !== undefined);
  if (withGroups.length === 0) return [];
  const known = await findGroupTypes(db, environmentId);
  const plan = planGroupTypes(known, withGroups);
  if (plan.newTypes.length > 0) {
    await insertGroupTypes(db, environmentId, plan.types, plan.newTypes);
  }
  const updates = [...groupUpdates(plan.types, withGroups).values()];
  if (updates.length > 0) {
    const stored = await findGroups(db, environmentId, updates);
    const groups = updates.map((group) => ({
      typeIndex: group.typeIndex,
      key: group.key,
      properties: applyGroupUpdates(stored.get(groupId(group)) ?? {}, group.updates),
      createdAtMs: group.firstMs,
    }));
    await writeGroups(db, environmentId, groups);
  }
  return plan.refused;
}

function personWarnings(environmentId: number, ledger: PersonLedger): IdentityWarning[] {
  return ledger.warnings.map(({ kind, event }) => {
    const { distinctId, otherId } = event;
    const detail = {
      cannot_merge_already_identified: `"${otherId}" is an identified person already; only $merge_dangerously joins two of them.`,
      cannot_merge_with_illegal_distinct_id: `"${distinctId}" and "${otherId}" are not joined: one of them stands for nobody in particular.`,
      person_properties_too_large: `The properties of "${distinctId}" would grow too large; this change is left out.`,
    }[kind];
    return { environmentId, kind, event, detail };
  });
}

function groupWarnings(environmentId: number, refused: readonly string[]): IdentityWarning[] {
  return refused.map((type) => ({
    environmentId,
    kind: 'group_type_limit',
    detail: `The group type "${type}" is one too many; its groups are not kept.`,
  }));
}
