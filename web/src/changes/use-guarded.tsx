// The one way to make a change of a flag that the server may refuse until more is said: why it is made, that
// other flags lose something by it, that a rollout is overruled, or the approval of somebody else.
import { useQueryClient } from '@tanstack/react-query';
import { flagDependentsQuery } from '../api/flags.ts';
import type { Scope } from '../api/session.ts';
import { Dependents } from '../flags/dependents.tsx';
import { useConfirm } from '../ui/confirm.tsx';
import type { Question } from '../ui/question.ts';
import { type Answers, askedBy, type Asked, withAnswers } from './asked.ts';
import { type ProposedChange, usePropose } from './proposal.ts';

export type GuardedChange<R> = {
  /** Sends the change with what was answered so far; may be called several times. */
  readonly send: (answers: Answers) => Promise<R>;
  /** The flag that others may need. */
  readonly flagId?: number;
  /**
   * What is proposed where others must approve, on the flag as it is now. Without it that refusal is told
   * as it is.
   */
  readonly proposal?: () => ProposedChange | Promise<ProposedChange>;
  /** What was said before the first try. */
  readonly answers?: Answers;
};

/**
 * Runs changes. The result is undefined when the change was not made: given up, or proposed instead.
 * @throws whatever no answer helps against
 */
export function useGuarded(scope: Scope) {
  const confirm = useConfirm();
  const propose = usePropose();
  const queryClient = useQueryClient();
  const questionFor = async (asked: Asked, flagId: number | undefined): Promise<Question> => {
    if (asked === 'reason') {
      const title = `Why, in ${scope.environment.name}?`;
      return { title, action: 'Save', reason: 'required' };
    }
    if (asked === 'over_rollout') return OVER_ROLLOUT;
    const query = { ...flagDependentsQuery(scope, flagId ?? 0), staleTime: 0 };
    const flags = flagId === undefined ? [] : await queryClient.fetchQuery(query).catch(() => []);
    return {
      title: 'Other flags need it',
      body: <Dependents flags={flags} />,
      action: 'Do it anyway',
      tone: 'harm',
    };
  };
  const run = async <R,>(change: GuardedChange<R>): Promise<R | undefined> => {
    const { send, proposal, flagId, answers = {} } = change;
    try {
      return await send(answers);
    } catch (error) {
      const asked = askedBy(error, answers);
      if (asked === null || (asked === 'approval' && !proposal)) throw error;
      if (asked === 'approval') {
        if (proposal) propose(withAnswers(await proposal(), answers));
        return undefined;
      }
      const answer = await confirm(await questionFor(asked, flagId));
      if (!answer) return undefined;
      const more = asked === 'reason' ? { reason: answer.reason } : { [asked]: true as const };
      return run({ ...change, answers: { ...answers, ...more } });
    }
  };
  return run;
}

const OVER_ROLLOUT: Question = {
  title: 'A rollout moves this flag',
  body: 'It would be overruled: it pauses and asks what to do, and no longer compares who has the change with who has not.',
  action: 'Overrule it',
  tone: 'harm',
};
