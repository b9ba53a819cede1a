// Waiting for a rollout, for a bounded time: programs learn at once what it comes to, without asking again and again.
import { fail } from '#kernel/errors';
import type { ProjectCtx } from '#platform/ctx';
import { endOfWait, type Goal } from './gate/goal.ts';
import { detailOf, type RolloutDetail } from './read.service.ts';
import { getRollout } from './rollouts.service.ts';

/** A word of another replica may be lost, so it is looked again after this. */
const LOOK_AGAIN_MS = 5_000;
/** Of an environment at a time, in this process: each of them asks the database again and again. */
export const MOST_WAITING = 100;

export type Waiting = {
  readonly goal: Goal;
  readonly endsOnHold: boolean;
  readonly timeoutMs: number;
  /** Aborted when nobody waits any more: whoever asks has gone, or the server stops. */
  readonly signal: AbortSignal;
};

/** Those who wait in one process. */
export class Waits {
  readonly #byEnvironment = new Map<number, number>();

  /** The rollout when the wait is over: by its end, or by its time. @throws not_found; unavailable when too many wait */
  async wait(ctx: ProjectCtx, id: string, waiting: Waiting): Promise<RolloutDetail> {
    const { id: environmentId } = ctx.environment;
    const before = this.#byEnvironment.get(environmentId) ?? 0;
    if (before >= MOST_WAITING) fail('unavailable', TOO_MANY);
    this.#byEnvironment.set(environmentId, before + 1);
    try {
      return await waitForRollout(ctx, id, waiting);
    } finally {
      const left = (this.#byEnvironment.get(environmentId) ?? 1) - 1;
      if (left > 0) this.#byEnvironment.set(environmentId, left);
      else this.#byEnvironment.delete(environmentId);
    }
  }
}

const TOO_MANY = {
  detail: `${MOST_WAITING} requests wait for rollouts of this environment already.`,
  retryAfterSeconds: LOOK_AGAIN_MS / 1000,
};

async function waitForRollout(
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
      const rollout = await getRollout(ctx, id);
      const isOver = endOfWait(rollout.position, goal, endsOnHold) !== null;
      if (isOver || ends.aborted) return await detailOf(ctx, rollout);
      await wake.promise;
    }
  } finally {
    clearInterval(again);
    stop();
  }
}
