// Group types as choices of a menu.
import { groupTypeName } from '../targeting/names.ts';

/** By index as text; `chosen` stays a choice even when the environment does not know its type. */
export function groupChoices(
  groupTypes: readonly (string | undefined)[] = [],
  chosen: number | null = null,
): { value: string; label: string }[] {
  const known = groupTypes.flatMap((name, index) =>
    name === undefined ? [] : [{ value: String(index), label: name }],
  );
  if (chosen === null || groupTypes[chosen] !== undefined) return known;
  return [...known, { value: String(chosen), label: groupTypeName(chosen, {}) }];
}
