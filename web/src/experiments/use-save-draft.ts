// Saves what a form of an experiment holds, launches it where that is asked for, and goes to its page.
import { useNavigate } from '@tanstack/react-router';
import type { Experiment } from '../api/experiments.ts';
import type { Scope } from '../api/session.ts';
import { useGuarded } from '../changes/use-guarded.tsx';
import { focusFirstProblem } from '../ui/focus-problem.ts';
import { toastDone } from '../ui/toast.ts';
import { said } from './said.ts';
import { useLaunch } from './use-launch.ts';

type Save = (answers: ReturnType<typeof said>) => Promise<Experiment>;

/** One that cannot be launched is kept as a draft; its page says what is to be done. */
export function useSaveDraft(scope: Scope) {
  const navigate = useNavigate();
  const { launch, isPending } = useLaunch(scope);
  const run = useGuarded(scope);
  const save = async (send: Save, isLaunch: boolean) => {
    const saved = await run({ send: (answers) => send(said(answers)) }).catch(() => undefined);
    if (!saved) return focusFirstProblem();
    const { id } = saved;
    if (isLaunch) {
      await launch(id);
    } else {
      toastDone('The draft is saved.');
    }
    await navigate({ to: '/experiments/$experimentId', params: { experimentId: String(id) } });
  };
  return { save, isPending };
}
