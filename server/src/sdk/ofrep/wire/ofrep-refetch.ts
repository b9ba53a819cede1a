// The one event of OFREP's streams, and which changes are worth one.
import type { FlagSnapshot, SnapshotChange } from '#flags/snapshot';

/** Browsers call an event without a name `message`, the one that providers listen to. */
export function refetchEvent({ version }: FlagSnapshot) {
  return { id: version, data: { type: 'refetchEvaluation', etag: version } } as const;
}

/** False for edits of flags that are off before and after. Without changed flags, what they look at has changed. */
export function concernsValues({ previous, current, changedKeys }: SnapshotChange): boolean {
  if (changedKeys.length === 0) return true;
  return changedKeys.some((key) =>
    [previous.byKey.get(key), current.byKey.get(key)].some((flag) => flag?.active),
  );
}
