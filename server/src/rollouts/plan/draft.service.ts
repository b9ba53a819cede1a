// Plans of people: saved as a draft, checked against their flag.
import { v7 as uuidv7 } from 'uuid';
import { recordAudit } from '#audit';
import { checkedFilters, findFlagNamed, type FlagRecord, getFlag } from '#flags';
import { fail, SerinError } from '#kernel/errors';
import { canonicalJson } from '#kernel/json';
import { inTransaction, type ProjectCtx, userIdOf } from '#platform/ctx';
import { refuseWithoutBaseline } from './baseline.service.ts';
import { announce } from '../running/carry-out.service.ts';
import { findOnRecord, insertEvent } from '../kept/history.store.ts';
import { findPlanProblem, type PlanProblem } from './plan-check.ts';
import { planOf, type PlanWire } from './plan.contract.ts';
import type { Plan } from './plan.ts';
import { draftPosition } from '../gate/rollout.ts';
import { getRollout } from '../rollouts.service.ts';
import { insertRollout, type Rollout } from '../kept/rollouts.store.ts';
import { refuseSecond } from '../start.service.ts';
import { findProblemOf } from './unit.service.ts';

/**
 * Saves a rollout as a draft, after checking that its plan can work on its flag.
 * @param requestKey the same key twice, with the same plan, makes one rollout
 * @throws invalid_input naming the field; not_found; conflict when the flag has a running rollout, or the key was used
 * for another plan
 */
export async function createRollout(
  ctx: ProjectCtx,
  wire: PlanWire,
  timeScale: number,
  requestKey?: string,
): Promise<Rollout> {
  const key = requestKey && `create:${ctx.environment.id}:${requestKey}`;
  const made = key && (await findMade(ctx, wire, key));
  if (made) return made;
  const plan = planOf(wire);
  refuse(findPlanProblem(plan, timeScale));
  await refuseWithoutBaseline(ctx, ctx.environment.id, plan, wire);
  return inTransaction(ctx, async (tx) => {
    const flag = await flagOf(tx, wire);
    refuse(await findProblemOf(tx, plan, flag));
    await refuseUnusableConditions(tx, plan, flag);
    await refuseSecond(tx, flag);
    await refuseUnusableBanner(tx, wire);
    const rollout = await insertDraft(tx, plan, wire, flag, key || undefined);
    await recordAudit(tx, {
      projectId: tx.projectId,
      environmentId: tx.environment.id,
      action: 'created',
      resourceKind: 'rollout',
      resourceId: rollout.id,
      resourceLabel: flag.key,
      after: { flag_key: flag.key, plan: rollout.wire },
    });
    await announce(tx, rollout);
    return rollout;
  });
}

const keptWire = (ctx: ProjectCtx, wire: PlanWire): PlanWire => ({
  ...wire,
  environment: ctx.environment.key,
});

/** The rollout that an earlier request with this key has made. */
async function findMade(
  ctx: ProjectCtx,
  wire: PlanWire,
  key: string,
): Promise<Rollout | undefined> {
  const id = await findOnRecord(ctx.db, key);
  if (id === undefined) return undefined;
  const rollout = await getRollout(ctx, id);
  const isSame = canonicalJson(rollout.wire) === canonicalJson(keptWire(ctx, wire));
  // Whoever has changed the plan since has not made another rollout.
  if (isSame || rollout.planVersion > 1) return rollout;
  return fail('conflict', { detail: 'This Idempotency-Key was used for another plan.' });
}

async function insertDraft(
  ctx: ProjectCtx,
  plan: Plan,
  wire: PlanWire,
  flag: FlagRecord,
  key: string | undefined,
): Promise<Rollout> {
  const id = uuidv7();
  const at = new Date(ctx.clock.now());
  const { actor } = ctx;
  await insertRollout(ctx.db, {
    id,
    projectId: ctx.projectId,
    environmentId: ctx.environment.id,
    flagId: flag.id,
    wire: keptWire(ctx, wire),
    position: draftPosition(plan, at.getTime()),
    createdBy: actor.label,
    createdByUser: userIdOf(ctx),
    at,
  });
  await insertEvent(ctx.db, {
    rolloutId: id,
    at,
    actorKind: actor.kind,
    actorLabel: actor.label,
    type: 'created',
    fromState: 'draft',
    toState: 'draft',
    stageIndex: 0,
    reasons: [],
    evaluationId: null,
    deadlineAt: null,
    inputs: null,
    idempotencyKey: key ?? `rollout:${id}:v1`,
  });
  return getRollout(ctx, id);
}

/** The flag that a plan is about. @throws invalid_input */
export async function flagOf(
  ctx: ProjectCtx,
  wire: Pick<PlanWire, 'flag_key' | 'environment'>,
): Promise<FlagRecord> {
  if (wire.environment !== undefined && wire.environment !== ctx.environment.key) {
    fail('invalid_input', {
      attr: 'environment',
      detail: `The plan is for “${wire.environment}”, the request for “${ctx.environment.key}”: add ?environment=${wire.environment}.`,
    });
  }
  const flag = await getFlag(ctx, wire.flag_key).catch((error: unknown) => {
    if (!(error instanceof SerinError) || error.code !== 'not_found') throw error;
    return undefined;
  });
  if (!flag || flag.deleted || flag.archived || flag.key !== wire.flag_key) {
    fail('invalid_input', {
      attr: 'flag_key',
      detail: `The project has no flag “${wire.flag_key}”.`,
    });
  }
  return flag;
}

/** The flag of the banner is another one, and a boolean: its payload is the text. */
async function refuseUnusableBanner(ctx: ProjectCtx, wire: PlanWire): Promise<void> {
  const { banner } = wire.policy;
  if (banner === null) return;
  const attr = 'policy.banner.flag_key';
  const flag = await findFlagNamed(ctx, banner.flag_key);
  if (!flag || flag.key !== banner.flag_key || flag.archived || flag.deleted) {
    fail('invalid_input', { attr, detail: `The project has no flag “${banner.flag_key}”.` });
  }
  if (flag.key === wire.flag_key) {
    fail('invalid_input', { attr, detail: 'The banner needs a flag of its own.' });
  }
  if ((flag.filters.multivariate?.variants ?? []).length > 0) {
    fail('invalid_input', { attr, detail: 'The banner needs a flag without variants.' });
  }
}

/** Conditions of stages obey the same rules as those of flags (usable patterns, numbers, dates). */
export async function refuseUnusableConditions(
  ctx: ProjectCtx,
  plan: Plan,
  flag: FlagRecord,
): Promise<void> {
  for (const [index, stage] of plan.stages.entries()) {
    const { aggregation_group_type_index: byGroup } = flag.filters;
    const filters = {
      groups: [{ properties: stage.properties }],
      ...(typeof byGroup === 'number' ? { aggregation_group_type_index: byGroup } : {}),
    };
    await checkedFilters(ctx, filters, flag).catch((error: unknown) => {
      if (!(error instanceof SerinError) || error.attr === null) throw error;
      const attr = error.attr.replace('filters.groups.0', `stages.${index}`);
      fail(error.code, { attr, detail: error.message, cause: error });
    });
  }
}

function refuse(problem: PlanProblem | null): void {
  if (problem) fail('invalid_input', { attr: problem.field, detail: problem.reason });
}
