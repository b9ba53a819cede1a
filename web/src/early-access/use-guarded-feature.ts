// Changes of early-access features let people's choices decide a flag, or no longer: a protected environment
// asks for a reason, or for the approval of others.
import { useQueryClient } from '@tanstack/react-query';
import { type FlagChange, flagQuery } from '../api/flags.ts';
import type { Scope } from '../api/session.ts';
import type { Answers } from '../changes/asked.ts';
import { useGuarded } from '../changes/use-guarded.tsx';

export type FeaturePart<R> = {
  readonly send: (answers: Pick<Answers, 'reason'>) => Promise<R>;
  /** The flag that is there already; null: one is made with the feature. */
  readonly flagId: number | null;
  readonly name: string;
  /** Whether choices decide the flag afterwards. */
  readonly isEnrolling: boolean;
};

/**
 * Runs them. Where others must approve here, what the flag does is proposed; the feature can be saved once
 * that is applied. The result is undefined when it was not saved.
 */
export function useGuardedFeature(scope: Scope) {
  const run = useGuarded(scope);
  const queryClient = useQueryClient();
  return async <R>({ send, flagId, name, isEnrolling }: FeaturePart<R>): Promise<R | undefined> => {
    const isJudgedHere = scope.environment.protection.required_approvals > 0;
    const proposal = async (id: number) => {
      const flag = await queryClient.fetchQuery(flagQuery(scope, String(id)));
      return {
        flag,
        change: { filters: { ...flag.filters, feature_enrollment: isEnrolling } } as FlagChange,
        title: isEnrolling ? `Let people opt in to ${flag.key}` : `End opting in to ${flag.key}`,
        reason: `For the early-access feature “${name}”, which is saved once this is applied.`,
      };
    };
    const canPropose = flagId !== null && isJudgedHere;
    return run({
      send: ({ reason }) => send(reason ? { reason } : {}),
      ...(canPropose ? { proposal: () => proposal(flagId) } : {}),
    });
  };
}
