// Conditions on groups name a type by its number in one environment; in another the same type may have
// another number, or none yet.
import type { Filters, Group, Property } from '#flags/flag';

type Names = readonly (string | undefined)[];

/** The filters with group types renumbered, or the name (or number) of the first type that is missing. */
export function withGroupTypes(
  filters: Filters,
  names: { readonly from: Names; readonly to: Names },
): Filters | { readonly missing: string } {
  const missing: string[] = [];
  const renumber = (index: number): number => {
    const name = names.from[index];
    const other = name === undefined ? -1 : names.to.indexOf(name);
    if (other < 0) missing.push(name ?? String(index));
    return other;
  };
  const property = (one: Property): Property =>
    typeof one.group_type_index === 'number'
      ? { ...one, group_type_index: renumber(one.group_type_index) }
      : one;
  const group = (one: Group): Group => ({
    ...one,
    ...(one.properties ? { properties: one.properties.map(property) } : {}),
    ...(typeof one.aggregation_group_type_index === 'number'
      ? { aggregation_group_type_index: renumber(one.aggregation_group_type_index) }
      : {}),
  });
  const own = filters.aggregation_group_type_index;
  const renumbered: Filters = {
    ...filters,
    groups: filters.groups.map(group),
    ...(filters.super_groups ? { super_groups: filters.super_groups.map(group) } : {}),
    ...(typeof own === 'number' ? { aggregation_group_type_index: renumber(own) } : {}),
  };
  const [first] = missing;
  return first === undefined ? renumbered : { missing: first };
}
