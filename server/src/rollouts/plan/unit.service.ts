// Who a plan is about, in the environment of its flag.
import type { FlagRecord } from '#flags';
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
  return findFlagProblem(plan, flag, unit === null ? undefined : types?.get(unit));
}
