// Starts: what must be true of flag and plan, busy hours, and rollouts that start at their time.
import { findFlag, findKillInForce, findRunningExperiment, type FlagRecord } from '#flags';
import { bucketingOf } from '#flags/assignment';
import { fail, SerinError } from '#kernel/errors';
import { findBusyHours } from '#metrics';
import { type Ctx, inTransaction } from '#platform/ctx';
import type { Sources } from '#sources';
import { findProblemOf } from './plan/unit.service.ts';
import { measureBaselines, refuseWithoutBaseline } from './plan/baseline.service.ts';
import { announce, carryOut } from './running/carry-out.service.ts';
import { nextOpening } from './plan/change-window.ts';
import { decideCommand } from './gate/command.ts';
import type { FlagBefore } from './flag/flag-status.ts';
import { nextEvaluationAt } from './gate/look.ts';
import type { PlanProblem } from './plan/plan-check.ts';
import type { Plan } from './plan/plan.ts';
import { refuseUnreadable } from './plan/trial-reading.service.ts';
import { draftPosition, move } from './gate/rollout.ts';
import {
  findOpenRollout,
  findRollout,
  findUnseenRollback,
  type Rollout,
  type RolloutChange,
  saveRollout,
} from './kept/rollouts.store.ts';

/** The flag as it is right before the rollout takes it over. */
export async function checkStart(
  ctx: Ctx,
  rollout: Rollout,
): Promise<{ before: FlagBefore; version: number }> {
  const flag = await findFlag(ctx, rollout.flagId, rollout.environmentId);
  if (!flag || flag.deleted || flag.archived) {
    fail('conflict', { detail: `The flag “${rollout.flagKey}” is archived or deleted.` });
  }
  refuse(await findProblemOf(ctx, rollout.plan, flag));
  const kill = await findKillInForce(ctx, flag);
  if (kill) {
    const detail = `The flag’s kill switch “${kill.key}” is on; switch it off before a rollout.`;
    fail('conflict', { attr: 'flag_key', detail });
  }
  await refuseSecond(ctx, flag);
  await refuseUnseenRollback(ctx, flag);
  const before = { active: flag.active, filters: flag.filters, ...bucketingOf(flag) };
  return { before, version: flag.version };
}

/** @throws conflict when the flag has a running rollout, or an experiment runs on it */
export async function refuseSecond(
  ctx: Ctx,
  flag: Pick<FlagRecord, 'id' | 'key' | 'environmentId'>,
): Promise<void> {
  const experiment = await findRunningExperiment(ctx.db, flag.id, flag.environmentId);
  if (experiment) {
    const detail = `The experiment “${experiment.name}” runs on the flag “${flag.key}”; stop it first.`;
    fail('conflict', { attr: 'flag_key', detail });
  }
  const open = await findOpenRollout(ctx.db, flag.id, flag.environmentId);
  if (!open) return;
  fail('conflict', {
    attr: 'flag_key',
    detail: `The flag “${flag.key}” already has a running rollout: ${open.id}.`,
  });
}

/**
 * What was rolled back is looked at by somebody before more people get it again.
 * @throws conflict
 */
async function refuseUnseenRollback(
  ctx: Ctx,
  flag: Pick<FlagRecord, 'id' | 'key' | 'environmentId'>,
): Promise<void> {
  const unseen = await findUnseenRollback(ctx.db, flag.id, flag.environmentId);
  if (!unseen) return;
  fail('conflict', {
    attr: 'flag_key',
    detail: `The flag “${flag.key}” was taken back (${unseen.id}), and nobody has acknowledged that yet: look at it first.`,
  });
}

/** What is known only from events, and holds from the start on. */
type Prepared = Pick<RolloutChange, 'peak_hours' | 'baselines'>;

/**
 * Asked before the transaction, because a store that is slow must not keep the rollout locked: whether the
 * guardrails count something and what they looked like so far, and which hours are busy.
 * @throws what `refuseWithoutBaseline`, `refuseUnreadable` and `measureBaselines` throw
 */
export async function prepareStart(
  ctx: Ctx,
  rollout: Rollout,
  sources?: Pick<Sources, 'read'>,
): Promise<Prepared> {
  const { environmentId, plan, wire } = rollout;
  await refuseWithoutBaseline(ctx, environmentId, plan, wire);
  await refuseUnreadable({ sources, environmentId, nowMs: ctx.clock.now() }, plan, wire);
  const baselines = await measureBaselines(ctx, environmentId, rollout);
  const peaks = await readPeakHours(ctx, environmentId, plan);
  return { ...peaks, baselines: JSON.stringify(baselines) };
}

/** The busiest hours of the day in UTC, where a stage asks for them; null when they are not known. */
export async function readPeakHours(
  ctx: Ctx,
  environmentId: number,
  plan: Plan,
): Promise<{ readonly peak_hours: string }> {
  const isAsked = plan.stages.some((stage) => stage.coverPeak);
  const nowMs = ctx.clock.now();
  const hours = isAsked ? await findBusyHours(ctx.clickhouse, environmentId, nowMs) : null;
  return { peak_hours: JSON.stringify(hours) };
}

/** How long a start that was refused waits before it is tried again. */
const RETRY_MS = 60_000;

type Due = { readonly holder: string; readonly sources?: Pick<Sources, 'read'> | undefined };

/**
 * Starts a scheduled rollout whose time has come, or says on it why it cannot start yet. `holder` has claimed it. What is known
 * only from events is asked now: days may have passed since somebody scheduled it.
 */
export async function startDue(ctx: Ctx, due: Rollout, { holder, sources }: Due): Promise<void> {
  const prepared =
    opensAt(due, ctx.clock.now()) === null ? await prepareDue(ctx, due, sources) : {};
  await inTransaction(ctx, async (tx) => {
    const rollout = await findRollout(tx.db, due.id, { isLocked: true });
    const isMine = rollout?.version === due.version && rollout.claimedBy === holder;
    if (!isMine || rollout.position.state !== 'scheduled') return;
    const nowMs = tx.clock.now();
    const opensAtMs = opensAt(rollout, nowMs);
    if (opensAtMs !== null) {
      const position = { ...rollout.position, deadlineAtMs: opensAtMs, nextEvalAtMs: opensAtMs };
      await saveRollout(tx.db, rollout.id, position, {});
      return;
    }
    try {
      if (prepared instanceof SerinError) throw prepared;
      await startNow(tx, rollout, nowMs, prepared);
    } catch (error) {
      if (!(error instanceof SerinError)) throw error;
      const position = { ...rollout.position, nextEvalAtMs: nowMs + RETRY_MS };
      await saveRollout(tx.db, rollout.id, position, { hold_detail: error.message });
      await announce(tx, rollout);
    }
  });
}

/** When it may start, where that is not now. */
function opensAt({ plan, position }: Rollout, nowMs: number): number | null {
  const fromMs = Math.max(nowMs, position.deadlineAtMs ?? nowMs);
  const opensAtMs = nextOpening(plan.policy.changeWindows, fromMs);
  return opensAtMs > nowMs ? opensAtMs : null;
}

/** What was found, or why it cannot start; the event store is asked only about what could. */
async function prepareDue(
  ctx: Ctx,
  rollout: Rollout,
  sources: Due['sources'],
): Promise<Prepared | SerinError> {
  try {
    await checkStart(ctx, rollout);
    return await prepareStart(ctx, rollout, sources);
  } catch (error) {
    if (error instanceof SerinError) return error;
    throw error;
  }
}

async function startNow(
  ctx: Ctx,
  rollout: Rollout,
  nowMs: number,
  prepared: Prepared,
): Promise<void> {
  const { plan } = rollout;
  const { before, version } = await checkStart(ctx, rollout);
  const position = { ...draftPosition(plan, nowMs), state: rollout.position.state };
  const transition = decideCommand({ name: 'start', reason: null }, plan, position, null, nowMs);
  if (transition === null) return;
  const moved = move(position, transition, nowMs);
  await carryOut(ctx, rollout, {
    transition,
    position: { ...moved, nextEvalAtMs: nextEvaluationAt(plan, moved, nowMs, null) },
    evaluation: null,
    before,
    seenFlagVersion: version,
    change: prepared,
  });
}

function refuse(problem: PlanProblem | null): void {
  if (problem) fail('invalid_input', { attr: problem.field, detail: problem.reason });
}
