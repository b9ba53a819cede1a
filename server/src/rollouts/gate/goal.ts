// What somebody waits for in a rollout, and whether the wait is over.
import type { RolloutState } from './rollout.ts';

/** A stage by its place in the plan: reached as well by any later one. */
export type Goal =
  | { readonly kind: 'completed' | 'rolled_back' }
  | { readonly kind: 'stage'; readonly index: number };

/** reached; held: a person is needed; rolled_back, over: it cannot be reached any more. */
export type WaitEnd = 'reached' | 'held' | 'rolled_back' | 'over';

export const GOAL_KINDS = ['completed', 'rolled_back', 'stage'] as const;

/** How a wait has ended; null while there is something to wait for. @param endsOnHold holds and missing approvals end it */
export function endOfWait(
  { state, stageIndex }: { readonly state: RolloutState; readonly stageIndex: number },
  goal: Goal,
  endsOnHold: boolean,
): WaitEnd | null {
  switch (state) {
    case 'rolled_back':
      return goal.kind === 'rolled_back' ? 'reached' : 'rolled_back';
    case 'completed':
      return goal.kind === 'rolled_back' ? 'over' : 'reached';
    case 'cancelled':
      return 'over';
    case 'draft':
    case 'scheduled':
    case 'rolling_back':
      return null;
    default: {
      if (goal.kind === 'stage' && stageIndex >= goal.index) return 'reached';
      const isHeld = state === 'holding' || state === 'awaiting_approval';
      return endsOnHold && isHeld ? 'held' : null;
    }
  }
}
