// What people say of an event or a property of events, and what its values say by themselves.

/** As PostHog's API names them. */
export const PROPERTY_TYPES = ['String', 'Numeric', 'Boolean', 'DateTime'] as const;
export type PropertyType = (typeof PROPERTY_TYPES)[number];

export type DefinitionKind = 'event' | 'property';

/** What people write. */
export type DefinitionFields = {
  readonly description: string;
  readonly tags: readonly string[];
  /** Checked by somebody: means what it says. */
  readonly verified: boolean;
  /** Not offered where people choose. */
  readonly hidden: boolean;
  /** Of a property; null: as its values say. */
  readonly propertyType: PropertyType | null;
};

export type Definition = DefinitionFields & {
  readonly name: string;
  /** 0: nobody has said anything yet. */
  readonly version: number;
  readonly updatedAt: Date | null;
};

/** A name of which nobody has said anything. */
export const unwritten = (name: string): Definition => ({
  name,
  description: '',
  tags: [],
  verified: false,
  hidden: false,
  propertyType: null,
  version: 0,
  updatedAt: null,
});

/** How many values are of each type. */
export type ObservedTypes = Readonly<Record<PropertyType, number>>;

/** The type that most values have; null when none has any. */
export function commonType(observed: ObservedTypes): PropertyType | null {
  const [first] = PROPERTY_TYPES.toSorted((a, b) => observed[b] - observed[a]);
  return first !== undefined && observed[first] > 0 ? first : null;
}

export type NameFilter = {
  /** Part of the name, the description or a tag, letter case aside. */
  readonly search: string;
  readonly tag: string | undefined;
  readonly verified: boolean | undefined;
  readonly isHiddenLeftOut: boolean;
};

/** True when what people say of a name, or the name itself, holds `search`. */
export function mentions({ name, description, tags }: Definition, search: string): boolean {
  const part = search.toLowerCase();
  return [name, description, ...tags].some((text) => text.toLowerCase().includes(part));
}

export type Known<Seen> = { readonly seen: Seen | null; readonly definition: Definition };

/**
 * Names that were seen, in their order, each with what is said of it; then those that are only written about.
 * @param seen those that hold `search`, or that `written` mentions it of
 */
export function joinNames<Seen extends { readonly name: string }>(
  seen: readonly Seen[],
  written: readonly Definition[],
  filter: NameFilter,
): Known<Seen>[] {
  const byName = new Map(written.map((one) => [one.name, one]));
  const names = new Set(seen.map(({ name }) => name));
  const unseen = written.filter(
    (one) => !names.has(one.name) && mentions(one, filter.search) && one.version > 0,
  );
  const all: Known<Seen>[] = [
    ...seen.map((one) => ({
      seen: one,
      definition: byName.get(one.name) ?? unwritten(one.name),
    })),
    ...unseen.map((definition) => ({ seen: null, definition })),
  ];
  return all.filter(({ definition }) => passes(definition, filter));
}

function passes(definition: Definition, { tag, verified, isHiddenLeftOut }: NameFilter): boolean {
  if (isHiddenLeftOut && definition.hidden) return false;
  if (verified !== undefined && definition.verified !== verified) return false;
  return tag === undefined || definition.tags.includes(tag);
}
