// Whether a flag's outcome may change by itself as time goes by. Answers that were kept then go stale without
// any change of flags or people.
import { isJsonObject } from '#kernel/json';
import { isRelativeDate } from '#properties/dates';
import type { CompiledFlag } from './compile.ts';

/**
 * True for conditions on dates relative to now. Cohorts may hold such, so they count as well. Accepts any JSON as
 * filters.
 */
export function usesClock({ definition, usesCohorts }: CompiledFlag): boolean {
  const filters: Record<string, unknown> = isJsonObject(definition.filters)
    ? definition.filters
    : {};
  const groups = [...listOf(filters.groups), ...listOf(filters.super_groups)];
  return usesCohorts || groups.some(hasRelativeDate);
}

function hasRelativeDate(group: unknown): boolean {
  if (!isJsonObject(group)) return false;
  return listOf(group.properties).some(
    (property) =>
      isJsonObject(property) &&
      typeof property.operator === 'string' &&
      property.operator.startsWith('is_date_') &&
      isRelativeDate(property.value),
  );
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
