// What people do with rollouts: command them, read them. Each verb is one transaction.
import { type FlagRecord, findFlag, findKillInForce } from '#flags';
import { isSameAssignment } from '#flags/assignment';
import { fail } from '#kernel/errors';
import type { Verdict } from '#metrics/verdict';
import { type Ctx, inTransaction } from '#platform/ctx';
import type { Sources } from '#sources';
import { carryOut } from './running/carry-out.service.ts';
import {
  allowedCommands,
  type Command,
  type CommandName,
  decideCommand,
  findFlagObjection,
} from './gate/command.ts';
import { type FlagBefore, flagStatus } from './flag/flag-status.ts';
import { findLastEvaluation, findOnRecord } from './kept/history.store.ts';
import { nextEvaluationAt } from './gate/look.ts';
import { draftPosition, move, type Position } from './gate/rollout.ts';
import { findRollout, type Rollout } from './kept/rollouts.store.ts';
import { flagAfterRollback } from './flag/stage-filters.ts';
import { refuseUnclearedCommand } from './start-clearance.service.ts';
import { checkStart, prepareStart, refuseSecond } from './start.service.ts';

/** @throws not_found */
export async function getRollout(
  ctx: Ctx & { readonly projectId: number },
  id: string,
): Promise<Rollout> {
  const rollout = await findRollout(ctx.db, id, { projectId: ctx.projectId });
  return rollout ?? fail('not_found', { detail: 'There is no such rollout.' });
}

export type CommandOptions = {
  /** The version that the caller has seen; another one is a conflict. */
  readonly expectedVersion?: number | undefined;
  /** The same key twice carries the command out once. */
  readonly idempotencyKey?: string | undefined;
  /** Where a start tries what the plan asks of another program; without it, nothing is tried. */
  readonly sources?: Pick<Sources, 'read'> | undefined;
};

/**
 * Carries a command out at once; only a start needs the event store, to see that the guardrails count
 * something.
 * @throws not_found; what `refuseWithoutBaseline` and `refuseUnclearedCommand` throw; conflict when the rollout has moved on, or takes no such command in its state.
 */
export async function commandRollout(
  ctx: Ctx & { readonly projectId: number },
  id: string,
  command: Command,
  options: CommandOptions = {},
): Promise<Rollout> {
  const key = options.idempotencyKey && `command:${id}:${command.name}:${options.idempotencyKey}`;
  const isStart = command.name === 'start';
  const prepared = isStart
    ? await prepareStart(ctx, await getRollout(ctx, id), options.sources)
    : {};
  const verb = async (tx: typeof ctx): Promise<Rollout> => {
    await findRollout(tx.db, id, { projectId: tx.projectId, isLocked: true });
    const rollout = await getRollout(tx, id);
    if (key !== undefined && (await findOnRecord(tx.db, key)) !== undefined) return rollout;
    refuseMoved(rollout, command.name, options.expectedVersion);
    refuseStage(command, rollout);
    const confirmed = await refuseUnclearedCommand(tx, rollout, command);
    const nowMs = tx.clock.now();
    const { plan } = rollout;
    const seen = await checkFlag(tx, rollout, command.name);
    const position = isStart ? startPosition(rollout, nowMs) : rollout.position;
    const verdict = await lastVerdict(tx, rollout);
    const decided = decideCommand(command, plan, position, verdict, nowMs);
    if (decided === null) return rollout;
    const transition = { ...decided, reasons: [...decided.reasons, ...confirmed] };
    const moved = move(position, transition, nowMs);
    const isWritten = transition.flag === 'stage';
    await carryOut(tx, rollout, {
      transition,
      position: { ...moved, nextEvalAtMs: nextEvaluationAt(plan, moved, nowMs, null) },
      evaluation: null,
      before: isWritten ? seen.before : undefined,
      // Going back is never refused for a change of the flag.
      seenFlagVersion: isWritten ? seen.version : undefined,
      change: prepared,
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

async function lastVerdict(ctx: Ctx, { id, position }: Rollout): Promise<Verdict | null> {
  const { stageIndex, attempt } = position;
  const last = await findLastEvaluation(ctx.db, { rolloutId: id, stageIndex, attempt });
  return last?.verdict ?? null;
}

/** Where the first stage starts from; what is scheduled already starts at once. */
const startPosition = ({ plan, position }: Rollout, nowMs: number): Position => ({
  ...draftPosition(plan, nowMs),
  state: position.state,
});

type SeenFlag = {
  /** The flag's version when the command was decided; undefined when there is no flag any more. */
  readonly version: number | undefined;
  /** At a start: the flag right before the rollout takes it over. */
  readonly before?: FlagBefore;
};

/** @throws conflict when the command must not go on with the flag as it is */
async function checkFlag(ctx: Ctx, rollout: Rollout, name: CommandName): Promise<SeenFlag> {
  if (name === 'start') return checkStart(ctx, rollout);
  const { flagId, environmentId, before, plan, position } = rollout;
  const flag = await findFlag(ctx, flagId, environmentId);
  if (name === 'retry') return checkRetry(ctx, rollout, flag);
  const isKilled = flag !== undefined && (await findKillInForce(ctx, flag)) !== undefined;
  const status = before && flagStatus(plan, before, position.stageIndex, flag, isKilled);
  const objection = status && findFlagObjection(name, position, status);
  if (objection) fail('conflict', { detail: objection });
  return { version: flag?.version };
}

/** Begins again only from what the rollback has left. @throws conflict */
async function checkRetry(
  ctx: Ctx,
  { flagId, flagKey, environmentId, before, plan, position }: Rollout,
  flag: FlagRecord | undefined,
): Promise<SeenFlag> {
  await refuseSecond(ctx, { id: flagId, key: flagKey, environmentId });
  const left = before && flagAfterRollback(plan, before, position.stageIndex);
  const isAsLeft =
    flag && left && flag.active === left.active && isSameAssignment(flag.filters, left.filters);
  if (!isAsLeft || flag.archived || flag.deleted) {
    const detail =
      'The flag has been changed since it was taken back; make a new rollout from it as it is now.';
    fail('conflict', { detail });
  }
  const detail = 'The flag’s kill switch is on; switch it off first.';
  if (await findKillInForce(ctx, flag)) fail('conflict', { detail });
  return { version: flag.version };
}

/** Only stages of the plan can be gone to, and not the one that runs. */
function refuseStage({ name, stageIndex }: Command, { plan, position }: Rollout): void {
  if (name !== 'jump' && name !== 'retry') return;
  const isStage = stageIndex !== undefined && plan.stages[stageIndex] !== undefined;
  const isOther = name === 'retry' || stageIndex !== position.stageIndex;
  if (isStage && isOther) return;
  const detail = isStage
    ? 'The rollout is at this stage already.'
    : `The plan has the stages 0 to ${plan.stages.length - 1}.`;
  fail('invalid_input', { attr: 'stage_index', detail });
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
  const allowed = allowedCommands({
    ...rollout.position,
    isAcknowledged: rollout.acknowledged !== null,
  });
  if (allowed.includes(name)) return;
  const others = allowed.length === 0 ? 'nothing any more' : allowed.join(', ');
  fail('conflict', {
    detail: `A rollout that is ${rollout.position.state.replaceAll('_', ' ')} takes no ${name}; it takes ${others}.`,
  });
}
