// Who a plan is about, and by what it can be taken back, in the environment of its flag.
import { type FlagRecord, findUsableSwitch } from '#flags';
import { findGroupTypes } from '#identity';
import type { Ctx } from '#platform/ctx';
import { findFlagProblem } from '../flag/flag-check.ts';
import type { PlanProblem } from './plan-check.ts';
import type { Plan } from './plan.ts';

/** The first reason why a plan cannot run on its flag, whoever it is given to; null when it can. */
export async function findProblemOf(
  ctx: Ctx,
  plan: Plan,
  flag: FlagRecord,
): Promise<PlanProblem | null> {
  const { unit } = plan;
  const types = unit === null ? null : await findGroupTypes(ctx.db, flag.environmentId);
  const problem = findFlagProblem(plan, flag, unit === null ? undefined : types?.get(unit));
  if (problem || plan.policy.rollbackTo !== 'kill') return problem;
  const reason =
    'This flag has no kill switch that takes it from everyone: give it one, or go back in another way.';
  return (await findUsableSwitch(ctx, flag)) ? null : { field: 'policy.rollback_to', reason };
}
