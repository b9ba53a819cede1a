// Forces a flag for single people; a protected environment asks why, and nobody's approval.
import { type OverrideChange, useOverride } from '../api/flag-people.ts';
import type { Scope } from '../api/session.ts';
import { useGuarded } from '../changes/use-guarded.tsx';

export function useGuardedOverride(scope: Scope) {
  const override = useOverride(scope);
  const run = useGuarded(scope);
  return {
    /** True when it is set, false when it was given up. Rejects with what else the server says. */
    set: async (change: OverrideChange): Promise<boolean> => {
      const set = await run({
        send: ({ reason }) => override.mutateAsync({ ...change, ...(reason ? { reason } : {}) }),
      });
      return set !== undefined;
    },
    isPending: override.isPending,
    error: override.error,
  };
}
