// Flags as they were saved, for as long as the store cannot be reached: they never change, and are stale.
import { EnvironmentMemory, type SavedFlags, emptySnapshot } from './environment-memory.service.ts';
import type { FlagSnapshots } from './snapshot.service.ts';

/** Lays out what was saved at `savedAtMs` (milliseconds since the epoch). */
export function openSavedSnapshots(saved: readonly SavedFlags[], savedAtMs: number): FlagSnapshots {
  const byEnvironment = new Map(
    saved.map(({ place, definitions }) => {
      const { environmentId } = place;
      const memory = new EnvironmentMemory(environmentId);
      const flags = definitions.map((definition) => ({
        environmentId,
        flagId: definition.id,
        definition,
      }));
      memory.apply({ ...place, readSeq: place.seq, isWhole: true }, flags);
      return [environmentId, memory] as const;
    }),
  );
  return {
    get: (id) => byEnvironment.get(id)?.snapshot ?? emptySnapshot(id),
    onChange: () => () => undefined,
    staleSinceMs: () => savedAtMs,
    saved: () => [...byEnvironment.values()].map((memory) => memory.saved()),
    settled: async () => undefined,
    look: () => undefined,
    recheck: () => undefined,
    close: () => undefined,
  };
}
