// Rollbacks that are decided and cannot be written: the rollout stays where it is, and nothing but the log would say so.
import { type Ctx, inTransaction } from '#platform/ctx';
import { stuck } from '../gate/confirmation.ts';
import { move, ROLLBACK_MS } from '../gate/rollout.ts';
import { findRollout } from '../kept/rollouts.store.ts';
import { carryOut } from './carry-out.service.ts';

/** Between two attempts. */
export const WRITE_AGAIN_MS = 1_000;

/** Since when rollbacks fail, of one controller. */
export class LateRollbacks {
  readonly #sinceMs = new Map<string, number>();

  written(rolloutId: string): void {
    this.#sinceMs.delete(rolloutId);
  }

  /** Tells people, once, of one that fails for a minute. */
  async failed(ctx: Ctx, rolloutId: string, error: unknown): Promise<void> {
    const nowMs = ctx.clock.now();
    const sinceMs = this.#sinceMs.get(rolloutId) ?? nowMs;
    this.#sinceMs.set(rolloutId, sinceMs);
    if (nowMs - sinceMs >= ROLLBACK_MS) await tell(ctx, rolloutId, error);
  }
}

async function tell(ctx: Ctx, rolloutId: string, error: unknown): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const rollout = await findRollout(tx.db, rolloutId, { isLocked: true });
    if (!rollout) return;
    const why = (error instanceof Error ? error.message : String(error)).slice(0, 500);
    const nowMs = tx.clock.now();
    const transition = stuck(rollout.position, [
      `Harm is beyond doubt, and for a minute the rollback could not be written: ${why}. Switch the flag off by hand.`,
    ]);
    if (transition === null) return;
    const nextEvalAtMs = nowMs + WRITE_AGAIN_MS;
    const position = { ...move(rollout.position, transition, nowMs), nextEvalAtMs };
    await carryOut(tx, rollout, { transition, position, evaluation: null });
  });
}
