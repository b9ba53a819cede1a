// Follows one rollout to its end and tells it while it happens.
import { setTimeout as sleep } from 'node:timers/promises';
import type { RolloutWire } from '../../server/src/rollouts/rollout-body.contract.ts';
import type { Management } from './management.ts';

const POLL_MS = 250;
const FINAL = new Set(['completed', 'rolled_back', 'cancelled']);

/** Prints every decision with its reasons; resolves when the rollout has ended, or the time is up. */
export async function followRollout(
  management: Management,
  id: string,
  limitMs: number,
): Promise<RolloutWire> {
  const startedAt = performance.now();
  let told = 0;
  for (;;) {
    // First the state, then its decisions: what ended the rollout is among them.
    const rollout = await management.rollout(id);
    const decisions = await management.decisions(id);
    for (const decision of decisions.slice(told)) {
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1).padStart(6);
      const stage = rollout.stages[decision.stage_index]?.name ?? '';
      console.log(`${seconds} s  ${decision.type.replaceAll('_', ' ')} (${stage})`);
      for (const reason of decision.reasons) console.log(`            ${reason}`);
    }
    told = decisions.length;
    if (FINAL.has(rollout.state) || performance.now() - startedAt > limitMs) return rollout;
    await sleep(POLL_MS);
  }
}
