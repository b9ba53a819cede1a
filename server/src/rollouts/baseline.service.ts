// Refuses plans that watch for what never happens: a guardrail whose event has not arrived lately counts
// nothing, and a misspelt name would pass every gate.
import { fail } from '#kernel/errors';
import { countOutcomes } from '#metrics';
import type { Ctx } from '#platform/ctx';
import type { PlanWire } from './plan.contract.ts';
import type { Plan } from './plan.ts';

/** A week holds every hour and every weekday once. */
const BASELINE_MS = 7 * 86_400_000;
const PATIENCE_MS = 20_000;

/**
 * Asks the event store whether every guardrail's event, with its conditions, has arrived in the last week.
 * @throws invalid_input naming the guardrail, unless it allows to start without; unavailable when the event
 * store does not answer.
 */
export async function refuseWithoutBaseline(
  ctx: Ctx,
  environmentId: number,
  plan: Plan,
  wire: PlanWire,
): Promise<void> {
  if (wire.guardrails.every((guardrail) => guardrail.allow_no_baseline)) return;
  const toMs = ctx.clock.now();
  const question = {
    environmentId,
    fromMs: toMs - BASELINE_MS,
    toMs,
    outcomes: plan.guardrails,
  };
  const counts = await countOutcomes(
    ctx.clickhouse,
    question,
    AbortSignal.timeout(PATIENCE_MS),
  ).catch((cause: unknown) =>
    fail('unavailable', {
      detail: 'The event store does not answer, so the guardrails cannot be checked.',
      cause,
    }),
  );
  for (const [index, { event, filters }] of plan.guardrails.entries()) {
    if (counts[index] !== 0 || wire.guardrails[index]?.allow_no_baseline) continue;
    const narrowed = filters.length > 0 ? ' that meets its conditions' : '';
    fail('invalid_input', {
      attr: `guardrails.${index}.event`,
      detail: `No “${event}” event${narrowed} has arrived in the last seven days. Check its name, or allow this guardrail to start without a baseline (allow_no_baseline).`,
    });
  }
}
