// Waiting for a rollout, for a bounded time: programs learn at once what it comes to, without asking again and again.
import type { ProjectCtx } from '#platform/ctx';
import { endOfWait, type Goal } from './gate/goal.ts';
import { describeRollout, type RolloutDetail } from './read.service.ts';

/** A word of another replica may be lost, so it is looked again after this. */
const LOOK_AGAIN_MS = 5_000;

export type Waiting = {
  readonly goal: Goal;
  readonly endsOnHold: boolean;
  readonly timeoutMs: number;
  /** Aborted when nobody waits any more: whoever asks has gone, or the server stops. */
  readonly signal: AbortSignal;
};

/** The rollout when the wait is over: by its end, or by its time. @throws not_found */
export async function waitForRollout(
  ctx: ProjectCtx,
  id: string,
  { goal, endsOnHold, timeoutMs, signal }: Waiting,
): Promise<RolloutDetail> {
  const ends = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  let wake = Promise.withResolvers<void>();
  const onNews = () => wake.resolve();
  const stop = ctx.events.on('rollout.changed', ({ rolloutId }) => {
    if (rolloutId === id) onNews();
  });
  ends.addEventListener('abort', onNews);
  const again = setInterval(onNews, LOOK_AGAIN_MS);
  try {
    for (;;) {
      wake = Promise.withResolvers<void>();
      const detail = await describeRollout(ctx, id);
      const isOver = endOfWait(detail.rollout.position, goal, endsOnHold) !== null;
      if (isOver || ends.aborted) return detail;
      await wake.promise;
    }
  } finally {
    clearInterval(again);
    stop();
  }
}
