// Between the store's hash keys, by flag number, and evaluation's, by flag key.
import type { FlagSet } from './flag-set.ts';
import type { Subject } from './subject.ts';

/** What flags that keep the experience across login bucket a person by; undefined when none does. */
export function hashKeyOverridesOf(
  set: FlagSet,
  hashKeys: ReadonlyMap<number, string>,
): Subject['hashKeyOverrides'] {
  if (hashKeys.size === 0) return undefined;
  return Object.fromEntries(
    set.keepingExperience.flatMap(({ key, definition }) => {
      const hashKey = hashKeys.get(definition.id);
      return hashKey === undefined ? [] : [[key, hashKey]];
    }),
  );
}
