// Groups (companies, teams…): which types an environment has, in the order they were first seen, and what
// a batch of events sets on single groups.
import type { JsonObject } from '#kernel/json';
import {
  type GroupUpdate,
  MAX_GROUP_TYPES,
  type PersonEvent,
  applyProperties,
  isTooLarge,
} from './person.ts';

export type GroupTypes = ReadonlyMap<string, number>;

export type GroupPlan = {
  /** All types, the new ones with the next free indexes. */
  readonly types: GroupTypes;
  readonly newTypes: readonly string[];
  /** Types for which there was no place any more. */
  readonly refused: readonly string[];
};

/** The types that `events` speak of, within {@link MAX_GROUP_TYPES}. */
export function planGroupTypes(known: GroupTypes, events: readonly PersonEvent[]): GroupPlan {
  const types = new Map(known);
  const newTypes: string[] = [];
  const refused = new Set<string>();
  for (const event of events) {
    for (const type of typesOf(event)) {
      if (types.has(type)) continue;
      if (types.size >= MAX_GROUP_TYPES) {
        refused.add(type);
      } else {
        types.set(type, types.size);
        newTypes.push(type);
      }
    }
  }
  return { types, newTypes, refused: [...refused] };
}

function typesOf(event: PersonEvent): readonly string[] {
  if (event.processing === 'none') return [];
  const named = Object.keys(event.groups ?? {});
  return event.group ? [event.group.type, ...named] : named;
}

export type GroupKey = { readonly typeIndex: number; readonly key: string };

/** Per group the updates of the batch, in order. Groups of refused types are left out. */
export function groupUpdates(
  types: GroupTypes,
  events: readonly PersonEvent[],
): Map<string, GroupKey & { readonly updates: GroupUpdate[]; readonly firstMs: number }> {
  const groups = new Map<string, GroupKey & { updates: GroupUpdate[]; firstMs: number }>();
  for (const { group, atMs } of events) {
    const typeIndex = group && types.get(group.type);
    if (!group || typeIndex === undefined) continue;
    const id = groupId({ typeIndex, key: group.key });
    const entry = groups.get(id) ?? { typeIndex, key: group.key, updates: [], firstMs: atMs };
    entry.updates.push(group);
    groups.set(id, entry);
  }
  return groups;
}

/** One text for type and key. */
export function groupId({ typeIndex, key }: GroupKey): string {
  return `${typeIndex}:${key}`;
}

/** A group's properties after `updates`; later ones win. Those with which it would grow too large do not count. */
export function applyGroupUpdates(
  before: JsonObject,
  updates: readonly GroupUpdate[],
): { readonly properties: JsonObject; readonly tooLarge: number } {
  let properties = before;
  let tooLarge = 0;
  for (const { set } of updates) {
    const after = applyProperties(properties, { set });
    if (after === properties) continue;
    if (isTooLarge(after)) tooLarge += 1;
    else properties = after;
  }
  return { properties, tooLarge };
}
