// The controller: takes every rollout that is due, looks, decides, and writes the decision in one
// transaction. Any number of replicas may run it: a rollout is claimed by one at a time, and a decision
// counts only if the rollout has not moved meanwhile.
import { createHash } from 'node:crypto';
import { findFlag, findKillInForce, type FlagRecord } from '#flags';
import { SerinError } from '#kernel/errors';
import { canonicalJson } from '#kernel/json';
import { lookTogether } from '#metrics';
import type { Observation } from '#metrics/observation';
import { type Ctx, inTransaction } from '#platform/ctx';
import type { Sources } from '#sources';
import { announce, carryOut } from './carry-out.service.ts';
import { claimDue, releaseClaim, renewClaims } from './claim.store.ts';
import { isSettling } from '../gate/actuator.ts';
import { flagStatus } from '../flag/flag-status.ts';
import { decide, type Decision, type GateInput, needsObservation } from '../gate/gate.ts';
import { findLastInputHash, insertEvaluation, pruneEvaluations } from '../kept/history.store.ts';
import { type LookAt, type Observed, observeStage, wordsOf } from './observe.service.ts';
import { observeExternal } from './external.service.ts';
import { findRollout, type Rollout, saveRollout } from '../kept/rollouts.store.ts';
import { type LateRollbacks, WRITE_AGAIN_MS } from './late-rollback.service.ts';
import type { ReplicaEcho } from './replica-echo.job.ts';
import { startDue } from '../start.service.ts';

export type TickDeps = {
  /** Everything received before this instant is in the event store. */
  readonly watermarkMs: () => number;
  /** Unique among the processes that run this job. */
  readonly holder: string;
  /** When this process started: looks from before it count as before a restart. */
  readonly startedAtMs: number;
  /** Aborted when the process stops: looks that are under way end without a decision. */
  readonly signal?: AbortSignal;
  /** How long the event store may take over one look; default half a minute. */
  readonly lookMs?: number;
  /** What other programs count; without it, guardrails that ask them cannot be read. */
  readonly sources?: Pick<Sources, 'read'> | undefined;
  /** Who serves flags; without it a rollback counts as served once it is written. */
  readonly replicas?: Pick<ReplicaEcho, 'findMissing'> | undefined;
  /** Rollbacks that could not be written; without it nobody is told of them. */
  readonly late?: LateRollbacks | undefined;
  /** The clock of claims and the time between two signs of life, in tests. */
  readonly claims?: { readonly clockMs: () => number; readonly beatMs: number } | undefined;
  /** Told how long each look took. */
  readonly onLooked?: (rolloutId: string, durationMs: number) => void;
};

/** A store that answers later than this counts as one that does not. */
const LOOK_MS = 30_000;
/** Signs of life of a controller that works on its claims. */
const BEAT_MS = 4_000;
/** Three of them missed, and another takes over: whoever dies while looking delays the next look by no more. */
const CLAIM_MS = 3 * BEAT_MS;
const CLAIMS_AT_ONCE = 10;

/** Works on everything that is due, all at once: no look waits for another's; returns how many there were. */
export async function tick(ctx: Ctx, deps: TickDeps): Promise<number> {
  const claim = () => ({
    holder: deps.holder,
    nowMs: ctx.clock.now(),
    claimMs: CLAIM_MS,
    clockMs: deps.claims?.clockMs(),
  });
  const due = await claimDue(ctx.db, claim(), CLAIMS_AT_ONCE);
  if (due.length === 0) return 0;
  const ids = due.map(({ id }) => id);
  const beatMs = deps.claims?.beatMs ?? BEAT_MS;
  // Whoever hangs for longer than any look may take leaves what it holds to the others.
  let beatsLeft = (2 * (deps.lookMs ?? LOOK_MS)) / beatMs;
  const beat = setInterval(() => {
    beatsLeft -= 1;
    if (beatsLeft < 0) return clearInterval(beat);
    renewClaims(ctx.db, claim(), ids).catch((err: unknown) => {
      ctx.log.warn({ err }, 'claims of rollouts were not renewed');
    });
  }, beatMs);
  return workOn(ctx, deps, due).finally(() => clearInterval(beat));
}

async function workOn(ctx: Ctx, deps: TickDeps, due: readonly Rollout[]): Promise<number> {
  const watermarkMs = deps.watermarkMs();
  const at = {
    watermarkMs,
    together: lookTogether(ctx.clickhouse, lookSignal(deps), { looks: due.length }),
  };
  const one = async (rollout: Rollout): Promise<void> => {
    try {
      await lookAndDecide(ctx, deps, at, rollout);
    } catch (err) {
      // A process that stops leaves what is due to the others, at once.
      if (deps.signal?.aborted) {
        const { nextEvalAtMs } = rollout.position;
        return releaseClaim(ctx.db, rollout.id, deps.holder, nextEvalAtMs);
      }
      ctx.log.error({ err, rolloutId: rollout.id }, 'a look at a rollout failed');
      const isRollback = err instanceof RollbackError;
      if (isRollback) await deps.late?.failed(ctx, rollout, err.cause).catch(logged(ctx));
      const { tickMs } = rollout.plan.policy;
      const retryAtMs = ctx.clock.now() + (isRollback ? Math.min(WRITE_AGAIN_MS, tickMs) : tickMs);
      await releaseClaim(ctx.db, rollout.id, deps.holder, retryAtMs);
    }
  };
  const ends = await Promise.allSettled(due.map(one));
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed) throw failed.reason;
  return due.length;
}

type Moment = Pick<LookAt, 'watermarkMs' | 'together'>;

async function lookAndDecide(
  ctx: Ctx,
  deps: TickDeps,
  at: Moment,
  rollout: Rollout,
): Promise<void> {
  if (rollout.position.state === 'scheduled') return startDue(ctx, rollout, deps);
  const startedAt = performance.now();
  const flag = await findFlag(ctx, rollout.flagId, rollout.environmentId);
  const { input, keep } = await gatherInput(ctx, deps, at, { rollout, flag });
  const decision = decide(input);
  const durationMs = performance.now() - startedAt;
  deps.onLooked?.(rollout.id, durationMs);
  if (input.sourceError !== null) {
    const { projectId, flagKey } = rollout;
    ctx.events.emit('rollout.source_failed', { projectId, flagKey });
  }
  const isRollback = decision.transition?.flag === 'rollback';
  try {
    await writeDecision(ctx, deps, { rollout, flag, input, decision, durationMs });
  } catch (cause) {
    throw isRollback ? new RollbackError('a rollback was not written', { cause }) : cause;
  }
  deps.late?.written(rollout.id);
  await keep?.(lookSignal(deps));
}

const logged = (ctx: Ctx) => (err: unknown) => {
  ctx.log.error({ err }, 'nobody could be told of a rollback that is not written');
};

/** The change is to be taken back, and that could not be written. */
class RollbackError extends Error {}

/** Ends when a look has taken too long, or the process stops. */
function lookSignal({ lookMs = LOOK_MS, signal }: TickDeps): AbortSignal {
  return AbortSignal.any([AbortSignal.timeout(lookMs), ...(signal ? [signal] : [])]);
}

type Gathered = { readonly input: GateInput; readonly keep?: Observed['keep'] };

async function gatherInput(
  ctx: Ctx,
  deps: TickDeps,
  { watermarkMs, together }: Moment,
  { rollout, flag }: { readonly rollout: Rollout; readonly flag: FlagRecord | undefined },
): Promise<Gathered> {
  const { plan, position, before } = rollout;
  if (before === null) throw new Error(`rollout ${rollout.id} runs without a start`);
  const isKilled = flag !== undefined && (await findKillInForce(ctx, flag)) !== undefined;
  const known = {
    plan,
    position,
    flag: flagStatus(plan, before, position.stageIndex, flag, isKilled),
    isRestarted: position.lastEvalAtMs !== null && deps.startedAtMs > position.lastEvalAtMs,
    nowMs: ctx.clock.now(),
    watermarkMs,
    peakHours: rollout.peakHours,
    sourceError: null,
  };
  if (!flag || !needsObservation(known)) {
    const isAsked = position.state === 'rolling_back' || isSettling(plan, position, known.nowMs);
    const unconfirmed = isAsked ? { unconfirmed: await findMissing(deps, rollout) } : {};
    return { input: { ...known, ...unconfirmed, observation: null } };
  }
  const signal = lookSignal(deps);
  try {
    const observed = await observeStage(ctx, rollout, flag, { watermarkMs, signal, together });
    const read = await readSources(ctx, deps, rollout, observed);
    deps.signal?.throwIfAborted();
    return { input: { ...known, ...read }, keep: observed.keep };
  } catch (err) {
    // A process that stops has learned nothing about the store.
    if (deps.signal?.aborted) throw err;
    ctx.log.warn({ err, rolloutId: rollout.id }, 'the event store did not answer a rollout');
    return { input: { ...known, observation: null, sourceError: wordsOf(err) } };
  }
}

/** How long those who serve the flag may take to say so; those who do not are asked again. */
const ECHO_MS = 1_000;

/** Who does not serve the flag as the rollout last wrote it, in words; one that nobody wrote to is as it was. */
async function findMissing({ replicas }: TickDeps, rollout: Rollout): Promise<string | null> {
  const { environmentId, flagKey, appliedFlagVersion: version } = rollout;
  if (!replicas || version === null) return null;
  return replicas.findMissing({ environmentId, flagKey, until: { version } }, ECHO_MS);
}

/** Adds what another program counts; where that cannot be read, the rest speaks for itself. */
async function readSources(
  ctx: Ctx,
  { sources }: TickDeps,
  rollout: Rollout,
  { observation, sourceError }: Observed,
): Promise<Pick<GateInput, 'observation' | 'sourceError'>> {
  try {
    const external = await observeExternal(sources, rollout, ctx.clock.now());
    return { observation: { ...observation, ...external }, sourceError };
  } catch (err) {
    ctx.log.warn({ err, rolloutId: rollout.id }, 'a metric source did not answer a rollout');
    return { observation, sourceError: wordsOf(err) };
  }
}

type Written = {
  readonly rollout: Rollout;
  readonly flag: FlagRecord | undefined;
  readonly input: GateInput;
  readonly decision: Decision;
  readonly durationMs: number;
};

/** Writes look and decision, unless somebody else has moved the rollout or the flag meanwhile. */
async function writeDecision(ctx: Ctx, deps: TickDeps, written: Written): Promise<void> {
  const { rollout, flag, decision } = written;
  try {
    await inTransaction(ctx, async (tx) => {
      const current = await findRollout(tx.db, rollout.id, { isLocked: true });
      const isMine = current?.version === rollout.version && current.claimedBy === deps.holder;
      if (!isMine) return;
      const evaluationId = await writeEvaluation(tx, written);
      const { transition, position, verdict } = decision;
      if (transition) {
        const evaluation = evaluationId !== null && verdict ? { id: evaluationId, verdict } : null;
        const seenFlagVersion = flag?.version;
        const inputs = evaluation === null ? written.input : undefined;
        await carryOut(tx, rollout, { transition, position, evaluation, inputs, seenFlagVersion });
      } else {
        await saveRollout(tx.db, rollout.id, position, {});
        await announce(tx, rollout);
      }
    });
  } catch (error) {
    if (!(error instanceof SerinError) || error.code !== 'conflict') throw error;
    // The flag moved under the decision: look again at once, at what it is now.
    await releaseClaim(ctx.db, rollout.id, deps.holder, ctx.clock.now());
  }
}

/** Stores the look, unless it saw exactly what the last one saw and decided nothing. */
async function writeEvaluation(ctx: Ctx, written: Written): Promise<string | null> {
  const { rollout, input, decision, durationMs } = written;
  const { verdict, health, transition } = decision;
  if (!verdict || !input.observation) return null;
  const { stageIndex, attempt } = rollout.position;
  const run = { rolloutId: rollout.id, stageIndex, attempt };
  const inputHash = hashOf(input.observation);
  const last = await findLastInputHash(ctx.db, run);
  if (last?.inputHash === inputHash && transition === null) return last.id;
  const id = await insertEvaluation(ctx.db, {
    ...run,
    at: new Date(input.nowMs),
    watermark: new Date(input.watermarkMs),
    inputHash,
    verdict,
    health,
    inputs: input,
    durationMs,
  });
  if (BigInt(id) % PRUNE_EVERY === 0n) await pruneEvaluations(ctx.db, rollout.id);
  return id;
}

const PRUNE_EVERY = 100n;

/** Of what was counted; who was seen lately changes with every look and proves nothing. */
function hashOf({ recent: _recent, ...counted }: Observation): string {
  return createHash('sha256').update(canonicalJson(counted)).digest('hex');
}
