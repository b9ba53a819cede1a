// The variants of a flag in questions that the server does not break down: as series of their own, or as a
// condition.
import type { ListedFlag } from '../api/flag-list.ts';
import type { Filter } from './filters.ts';
import { filterList } from './filters.ts';
import { type LifecycleQuery, nodeName, type PathsQuery, type StickinessQuery } from './query.ts';

/** The values that a flag may have. */
export function valuesOf({ filters }: Pick<ListedFlag, 'filters'>): readonly string[] {
  const variants = filters.multivariate?.variants ?? [];
  return variants.length > 0 ? variants.map(({ key }) => key) : ['true', 'false'];
}

const FEATURE = '$feature/';
const isOfFlag = ({ key }: Filter): boolean => key.startsWith(FEATURE);

const conditionOn = (flagKey: string, value: string): Filter => ({
  key: `${FEATURE}${flagKey}`,
  type: 'event',
  operator: 'exact',
  value: [value],
});

const MAX_SERIES = 26;

/** Each event once for each value; what was split before is split anew. */
export function splitByFlag(
  query: StickinessQuery,
  flagKey: string,
  values: readonly string[],
): StickinessQuery {
  const plain = query.series.map((one) => ({
    ...one,
    custom_name: undefined,
    properties: (filterList(one.properties) ?? []).filter((filter) => !isOfFlag(filter)),
  }));
  const keyOf = (one: (typeof plain)[number]) =>
    JSON.stringify([one.event, one.math, one.properties]);
  const names = plain.map(keyOf);
  const series = plain
    .filter((one, index) => names.indexOf(keyOf(one)) === index)
    .flatMap((one) =>
      values.map((value) => ({
        ...one,
        custom_name: `${nodeName(one)} · ${value}`,
        properties: [...one.properties, conditionOn(flagKey, value)],
      })),
    );
  return { ...query, series: series.slice(0, MAX_SERIES) };
}

/** Only events with the first value, in the place of any other flag's. */
export function narrowedToFlag<Q extends LifecycleQuery | PathsQuery>(
  query: Q,
  flagKey: string,
  values: readonly string[],
): Q {
  const others = (filterList(query.properties) ?? []).filter((filter) => !isOfFlag(filter));
  return { ...query, properties: [...others, conditionOn(flagKey, values[0] ?? 'true')] };
}
