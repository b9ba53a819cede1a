// Asks before unsaved edits are left behind.
import { useBlocker } from '@tanstack/react-router';
import { useConfirm } from '../ui/confirm.tsx';

/** While `isDirty`, another page or environment is opened only after a yes. */
export function useLeaveGuard(isDirty: boolean): void {
  const confirm = useConfirm();
  useBlocker({
    disabled: !isDirty,
    enableBeforeUnload: isDirty,
    shouldBlockFn: async ({ current, next }) => {
      const isSamePage =
        current.pathname === next.pathname &&
        (current.search as { environment?: string }).environment ===
          (next.search as { environment?: string }).environment;
      if (isSamePage) return false;
      const leave = await confirm({
        title: 'Leave without saving?',
        body: 'Your changes to this flag are not saved yet.',
        action: 'Leave',
        tone: 'harm',
      });
      return leave === null;
    },
  });
}
