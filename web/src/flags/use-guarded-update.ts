// A change of a flag in one press, with whatever the server asks for on the way.
import { useQueryClient } from '@tanstack/react-query';
import { type Flag, flagQuery, useUpdateFlag } from '../api/flags.ts';
import type { Scope } from '../api/session.ts';
import { useGuarded } from '../changes/use-guarded.tsx';
import { toastError } from '../ui/toast.ts';

type Change = Parameters<ReturnType<typeof useUpdateFlag>['mutateAsync']>[0];

/** Saves a change and tells `done` what became of the flag; `title` is what a request of it is called. */
export function useGuardedUpdate(scope: Scope) {
  const update = useUpdateFlag(scope);
  const run = useGuarded(scope);
  const queryClient = useQueryClient();
  const save = async (change: Change, title: string, done: (flag: Flag) => void): Promise<void> => {
    const { id, ...body } = change;
    try {
      const saved = await run({
        flagId: id,
        send: (answers) => update.mutateAsync({ ...change, ...answers }),
        proposal: async () => ({
          flag: await queryClient.fetchQuery(flagQuery(scope, String(id))),
          change: body,
          title,
          ...(body.reason ? { reason: body.reason } : {}),
        }),
      });
      if (saved) done(saved);
    } catch (error) {
      toastError(error);
    }
  };
  return { save, isPending: update.isPending };
}
