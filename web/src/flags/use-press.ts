// One press on a flag that does more than set a field: everybody gets it, or a version comes back.
import { type FlagVersion, type Press, usePress } from '../api/flag-upkeep.ts';
import type { Flag, FlagChange } from '../api/flags.ts';
import { useGuarded } from '../changes/use-guarded.tsx';
import { toastDone, toastError } from '../ui/toast.ts';
import type { FlagPartProps } from './flag-part.ts';
import { restoredFields } from './version-words.ts';

/** A press, what is told when it worked, and the same as a change that others can approve. */
export type GuardedPress = {
  readonly press: Press;
  readonly done: string;
  readonly title: string;
  readonly change: FlagChange;
};

/** Presses; true when it worked. */
export function useAskedPress({ flag, scope }: FlagPartProps) {
  const press = usePress(scope, flag);
  const run = useGuarded(scope);
  const send = async ({ press: what, done, title, change }: GuardedPress): Promise<boolean> => {
    const { reason } = what.body;
    try {
      const changed = await run({
        flagId: flag.id,
        send: (answers) => press.mutateAsync({ ...what, body: { ...what.body, ...answers } }),
        proposal: () => ({ flag, change, title, ...(reason ? { reason } : {}) }),
      });
      if (changed) toastDone(done);
      return changed !== undefined;
    } catch (error) {
      toastError(error);
      return false;
    }
  };
  return { send, isPending: press.isPending };
}

/** What restoring a version changes of a flag, as a request says it. */
export function restoringChange(flag: Flag, version: FlagVersion['flag']): FlagChange {
  const { kill_switch_id: killSwitchId } = version;
  return {
    ...restoredFields(version),
    kill_switch: killSwitchId === null ? null : String(killSwitchId),
    version: flag.version,
  } as FlagChange;
}
