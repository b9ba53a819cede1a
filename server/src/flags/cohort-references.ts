// Which cohorts a flag asks for.
import { isJsonObject } from '#kernel/json';
import type { Filters } from './flag.ts';

/** Ids of the cohorts that the filters name; `filters` may be any stored JSON. */
export function cohortsInFilters(filters: Filters): number[] {
  const { groups, super_groups: early, holdout_groups: held } = filters;
  const properties = [groups, early, held]
    .flatMap((sets) => sets ?? [])
    .flatMap((set) => set.properties ?? []);
  const ids = properties
    .filter((property) => isJsonObject(property) && property.type === 'cohort')
    .map(({ value }) => Number(value));
  return [...new Set(ids.filter((id) => Number.isInteger(id)))];
}
