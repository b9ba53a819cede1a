// What became of a flag since a change of it was written down: which parts moved, whether the change and
// what moved concern the same part, and the change brought on top of what there is now.
import type { Filters } from '#flags/flag';
import { type FlagPart, type ServedFlag, differingParts, withParts } from '#flags/flag-parts';
import { canonicalJson } from '#kernel/json';

/** A flag as a change remembers it: what is served, and the words around it. */
export type KnownFlag = ServedFlag & {
  readonly name: string;
  readonly tags: readonly string[];
  readonly archived: boolean;
  readonly deleted: boolean;
  readonly ownerId: string | null;
  readonly payloadSchema: unknown;
};

/** words: what serves nothing, such as description, tags and owner, and whether the flag is archived. */
export type ChangedPart = FlagPart | 'words';

/** The parts in which two states of a flag differ. */
export function partsBetween(one: KnownFlag, other: KnownFlag): ChangedPart[] {
  const served: ChangedPart[] = differingParts(one, other);
  return wordsOf(one) === wordsOf(other) ? served : [...served, 'words'];
}

/** How a flag moved under a change; null: it did not, where that matters. */
export type Movement = {
  /** Parts that others changed and the change does not touch. */
  readonly apart: readonly ChangedPart[];
  /** Parts that others changed too, to something else: only the author can settle this. */
  readonly overlapping: readonly ChangedPart[];
};

/**
 * Compares the flag now with what the change was written on. Words that the change does not touch may move
 * freely; a part that others brought to exactly what is proposed has not moved.
 */
export function movementOf(
  base: KnownFlag,
  proposed: KnownFlag,
  current: KnownFlag,
): Movement | null {
  const touched = partsBetween(base, proposed);
  const open = new Set(partsBetween(proposed, current));
  const moved = partsBetween(base, current);
  const overlapping = moved.filter((part) => touched.includes(part) && open.has(part));
  const apart = moved.filter((part) => !touched.includes(part) && part !== 'words');
  return overlapping.length + apart.length === 0 ? null : { apart, overlapping };
}

/**
 * The change so that the parts that it touches become as proposed, and the rest stays as it is now.
 * `change` is a PATCH of a flag.
 */
export function rebasedChange<C extends { readonly active?: unknown; readonly filters?: unknown }>(
  change: C,
  base: KnownFlag,
  proposed: KnownFlag,
  current: KnownFlag,
): Omit<C, 'filters'> & { readonly filters?: Filters } {
  const touched = differingParts(base, proposed);
  const { active, filters: _whole, ...fields } = change;
  const taken = FILTER_PARTS.filter((part) => touched.includes(part));
  const rebased = {
    ...fields,
    ...(touched.includes('switch') ? { active } : {}),
    ...(taken.length > 0 ? { filters: withParts(current.filters, proposed.filters, taken) } : {}),
  };
  return rebased as Omit<C, 'filters'> & { readonly filters?: Filters };
}

const FILTER_PARTS = ['targeting', 'variants', 'payloads'] as const satisfies readonly FlagPart[];

function wordsOf({ name, tags, archived, deleted, ownerId, payloadSchema }: KnownFlag): string {
  return canonicalJson({ name, tags, archived, deleted, ownerId, payloadSchema });
}
