// Who an event belongs to and what it changes about people. These are PostHog's rules (its
// `person-merge-service.ts` and `person-update.ts`), which the SDKs rely on; no store is touched here.
import type { JsonObject, JsonValue } from '#kernel/json';

/** What an event says about a person. */
export type PersonEvent = {
  /** Name of the event. */
  readonly event: string;
  readonly distinctId: string;
  /** When it happened, milliseconds since the epoch. */
  readonly atMs: number;
  /** `none`: the client asked for no person profile. */
  readonly processing: 'default' | 'none';
  /** The other id of an identify, alias or merge. */
  readonly otherId?: string | undefined;
  readonly set?: JsonObject | undefined;
  readonly setOnce?: JsonObject | undefined;
  readonly unset?: readonly string[] | undefined;
  /** `$groups` of the event: type → key. */
  readonly groups?: Readonly<Record<string, string>> | undefined;
  /** What a `$groupidentify` sets. */
  readonly group?: GroupUpdate | undefined;
};

export type GroupUpdate = { readonly type: string; readonly key: string; readonly set: JsonObject };

export type Person = {
  readonly id: string;
  readonly properties: JsonObject;
  readonly isIdentified: boolean;
  readonly createdAtMs: number;
  readonly version: number;
};

/** How the event relates to its person, as stored with it. */
export type PersonMode = 'full' | 'propertyless' | 'force_upgrade';

/** Whose an event is, and how. */
export type PersonStamp = { readonly personId: string; readonly mode: PersonMode };

/** A group can have at most this many types per environment: PostHog's SDKs address them as 0 to 4. */
export const MAX_GROUP_TYPES = 5;

/**
 * Of a person with more distinct ids, caches learn of a change by these and by those at hand; for the rest
 * they hold what they know for some seconds at most.
 */
export const MAX_NOTED_IDS = 1000;

const MERGE_EVENTS: ReadonlySet<string> = new Set([
  '$identify',
  '$create_alias',
  '$merge_dangerously',
]);
const PERSON_EVENTS: ReadonlySet<string> = new Set([...MERGE_EVENTS, '$set']);
const NEVER_UPDATES: ReadonlySet<string> = new Set(['$exception']);

/** Events that make no sense without a person profile; with profiles switched off they are dropped. */
export const NEEDS_PERSON: ReadonlySet<string> = new Set([...MERGE_EVENTS, '$groupidentify']);

const ILLEGAL_ANY_CASE: ReadonlySet<string> = new Set([
  'anonymous',
  'guest',
  'distinctid',
  'distinct_id',
  'id',
  'not_authenticated',
  'email',
  'undefined',
  'true',
  'false',
]);
const ILLEGAL_EXACT: ReadonlySet<string> = new Set([
  '[object Object]',
  'NaN',
  'None',
  'none',
  'null',
  '0',
  'undefined',
]);

/** Ids that stand for nobody, or for everybody: they never join people. */
export function isIllegalId(distinctId: string): boolean {
  const trimmed = distinctId.trim();
  const bare = /^(["']).*\1$/s.test(trimmed) ? trimmed.slice(1, -1).trim() : trimmed;
  return bare === '' || ILLEGAL_EXACT.has(bare) || ILLEGAL_ANY_CASE.has(bare.toLowerCase());
}

/** True for events that join two ids. */
export function isMerge(event: PersonEvent): boolean {
  return event.otherId !== undefined && MERGE_EVENTS.has(event.event);
}

/** True for events about the person themselves: their browser and campaign properties count too. */
export function isPersonEvent(event: PersonEvent): boolean {
  return PERSON_EVENTS.has(event.event);
}

/** True when handling the event needs the person's stored properties. */
export function changesProperties(event: PersonEvent): boolean {
  if (event.processing === 'none' || NEVER_UPDATES.has(event.event)) return false;
  return isPersonEvent(event) || Boolean(event.set || event.setOnce || event.unset);
}

/** True when the event may bring its person into being. */
export function createsPerson(event: PersonEvent): boolean {
  if (event.processing === 'none' || event.event === '$groupidentify') return false;
  const hasGroups = event.groups !== undefined && Object.keys(event.groups).length > 0;
  return event.event !== '$feature_flag_called' || hasGroups;
}

/** 512 K characters of JSON: what the properties of one person or group may grow to. */
const MAX_PROPERTIES_CHARS = 512 * 1024;

/** True when properties have grown beyond what one person or group may have. */
export function isTooLarge(properties: JsonObject): boolean {
  return JSON.stringify(properties).length > MAX_PROPERTIES_CHARS;
}

/** `$set_once` where nothing is, `$set` over it, `$unset` last. Returns the same object if unchanged. */
export function applyProperties(
  before: JsonObject,
  change: Pick<PersonEvent, 'set' | 'setOnce' | 'unset'>,
): JsonObject {
  const after = new Map<string, JsonValue>(Object.entries(before));
  let isChanged = false;
  for (const [key, value] of Object.entries(change.setOnce ?? {})) {
    if (after.has(key)) continue;
    after.set(key, value);
    isChanged = true;
  }
  for (const [key, value] of Object.entries(change.set ?? {})) {
    if (after.has(key) && isSame(after.get(key), value)) continue;
    after.set(key, value);
    isChanged = true;
  }
  for (const key of change.unset ?? []) isChanged = after.delete(key) || isChanged;
  return isChanged ? Object.fromEntries(after) : before;
}

function isSame(a: JsonValue | undefined, b: JsonValue): boolean {
  return a === b || (typeof b === 'object' && JSON.stringify(a) === JSON.stringify(b));
}

/** `source` becomes part of `target`: the target's properties win, the older creation date stays. */
export function mergePersons(target: Person, source: Person): Person {
  return {
    id: target.id,
    properties: { ...source.properties, ...target.properties },
    isIdentified: true,
    createdAtMs: Math.min(target.createdAtMs, source.createdAtMs),
    version: Math.max(target.version, source.version) + 1,
  };
}

/** Below a minute after the person's creation, an event without profile is of the same visit. */
const UPGRADE_AFTER_MS = 60_000;

/** How an event relates to `person` (undefined: there is none). */
export function personModeOf(event: PersonEvent, person: Person | undefined): PersonMode {
  if (!person) return 'propertyless';
  if (event.processing === 'default') return 'full';
  return event.atMs > person.createdAtMs + UPGRADE_AFTER_MS ? 'force_upgrade' : 'propertyless';
}
