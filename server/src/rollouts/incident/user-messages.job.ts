// Sends confirmed messages to the people who had a change, one by one. Every replica may run it: people are claimed first.
import { type Notifications, sendToUser, type UserDelivery } from '#notify';
import type { Ctx } from '#platform/ctx';
import { type Loop, runEvery } from '#platform/scheduler';
import { claimRecipients, type DueRecipient, settleRecipient } from './message.store.ts';

const INTERVAL_MS = 2_000;
/** Longer than both requests to Intercom may take. */
const CLAIM_MS = 120_000;
const AT_ONCE = 5;

type Deps = Pick<Notifications, 'sealKey' | 'transport'>;

/** Runs until stopped. */
export function startUserMessages(ctx: Ctx, deps: Deps): Loop {
  const { log, clock } = ctx;
  const job = (signal: AbortSignal) => sendDue(ctx, deps, signal);
  return runEvery({ name: 'messages to users', intervalMs: INTERVAL_MS, job, log, clock });
}

async function sendDue(ctx: Ctx, deps: Deps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const nowMs = ctx.clock.now();
    const claim = { now: new Date(nowMs), until: new Date(nowMs + CLAIM_MS), limit: AT_ONCE };
    const due = await claimRecipients(ctx.db, claim);
    if (due.length === 0) return;
    await Promise.all(due.map((one) => send(ctx, deps, one)));
  }
}

async function send(ctx: Ctx, deps: Deps, due: DueRecipient): Promise<void> {
  const settle = ({ state, retryInMs, status, error }: UserDelivery) => {
    const nowMs = ctx.clock.now();
    return settleRecipient(ctx.db, due, {
      state,
      nextAttemptAt: new Date(nowMs + (retryInMs ?? 0)),
      finishedAt: state === 'pending' ? null : new Date(nowMs),
      status,
      error,
    });
  };
  // Whoever dies between writing and settling has written it down before: nobody else writes again.
  await settle(await sendToUser(ctx, deps, { ...due, onWrite: settle }, due.message));
}
