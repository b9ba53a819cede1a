// Rollbacks that are decided and cannot be written: the rollout stays where it is, and nothing but the log would say so.
import { type Ctx, inTransaction } from '#platform/ctx';
import { stuck } from '../gate/confirmation.ts';
import { move, ROLLBACK_MS } from '../gate/rollout.ts';
import { findRollout, type Rollout } from '../kept/rollouts.store.ts';
import { carryOut } from './carry-out.service.ts';

/** Between two attempts. */
export const WRITE_AGAIN_MS = 1_000;

/** Since when rollbacks fail, of one controller. */
export class LateRollbacks {
  readonly #sinceMs = new Map<string, number>();

  /** A decision was written, whatever it is. */
  written(rolloutId: string): void {
    this.#sinceMs.delete(rolloutId);
  }

  /** Tells people, once, of one that fails for a minute. @param rollout as it was decided on */
  async failed(ctx: Ctx, rollout: Rollout, error: unknown): Promise<void> {
    const nowMs = ctx.clock.now();
    const sinceMs = this.#sinceMs.get(rollout.id) ?? nowMs;
    this.#sinceMs.set(rollout.id, sinceMs);
    if (nowMs - sinceMs >= ROLLBACK_MS) await tell(ctx, rollout, error);
  }
}

async function tell(ctx: Ctx, { id, version }: Rollout, error: unknown): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const rollout = await findRollout(tx.db, id, { isLocked: true });
    // Somebody else has taken it back meanwhile, or called it off.
    if (rollout?.version !== version) return;
    const why = (error instanceof Error ? error.message : String(error)).slice(0, 500);
    const nowMs = tx.clock.now();
    const transition = stuck(rollout.position, 'write', [
      `Harm is beyond doubt, and for a minute the rollback could not be written: ${why}. Switch the flag off by hand.`,
    ]);
    if (transition === null) return;
    const nextEvalAtMs = nowMs + WRITE_AGAIN_MS;
    const position = { ...move(rollout.position, transition, nowMs), nextEvalAtMs };
    await carryOut(tx, rollout, { transition, position, evaluation: null });
  });
}
