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

/** How a flag needs another: a condition names it, or it is its kill switch. */
export const NEEDS = ['condition', 'kill_switch'] as const;
export type Need = (typeof NEEDS)[number];

/** How `flag` needs `other`, directly; undefined when it does not. */
export function needOf(flag: FlagDefinition, other: FlagDefinition): Need | undefined {
  if (flag.id === other.id) return undefined;
  const isNamed = dependenciesOf(flag.filters).some(
    (name) => name === String(other.id) || name === other.key,
  );
  if (isNamed) return 'condition';
  return flag.killSwitchId === other.id ? 'kill_switch' : undefined;
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
