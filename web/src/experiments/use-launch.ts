// Launches an experiment, and asks first where an event that it counts has not come lately.
import { ApiError } from '../api/client.ts';
import { useExperimentVerb } from '../api/experiments.ts';
import type { Scope } from '../api/session.ts';
import { useGuarded } from '../changes/use-guarded.tsx';
import { useConfirm } from '../ui/confirm.tsx';
import { toastDone, toastError } from '../ui/toast.ts';
import { said } from './said.ts';

export function useLaunch(scope: Scope) {
  const verb = useExperimentVerb(scope);
  const run = useGuarded(scope);
  const confirm = useConfirm();
  const launch = async (id: number, more: { allow_unknown_events?: true } = {}): Promise<void> => {
    try {
      const send = (body: object) => verb.mutateAsync({ id, verb: 'launch', body });
      const launched = await run({ send: (answers) => send({ ...said(answers), ...more }) });
      if (launched) toastDone('The experiment runs.');
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'unknown_event') return toastError(error);
      const answer = await confirm({
        title: 'Launch all the same?',
        body: `${error.message.replace(' (allow_unknown_events)', '')} Until it comes, the experiment counts nothing there.`,
        action: 'Launch all the same',
      });
      if (answer) await launch(id, { allow_unknown_events: true });
    }
  };
  return { launch, isPending: verb.isPending };
}
