// What differs between two versions of a flag's filters, in words: which condition sets came, went, moved
// or changed, and every other field. Nothing that differs goes unsaid.
import type { Filters, Group } from 'serin/flags/flag';
import { formatPercent, joinWords } from '../ui/format.ts';
import { groupWords, type WordsContext } from './words.ts';

/** One difference. `before` and `after` are missing where there was or is nothing. */
export type FilterChange = {
  readonly kind: 'added' | 'removed' | 'changed' | 'moved';
  /** What differs: `Set 2`, `Variant test`, `Payload of test`. */
  readonly what: string;
  readonly before?: string;
  readonly after?: string;
};

/** Sets of `before` by their place, and the place of each in `after`. */
type Pairs = ReadonlyMap<number, number>;

/** JSON with sorted keys: equal exactly when the values are, whatever order they were written in. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/**
 * Sets have no names of their own, so they are recognised: equal ones first, then those for the same
 * people, then those with the same note, then those at the same place.
 */
function pairSets(before: readonly Group[], after: readonly Group[]): Pairs {
  const pairs = new Map<number, number>();
  const taken = new Set<number>();
  const pairBy = (keyOf: (group: Group, index: number) => string | null) => {
    const free = new Map<string, number[]>();
    after.forEach((group, index) => {
      const key = taken.has(index) ? null : keyOf(group, index);
      if (key !== null) free.set(key, [...(free.get(key) ?? []), index]);
    });
    before.forEach((group, index) => {
      const key = pairs.has(index) ? null : keyOf(group, index);
      const places = key === null ? undefined : free.get(key);
      if (!places || places.length === 0) return;
      const same = places.indexOf(index);
      const [place = 0] = places.splice(Math.max(same, 0), 1);
      pairs.set(index, place);
      taken.add(place);
    });
  };
  pairBy((group) => canonical(group));
  pairBy(({ properties, aggregation_group_type_index: unit }) =>
    (properties ?? []).length > 0 ? canonical([properties, unit ?? null]) : null,
  );
  pairBy(({ description }) => description || null);
  pairBy((_group, index) => String(index));
  return pairs;
}

/** The longest run of pairs that kept their order: whoever is not in it has moved. */
function keptOrder(pairs: Pairs): ReadonlySet<number> {
  const entries = [...pairs].toSorted(([a], [b]) => a - b);
  const runs: number[][] = [];
  for (const [from, to] of entries) {
    const before = runs
      .filter((run) => (pairs.get(run.at(-1) as number) ?? 0) < to)
      .reduce<number[]>((best, run) => (run.length > best.length ? run : best), []);
    runs.push([...before, from]);
  }
  return new Set(runs.reduce<number[]>((best, run) => (run.length > best.length ? run : best), []));
}

function setWords(group: Group, filters: Filters, context: WordsContext): string {
  const variant = group.variant ? `, always ${group.variant}` : '';
  const note = group.description ? ` (${group.description})` : '';
  return `${groupWords(group, filters, context)}${variant}${note}`;
}

function setChanges(before: Filters, after: Filters, context: WordsContext): FilterChange[] {
  const pairs = pairSets(before.groups, after.groups);
  const kept = keptOrder(pairs);
  const gone = before.groups.flatMap((group, index): FilterChange[] =>
    pairs.has(index)
      ? []
      : [{ kind: 'removed', what: `Set ${index + 1}`, before: setWords(group, before, context) }],
  );
  const origins = new Map([...pairs].map(([from, to]) => [to, from]));
  const rest = after.groups.flatMap((group, index): FilterChange[] => {
    const what = `Set ${index + 1}`;
    const words = setWords(group, after, context);
    const origin = origins.get(index);
    if (origin === undefined) return [{ kind: 'added', what, after: words }];
    const old = before.groups[origin] as Group;
    const moved: FilterChange[] = kept.has(origin)
      ? []
      : [{ kind: 'moved', what, before: `at place ${origin + 1}`, after: `at place ${index + 1}` }];
    if (canonical(old) === canonical(group)) return moved;
    const oldWords = setWords(old, before, context);
    return oldWords === words
      ? [...moved, ...fieldChanges(what, old, group)]
      : [...moved, { kind: 'changed', what, before: oldWords, after: words }];
  });
  return [...gone, ...rest];
}

/** Differences that the words do not show, field by field. */
function fieldChanges(what: string, before: object, after: object): FilterChange[] {
  const a = before as Record<string, unknown>;
  const b = after as Record<string, unknown>;
  return [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .filter((key) => canonical(a[key] ?? null) !== canonical(b[key] ?? null))
    .map((key) => ({
      kind: 'changed',
      what: `${what}, ${key}`,
      before: JSON.stringify(a[key] ?? null),
      after: JSON.stringify(b[key] ?? null),
    }));
}

/** Entries that came, went or read differently, by name. */
function namedChanges(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): FilterChange[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((what): FilterChange[] => {
    const [a, b] = [before.get(what), after.get(what)];
    if (a === b) return [];
    if (a === undefined) return [{ kind: 'added', what, after: b ?? '' }];
    if (b === undefined) return [{ kind: 'removed', what, before: a }];
    return [{ kind: 'changed', what, before: a, after: b }];
  });
}

function variantEntries({ multivariate }: Filters): Map<string, string> {
  return new Map(
    (multivariate?.variants ?? []).map(({ key, name, rollout_percentage: share }) => [
      `Variant ${key}`,
      `${formatPercent(share)}${name ? `, ${name}` : ''}`,
    ]),
  );
}

function payloadEntries({ payloads = {} }: Filters): Map<string, string> {
  return new Map(
    Object.entries(payloads).map(([key, payload]) => [
      key === 'true' ? 'Payload' : `Payload of ${key}`,
      payload,
    ]),
  );
}

const NAMED: Record<string, string> = {
  early_exit: 'Stop at the first set whose conditions hold',
  feature_enrollment: 'Early access',
  holdout: 'Holdout',
  aggregation_group_type_index: 'Dealt out by',
};

function otherEntries(filters: Filters, context: WordsContext): Map<string, string> {
  const { groups: _groups, multivariate: _variants, payloads: _payloads, ...rest } = filters;
  const entries = Object.entries(rest).filter(
    ([, value]) => value !== null && value !== undefined && value !== false,
  );
  return new Map(
    entries.map(([key, value]) => [NAMED[key] ?? key, otherWords(key, value, context)]),
  );
}

function otherWords(key: string, value: unknown, { groupTypes }: WordsContext): string {
  if (key === 'aggregation_group_type_index' && typeof value === 'number') {
    return groupTypes?.[value] ?? `group type ${value}`;
  }
  return value === true ? 'yes' : JSON.stringify(value);
}

/** Order of the variants decides who gets which, so it counts as a change of its own. */
function variantOrder(before: Filters, after: Filters): FilterChange[] {
  const [a, b] = [before, after].map((filters) =>
    (filters.multivariate?.variants ?? []).map(({ key }) => key),
  ) as [string[], string[]];
  const common = (of: string[], other: string[]) => of.filter((key) => other.includes(key));
  const [was, is] = [common(a, b), common(b, a)];
  if (was.join('\n') === is.join('\n')) return [];
  return [
    { kind: 'moved', what: 'Order of variants', before: joinWords(was), after: joinWords(is) },
  ];
}

/** Every difference, condition sets first; none for filters that say the same. */
export function filterChanges(
  before: Filters,
  after: Filters,
  context: WordsContext = {},
): FilterChange[] {
  return [
    ...setChanges(before, after, context),
    ...namedChanges(variantEntries(before), variantEntries(after)),
    ...variantOrder(before, after),
    ...namedChanges(payloadEntries(before), payloadEntries(after)),
    ...namedChanges(otherEntries(before, context), otherEntries(after, context)),
  ];
}
