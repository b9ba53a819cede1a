// What people do with rollouts: create one from a plan, command it. Each verb is one transaction.
import { v7 as uuidv7 } from 'uuid';
import { recordAudit } from '#audit';
import { checkedFilters, findFlag, findKillInForce, type FlagRecord, getFlag } from '#flags';
import { fail, SerinError } from '#kernel/errors';
import type { Verdict } from '#metrics/verdict';
import { type Ctx, inTransaction, type ProjectCtx, userIdOf } from '#platform/ctx';
import { refuseWithoutBaseline } from './baseline.service.ts';
import { announce, carryOut } from './carry-out.service.ts';
import {
  allowedCommands,
  type Command,
  type CommandName,
  decideCommand,
  findFlagObjection,
} from './command.ts';
import { findFlagProblem } from './flag-check.ts';
import { bucketingOf, type FlagBefore, flagStatus } from './flag-status.ts';
import { findLastEvaluation, insertEvent, isOnRecord } from './history.store.ts';
import { nextEvaluationAt } from './look.ts';
import { findPlanProblem, type PlanProblem } from './plan-check.ts';
import { planOf, type PlanWire } from './plan.contract.ts';
import type { Plan } from './plan.ts';
import { draftPosition, move } from './rollout.ts';
import { refuseUnclearedStart } from './start-clearance.service.ts';
import {
  findOpenRollout,
  findRollout,
  insertRollout,
  listRollouts,
  type Rollout,
  type RolloutFilter,
} from './rollouts.store.ts';

/**
 * Saves a rollout as a draft, after checking that its plan can work on its flag.
 * @throws invalid_input naming the field; not_found; conflict when the flag has a running rollout.
 */
export async function createRollout(
  ctx: ProjectCtx,
  wire: PlanWire,
  timeScale: number,
): Promise<Rollout> {
  const plan = planOf(wire);
  refuse(findPlanProblem(plan, timeScale));
  await refuseWithoutBaseline(ctx, ctx.environment.id, plan, wire);
  return inTransaction(ctx, async (tx) => {
    const flag = await flagOf(tx, wire);
    refuse(findFlagProblem(plan, flag));
    await refuseUnusableConditions(tx, plan, flag);
    await refuseSecond(tx, flag);
    const rollout = await insertDraft(tx, plan, wire, flag);
    await recordAudit(tx, {
      projectId: tx.projectId,
      environmentId: tx.environment.id,
      action: 'created',
      resourceKind: 'rollout',
      resourceId: rollout.id,
      after: { flag_key: flag.key, plan: rollout.wire },
    });
    await announce(tx, rollout);
    return rollout;
  });
}

async function insertDraft(
  ctx: ProjectCtx,
  plan: Plan,
  wire: PlanWire,
  flag: FlagRecord,
): Promise<Rollout> {
  const id = uuidv7();
  const at = new Date(ctx.clock.now());
  const { actor } = ctx;
  await insertRollout(ctx.db, {
    id,
    projectId: ctx.projectId,
    environmentId: ctx.environment.id,
    flagId: flag.id,
    wire: { ...wire, environment: ctx.environment.key },
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
    inputs: null,
    idempotencyKey: `rollout:${id}:v1`,
  });
  return getRollout(ctx, id);
}

/** @throws not_found */
export async function getRollout(
  ctx: Ctx & { readonly projectId: number },
  id: string,
): Promise<Rollout> {
  const rollout = await findRollout(ctx.db, id, { projectId: ctx.projectId });
  return rollout ?? fail('not_found', { detail: 'There is no such rollout.' });
}

/** A page of the environment's rollouts, newest first. */
export async function listEnvironmentRollouts(
  ctx: ProjectCtx,
  filter: Omit<RolloutFilter, 'projectId' | 'environmentId'>,
): Promise<{ count: number; rollouts: Rollout[] }> {
  const { projectId, environment } = ctx;
  return listRollouts(ctx.db, { ...filter, projectId, environmentId: environment.id });
}

export type CommandOptions = {
  /** The version that the caller has seen; another one is a conflict. */
  readonly expectedVersion?: number | undefined;
  /** The same key twice carries the command out once. */
  readonly idempotencyKey?: string | undefined;
};

/**
 * Carries a command out at once; only a start needs the event store, to see that the guardrails count
 * something.
 * @throws not_found; what `refuseWithoutBaseline` throws; conflict when the rollout has moved on, or takes no such command in its state.
 */
export async function commandRollout(
  ctx: Ctx & { readonly projectId: number },
  id: string,
  command: Command,
  options: CommandOptions = {},
): Promise<Rollout> {
  const key = options.idempotencyKey && `command:${id}:${command.name}:${options.idempotencyKey}`;
  if (command.name === 'start') await checkGuardrails(ctx, id);
  const verb = async (tx: typeof ctx): Promise<Rollout> => {
    await findRollout(tx.db, id, { projectId: tx.projectId, isLocked: true });
    const rollout = await getRollout(tx, id);
    if (key !== undefined && (await isOnRecord(tx.db, key))) return rollout;
    refuseMoved(rollout, command.name, options.expectedVersion);
    if (command.name === 'start') await refuseUnclearedStart(tx, rollout, command.reason);
    const nowMs = tx.clock.now();
    const { plan } = rollout;
    const start = command.name === 'start' ? await checkStart(tx, rollout) : null;
    const seen = start ?? (await checkFlag(tx, rollout, command.name));
    const position = start ? draftPosition(plan, nowMs) : rollout.position;
    const verdict = await lastVerdict(tx, rollout);
    const transition = decideCommand(command, plan, position, verdict);
    if (transition === null) return rollout;
    const moved = move(position, transition, nowMs);
    await carryOut(tx, rollout, {
      transition,
      position: { ...moved, nextEvalAtMs: nextEvaluationAt(plan, moved, nowMs, null) },
      evaluation: null,
      before: start?.before,
      // Going back is never refused for a change of the flag.
      seenFlagVersion: transition.flag === 'stage' ? seen.version : undefined,
      idempotencyKey: key || undefined,
    });
    return getRollout(tx, id);
  };
  return inTransaction(ctx, verb).catch((error: unknown) => {
    // Two starts at once: the index that keeps one open rollout per flag decides.
    if ((error as { code?: unknown }).code !== UNIQUE_VIOLATION) throw error;
    fail('conflict', {
      detail: 'The flag has got another running rollout meanwhile.',
      cause: error,
    });
  });
}

/** Of PostgreSQL. */
const UNIQUE_VIOLATION = '23505';

/** Asked before the transaction: a store that is slow must not keep the rollout locked. */
async function checkGuardrails(
  ctx: Ctx & { readonly projectId: number },
  id: string,
): Promise<void> {
  const { position, environmentId, plan, wire } = await getRollout(ctx, id);
  if (position.state === 'draft') await refuseWithoutBaseline(ctx, environmentId, plan, wire);
}

async function lastVerdict(ctx: Ctx, { id, position }: Rollout): Promise<Verdict | null> {
  const { stageIndex, attempt } = position;
  const last = await findLastEvaluation(ctx.db, { rolloutId: id, stageIndex, attempt });
  return last?.verdict ?? null;
}

/** The flag as it is right before the rollout takes it over. */
async function checkStart(
  ctx: Ctx,
  rollout: Rollout,
): Promise<{ before: FlagBefore; version: number }> {
  const flag = await findFlag(ctx, rollout.flagId, rollout.environmentId);
  if (!flag || flag.deleted || flag.archived) {
    fail('conflict', { detail: `The flag “${rollout.flagKey}” is archived or deleted.` });
  }
  refuse(findFlagProblem(rollout.plan, flag));
  const kill = await findKillInForce(ctx, flag);
  if (kill) {
    const detail = `The flag’s kill switch “${kill.key}” is on; switch it off before a rollout.`;
    fail('conflict', { attr: 'flag_key', detail });
  }
  await refuseSecond(ctx, flag);
  const before = { active: flag.active, filters: flag.filters, ...bucketingOf(flag) };
  return { before, version: flag.version };
}

/** The flag's version when the command was decided; undefined when there is no flag any more. */
async function checkFlag(
  ctx: Ctx,
  { flagId, environmentId, before, plan, position }: Rollout,
  name: CommandName,
): Promise<{ version: number | undefined }> {
  const flag = await findFlag(ctx, flagId, environmentId);
  const isKilled = flag !== undefined && (await findKillInForce(ctx, flag)) !== undefined;
  const status = before && flagStatus(plan, before, position.stageIndex, flag, isKilled);
  const objection = status && findFlagObjection(name, position, status);
  if (objection) fail('conflict', { detail: objection });
  return { version: flag?.version };
}

async function refuseSecond(
  ctx: Ctx,
  flag: Pick<FlagRecord, 'id' | 'key' | 'environmentId'>,
): Promise<void> {
  const open = await findOpenRollout(ctx.db, flag.id, flag.environmentId);
  if (!open) return;
  fail('conflict', {
    attr: 'flag_key',
    detail: `The flag “${flag.key}” already has a running rollout: ${open.id}.`,
  });
}

function refuseMoved(
  rollout: Rollout,
  name: CommandName,
  expectedVersion: number | undefined,
): void {
  if (expectedVersion !== undefined && expectedVersion !== rollout.version) {
    fail('conflict', {
      attr: 'expected_version',
      detail: `The rollout is at version ${rollout.version} by now, not ${expectedVersion}; look at it again before deciding.`,
    });
  }
  const allowed = allowedCommands(rollout.position.state);
  if (allowed.includes(name)) return;
  const others = allowed.length === 0 ? 'nothing any more' : allowed.join(', ');
  fail('conflict', {
    detail: `A rollout that is ${rollout.position.state.replaceAll('_', ' ')} takes no ${name}; it takes ${others}.`,
  });
}

async function flagOf(ctx: ProjectCtx, wire: PlanWire): Promise<FlagRecord> {
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

/** Conditions of stages obey the same rules as those of flags (usable patterns, numbers, dates). */
async function refuseUnusableConditions(
  ctx: ProjectCtx,
  plan: Plan,
  flag: FlagRecord,
): Promise<void> {
  for (const [index, stage] of plan.stages.entries()) {
    const filters = { groups: [{ properties: stage.properties }] };
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
