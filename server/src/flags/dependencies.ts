// Flags that depend on flags, at the moment of saving: what a flag depends on, who depends on it, and
// whether a change would make them wait for each other for ever.
import { compileFlagSet } from './flag-set.ts';
import type { Filters, FlagDefinition, Group } from './flag.ts';

/** Ids (or keys) of the flags that the filters name. */
export function dependenciesOf(filters: Filters): string[] {
  return filters.groups.flatMap((group) =>
    (group.properties ?? []).filter(({ type }) => type === 'flag').map(({ key }) => key),
  );
}

/** Those of `flags` that depend directly on the flag. */
export function dependentsOf<F extends FlagDefinition>(
  flag: FlagDefinition,
  flags: readonly F[],
): F[] {
  const names = new Set([String(flag.id), flag.key]);
  return flags.filter(
    (other) =>
      other.id !== flag.id && dependenciesOf(other.filters).some((name) => names.has(name)),
  );
}

/** True when the flag, saved so, would depend on itself through the others. */
export function isCircular(flag: FlagDefinition, others: readonly FlagDefinition[]): boolean {
  const set = compileFlagSet([...others.filter(({ id }) => id !== flag.id), flag], {
    compileRegex: () => undefined,
  });
  return set.chains.get(flag.key) === undefined;
}

/** Names dependencies by id, which outlives a rename; the key stays beside it as the label. */
export function withDependencyIds(filters: Filters, flags: readonly FlagDefinition[]): Filters {
  const byName = new Map(flags.flatMap((flag) => [[flag.key, flag] as const]));
  for (const flag of flags) byName.set(String(flag.id), flag);
  const named = (group: Group): Group => ({
    ...group,
    properties: (group.properties ?? []).map((property) => {
      const target = property.type === 'flag' ? byName.get(property.key) : undefined;
      return target ? { ...property, key: String(target.id), label: target.key } : property;
    }),
  });
  return { ...filters, groups: filters.groups.map(named) };
}
