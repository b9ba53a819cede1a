// Which other flags a flag needs, and which those need in turn.
import type { Filters } from 'serin/flags/flag';

/** What of a flag is looked at. */
export type NeedingFlag = {
  readonly id: number;
  readonly key: string;
  readonly filters: Pick<Filters, 'groups'>;
  /** Key of its kill switch. */
  readonly kill_switch: string | null;
};

export type NeededFlag<F> = {
  readonly key: string;
  /** Undefined when there is no such flag (any more). */
  readonly flag: F | undefined;
  readonly need: 'condition' | 'kill_switch';
  readonly needs: readonly NeededFlag<F>[];
};

/** Keys or numbers of the flags that conditions name, each once, and the kill switch. */
function namesIn({ filters, kill_switch: kill }: NeedingFlag) {
  const named = filters.groups.flatMap(({ properties = [] }) =>
    properties.filter(({ type }) => type === 'flag').map(({ key, label }) => ({ key, label })),
  );
  const once = new Map(named.map((one) => [one.key, one.label ?? one.key]));
  return [
    ...(kill === null ? [] : [{ name: kill, label: kill, need: 'kill_switch' as const }]),
    ...[...once].map(([name, label]) => ({ name, label, need: 'condition' as const })),
  ];
}

/** The flags that `flag` needs, as a tree; one that is met again on the way down is not followed. */
export function needsOf<F extends NeedingFlag>(
  flag: NeedingFlag,
  flags: readonly F[],
): NeededFlag<F>[] {
  const byName = new Map<string, F>();
  for (const other of flags) byName.set(other.key, other).set(String(other.id), other);
  const follow = (from: NeedingFlag, above: readonly string[]): NeededFlag<F>[] =>
    namesIn(from).map(({ name, label, need }) => {
      const found = byName.get(name);
      const isNew = found !== undefined && !above.includes(found.key);
      const needs = isNew ? follow(found, [...above, found.key]) : [];
      return { key: found?.key ?? label, flag: found, need, needs };
    });
  return follow(flag, [flag.key]);
}
