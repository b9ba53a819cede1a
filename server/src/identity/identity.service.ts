// Whose events are these? Resolves a batch of events in order of arrival: merges, property updates and
// groups are written, and every event learns its person. One transaction, the caller's.
import { hash } from 'node:crypto';
import type { JsonObject } from '#kernel/json';
import type { Db } from '#platform/ctx';
import { notify } from '#platform/postgres/notices';
import { autoProperties } from './auto-properties.ts';
import { type GroupChanges, type GroupWarning, writeGroupUpdates } from './group.service.ts';
import {
  distinctIdsOf,
  findPeople,
  lockPeople,
  unlessRefused,
  writeChanges,
} from './identity.store.ts';
import { PersonLedger } from './ledger.ts';
import { enqueueOverrides } from './outbox.store.ts';
import {
  MAX_NOTED_IDS,
  type PersonEvent,
  type PersonStamp,
  changesProperties,
  isMerge,
} from './person.ts';

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
    | 'person_change_refused'
    | GroupWarning['kind'];
  readonly detail: string;
  readonly event?: PersonEvent;
};

/** Who changed. */
type Changed = {
  /** Distinct ids whose person changed. */
  readonly distinctIds: readonly string[];
  readonly groups: Pick<GroupChanges, 'groupIds' | 'hasNewTypes'>;
};

const NOBODY: Changed = { distinctIds: [], groups: { groupIds: [], hasNewTypes: false } };

export type Resolution = {
  /** One per event, in the same order. */
  readonly stamps: readonly PersonStamp[];
  /** What caches must forget, by environment. */
  readonly changed: ReadonlyMap<number, Changed>;
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

/**
 * Applies what the events say about people and groups, then says whose each event is. Where PostgreSQL
 * refuses what an event says, only that is left out.
 */
export function resolveEvents(db: Db, events: readonly ResolvableEvent[]): Promise<Resolution> {
  return resolve(db, events, applyPart);
}

/** Says whose each event is without changing anybody: for a batch whose changes were written before. */
export function stampEvents(db: Db, events: readonly ResolvableEvent[]): Promise<Resolution> {
  return resolve(db, events, stampPart);
}

/** What resolving a stretch of one environment's events comes to. */
type Part = {
  readonly stamps: ReadonlyMap<ResolvableEvent, PersonStamp>;
  readonly changed: Changed;
  readonly warnings: readonly IdentityWarning[];
};

type ResolvePart = (
  db: Db,
  environmentId: number,
  events: readonly ResolvableEvent[],
) => Promise<Part>;

async function resolve(
  db: Db,
  events: readonly ResolvableEvent[],
  resolvePart: ResolvePart,
): Promise<Resolution> {
  const stamps = new Map<ResolvableEvent, PersonStamp>();
  const changed = new Map<number, Changed>();
  const warnings: IdentityWarning[] = [];
  const byEnvironment = Map.groupBy(events, (event) => event.environmentId);
  // Sorted, so that two replicas never wait for each other.
  for (const environmentId of [...byEnvironment.keys()].toSorted((a, b) => a - b)) {
    const own = byEnvironment.get(environmentId) ?? [];
    if (resolvePart === applyPart) await lockPeople(db, environmentId);
    const parts = await resolveSoundly(db, environmentId, own, resolvePart);
    for (const part of parts) {
      for (const [event, stamp] of part.stamps) stamps.set(event, stamp);
      warnings.push(...part.warnings);
    }
    if (resolvePart === applyPart) changed.set(environmentId, allChanged(parts));
  }
  return { stamps: events.map((event) => stampOf(stamps, event)), changed, warnings };
}

function allChanged(parts: readonly Part[]): Changed {
  const changed = parts.map((part) => part.changed);
  return {
    distinctIds: [...new Set(changed.flatMap(({ distinctIds }) => distinctIds))],
    groups: {
      groupIds: [...new Set(changed.flatMap(({ groups }) => groups.groupIds))],
      hasNewTypes: changed.some(({ groups }) => groups.hasNewTypes),
    },
  };
}

/** Resolves the events; when they are refused, each half on its own, down to the ones at fault. */
async function resolveSoundly(
  db: Db,
  environmentId: number,
  events: readonly ResolvableEvent[],
  resolvePart: ResolvePart,
): Promise<readonly Part[]> {
  const whole = await unlessRefused(db, () => resolvePart(db, environmentId, events));
  if (whole) return [whole];
  const [first] = events;
  if (!first) return [];
  if (events.length === 1) return [await resolveRefused(db, environmentId, first, resolvePart)];
  const middle = Math.ceil(events.length / 2);
  return [
    ...(await resolveSoundly(db, environmentId, events.slice(0, middle), resolvePart)),
    ...(await resolveSoundly(db, environmentId, events.slice(middle), resolvePart)),
  ];
}

/** An event whose change of people was refused, as if it said no more than whose it is. */
async function resolveRefused(
  db: Db,
  environmentId: number,
  event: ResolvableEvent,
  resolvePart: ResolvePart,
): Promise<Part> {
  const { event: name, distinctId, atMs, processing } = event.person;
  const person: PersonEvent = { event: name, distinctId, atMs, processing };
  const bare = { environmentId, person, properties: () => ({}) };
  const part = await unlessRefused(db, () => resolvePart(db, environmentId, [bare]));
  const personId = derivePersonId(environmentId, distinctId);
  const stamp = part?.stamps.get(bare) ?? { personId, mode: 'propertyless' as const };
  const detail = `What "${name}" says about "${distinctId}" or its groups cannot be stored; the event is kept without it.`;
  const warning = { environmentId, kind: 'person_change_refused', event: person, detail } as const;
  return {
    stamps: new Map([[event, stamp]]),
    changed: part?.changed ?? NOBODY,
    warnings: [...(part?.warnings ?? []), warning],
  };
}

async function stampPart(
  db: Db,
  environmentId: number,
  events: readonly ResolvableEvent[],
): Promise<Part> {
  const ledger = await openLedger(db, environmentId, events);
  return { stamps: stampAll(ledger, events), changed: NOBODY, warnings: [] };
}

async function applyPart(
  db: Db,
  environmentId: number,
  events: readonly ResolvableEvent[],
): Promise<Part> {
  const ledger = await openLedger(db, environmentId, events);
  for (const event of events) ledger.apply(event.person, () => autoProperties(event.properties()));
  const stamps = stampAll(ledger, events);
  const distinctIds = await writeLedger(db, environmentId, ledger, stamps);
  const groups = await writeGroupUpdates(
    db,
    environmentId,
    events.map(({ person }) => person),
  );
  return {
    stamps,
    changed: { distinctIds, groups },
    warnings: [...personWarnings(environmentId, ledger), ...groups.warnings],
  };
}

function stampAll(
  ledger: PersonLedger,
  events: readonly ResolvableEvent[],
): Map<ResolvableEvent, PersonStamp> {
  return new Map(events.map((event) => [event, ledger.stamp(event.person)]));
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
  stamps: ReadonlyMap<ResolvableEvent, PersonStamp>,
): Promise<readonly string[]> {
  const changes = ledger.changes();
  const repointed = await writeChanges(db, environmentId, changes);
  if (repointed.length > 0) await enqueueOverrides(db, environmentId, repointed);
  const touched = new Set([
    ...changes.updated.map((person) => person.id),
    ...changes.absorbed.map((person) => person.into),
  ]);
  const active = [...stamps].filter(([, stamp]) => touched.has(stamp.personId));
  const distinctIds = [
    ...new Set([
      ...changes.attached.map((attachment) => attachment.distinctId),
      ...active.map(([event]) => event.person.distinctId),
      ...(await distinctIdsOf(db, environmentId, [...touched], MAX_NOTED_IDS)),
    ]),
  ];
  if (distinctIds.length > 0) await notify(db, 'person.changed', { environmentId, distinctIds });
  return distinctIds;
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
