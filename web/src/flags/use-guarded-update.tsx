// Changes that other flags may lose something by: the server refuses them until somebody has seen which.
import { useQueryClient } from '@tanstack/react-query';
import { ApiError } from '../api/client.ts';
import { type Flag, flagDependentsQuery, useUpdateFlag } from '../api/flags.ts';
import type { Scope } from '../api/session.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { toastError } from '../ui/toast.ts';
import { Dependents } from './dependents.tsx';

type Change = Parameters<ReturnType<typeof useUpdateFlag>['mutateAsync']>[0];

/** Saves a change; when other flags need what it takes away, names them and asks once more. */
export function useGuardedUpdate(scope: Scope) {
  const update = useUpdateFlag(scope);
  const confirm = useConfirm();
  const queryClient = useQueryClient();
  const save = async (change: Change, done: (flag: Flag) => void): Promise<void> => {
    try {
      done(await update.mutateAsync(change));
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'has_dependents') return toastError(error);
      const query = { ...flagDependentsQuery(scope, change.id), staleTime: 0 };
      const dependents = await queryClient.fetchQuery(query).catch(() => []);
      const answer = await confirm({
        title: 'Other flags need it',
        body: <Dependents flags={dependents} />,
        action: 'Do it anyway',
        tone: 'harm',
      });
      if (answer) await save({ ...change, force: true }, done);
    }
  };
  return { save, isPending: update.isPending };
}
