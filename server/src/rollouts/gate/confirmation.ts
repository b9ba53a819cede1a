// Whether a rollback has arrived. The flag is taken back with the decision itself; what is waited for is that every
// process that answers flag requests serves it so.
import type { Position, Transition } from './rollout.ts';
import { stuckKey } from './noted.ts';
import { note, transitionTo } from './transition.ts';

/** Between two questions to those that have not confirmed. */
export const CONFIRM_AGAIN_MS = 5_000;
/** After the deadline: those that have not answered by then are taken for dead, for nothing more can come of it. */
const GIVE_UP_MS = 540_000;

/** The end of a rollback, or the word that it is stuck; null while it is waited for. @param missing who does not confirm */
export function confirmRollback(
  position: Position,
  missing: string | null,
  nowMs: number,
): Transition | null {
  const end = (reason: string) =>
    transitionTo(position, 'rolled_back', 'rolled_back', ['The flag has been taken back.', reason]);
  if (missing === null) return end('Every connected replica serves it so.');
  const lateMs = nowMs - (position.deadlineAtMs ?? nowMs);
  if (lateMs < 0) return null;
  if (lateMs >= GIVE_UP_MS) {
    return end(`Within ten minutes ${missing} did not confirm it: check that nothing old runs on.`);
  }
  return stuck(position, 'serve', [
    `The flag was taken back a minute ago, and ${missing} did not confirm it: people may still have the change there. Check that process, or end it.`,
  ]);
}

/** Says once that a rollback cannot be written, or that somebody does not serve it; null when it was said. */
export function stuck(
  position: Position,
  trouble: 'write' | 'serve',
  reasons: readonly string[],
): Transition | null {
  const key = stuckKey(trouble);
  if (position.noted.includes(key)) return null;
  return { ...note(position, [key], reasons), type: 'rollback_stuck', deadlineAtMs: null };
}
