// Changes that the server refuses until more is said: which flags lose something by them, why they are made,
// or the approval of somebody else.
import { useQueryClient } from '@tanstack/react-query';
import { ApiError } from '../api/client.ts';
import { type Flag, flagDependentsQuery, flagQuery, useUpdateFlag } from '../api/flags.ts';
import type { Scope } from '../api/session.ts';
import { needsApproval, usePropose } from '../changes/proposal.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { toastError } from '../ui/toast.ts';
import { Dependents } from './dependents.tsx';

type Change = Parameters<ReturnType<typeof useUpdateFlag>['mutateAsync']>[0];

/**
 * Saves a change. When other flags need what it takes away, it names them and asks once more; where the
 * environment asks for a reason, so does it; where others must approve, it offers to propose the change.
 */
export function useGuardedUpdate(scope: Scope) {
  const update = useUpdateFlag(scope);
  const confirm = useConfirm();
  const propose = usePropose();
  const queryClient = useQueryClient();
  const save = async (change: Change, done: (flag: Flag) => void): Promise<void> => {
    try {
      done(await update.mutateAsync(change));
    } catch (error) {
      if (needsApproval(error)) return proposeInstead(change);
      if (asksWhy(error)) return askWhy(change, done);
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
  const askWhy = async (change: Change, done: (flag: Flag) => void): Promise<void> => {
    const title = `Why, in ${scope.environment.name}?`;
    const answer = await confirm({ title, action: 'Save', reason: 'required' });
    if (answer) await save({ ...change, reason: answer.reason }, done);
  };
  const proposeInstead = async ({ id, ...change }: Change): Promise<void> => {
    const flag = await queryClient.fetchQuery(flagQuery(scope, String(id)));
    propose({ flag, change, title: `Change ${flag.key}`, reason: change.reason ?? '' });
  };
  return { save, isPending: update.isPending };
}

const asksWhy = (error: unknown): boolean =>
  error instanceof ApiError && error.code === 'required' && error.attr === 'reason';
