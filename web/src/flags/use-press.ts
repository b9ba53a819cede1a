// One press on a flag, asked about a second time when a guarded rollout would be overruled.
import { ApiError } from '../api/client.ts';
import { type Press, usePress } from '../api/flag-upkeep.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { toastDone, toastError } from '../ui/toast.ts';
import type { FlagPartProps } from './flag-part.ts';

/** Presses, and tells `done` when it worked. */
export function useAskedPress({ flag, scope }: FlagPartProps) {
  const press = usePress(scope, flag);
  const confirm = useConfirm();
  const send = async (what: Press, done: string): Promise<boolean> => {
    try {
      await press.mutateAsync(what);
      toastDone(done);
      return true;
    } catch (error) {
      const isOverRollout = error instanceof ApiError && error.attr === 'over_rollout';
      if (!isOverRollout || what.body.over_rollout) {
        toastError(error);
        return false;
      }
      const answer = await confirm({
        title: 'A rollout moves this flag',
        body: 'It would be overruled: it pauses and asks what to do, and no longer compares who has the change with who has not.',
        action: 'Overrule it',
        tone: 'harm',
      });
      return answer ? send({ ...what, body: { ...what.body, over_rollout: true } }, done) : false;
    }
  };
  return { send, isPending: press.isPending };
}
