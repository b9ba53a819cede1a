// Asks the event store about incidents once they are open: what was seen is kept with the incident, so that it is
// still known when events have gone. Asked again after a rollback, when clients have learned of it.
import { type Ctx, inTransaction } from '#platform/ctx';
import { type Loop, runEvery } from '#platform/scheduler';
import { findRollout } from '../kept/rollouts.store.ts';
import { collectEvidence } from './affected.service.ts';
import { showBanner } from './banner.service.ts';
import {
  claimCollection,
  type Incident,
  postponeCollection,
  saveEvidence,
} from './incident.store.ts';
import { keepRecordings, tellOfRecordings } from './recordings.service.ts';

/** How often it is looked whether something is due, when nothing wakes the job. */
const INTERVAL_MS = 15_000;
/** Longer than all questions of one incident may take. */
const CLAIM_MS = 120_000;
const QUESTIONS_MS = 90_000;
/** A store that does not answer is asked again after this, so many times. */
const RETRY_MS = 60_000;
const MAX_TRIES = 60;

/** Runs until stopped. */
export function startCollecting(ctx: Ctx): Loop {
  const { log, clock, events } = ctx;
  const loop = runEvery({
    name: 'evidence of incidents',
    intervalMs: INTERVAL_MS,
    job: (signal) => collectDue(ctx, signal),
    log,
    clock,
  });
  const stopListening = events.on('incident.changed', () => loop.wake());
  return {
    wake: loop.wake,
    stop: () => {
      stopListening();
      return loop.stop();
    },
  };
}

/** Collects for every incident that is due now. */
async function collectDue(ctx: Ctx, signal?: AbortSignal): Promise<void> {
  while (signal?.aborted !== true) {
    const nowMs = ctx.clock.now();
    const claimedUntil = new Date(nowMs + CLAIM_MS);
    const incident = await claimCollection(ctx.db, new Date(nowMs), claimedUntil);
    if (!incident) return;
    await collect(ctx, incident, claimedUntil, signal);
  }
}

async function collect(
  ctx: Ctx,
  incident: Incident,
  claimedUntil: Date,
  signal?: AbortSignal,
): Promise<void> {
  const rollout = await findRollout(ctx.db, incident.rolloutId);
  if (!rollout) return;
  const tooLong = AbortSignal.timeout(QUESTIONS_MS);
  const until = signal ? AbortSignal.any([tooLong, signal]) : tooLong;
  try {
    const evidence = await collectEvidence(ctx, { incident, rollout }, until);
    const { settleMs, tickMs } = rollout.plan.policy;
    const settledMs = (incident.flagOffAt?.getTime() ?? 0) + settleMs;
    const isFinal = evidence.toMs >= settledMs;
    const againAt = isFinal ? null : new Date(settledMs + tickMs);
    // What was found is kept before anything is done on its account; whoever dies in between is asked again.
    const isToldBefore = incident.evidence?.isTold === true;
    await saveEvidence(ctx.db, incident.id, { ...evidence, isTold: isToldBefore });
    await keepRecordings(ctx, incident, evidence);
    await inTransaction(ctx, async (tx) => {
      const isTold = await tellOfRecordings(tx, incident, rollout, evidence);
      await saveEvidence(tx.db, incident.id, { ...evidence, isTold });
      await postponeCollection(tx.db, { id: incident.id, claimedUntil }, againAt);
    });
    await showBanner(ctx, { ...incident, evidence }, rollout, until);
  } catch (err) {
    if (signal?.aborted) return;
    ctx.log.warn({ err, incidentId: incident.id }, 'the evidence of an incident was not collected');
    const isGivenUp = incident.collectTries >= MAX_TRIES;
    const at = isGivenUp ? null : new Date(ctx.clock.now() + RETRY_MS);
    await postponeCollection(ctx.db, { id: incident.id, claimedUntil }, at);
  }
}
