// Sends what is in the outbox. Every replica may run it: a delivery is claimed first, and one that dies while
// sending is taken up again when its claim ends.
import { recordAudit } from '#audit';
import { type Ctx, inTransaction } from '#platform/ctx';
import { type Loop, runEvery } from '#platform/scheduler';
import { fallbackFor, isReadByPeople, isWanted, urgencyOf } from './channel.ts';
import { type StoredChannel, findChannel, listChannels, updateChannel } from './channel.store.ts';
import { type SealKey, configOf } from './channels.service.ts';
import {
  type ClaimedDelivery,
  claimDue,
  findThread,
  finishDeliveries,
  insertFallback,
  keepThread,
  lastSentAt,
  listWaiting,
  postponeDelivery,
} from './delivery.store.ts';
import { type NotificationMessage, isAtLeast } from './message.ts';
import { retryDelayMs } from './retry.ts';
import { listChannelsOf } from './told.store.ts';
import { type Attempt, type Transport, deliver } from './transport.service.ts';

/** Longer than the longest request. */
const CLAIM_MS = 60_000;
const AT_ONCE = 10;
/** People get at most one message a minute about one thing, unless it is urgent. */
const QUIET_MS = 60_000;

export type SenderDeps = {
  readonly sealKey: () => Promise<SealKey>;
  readonly transport: Transport;
  /** Uniform in [0, 1). */
  readonly random: () => number;
};

/** How often the outbox is looked at when nothing wakes the sender: for retries and after a restart. */
const SENDER_INTERVAL_MS = 1_000;

export function startSender(ctx: Ctx, deps: SenderDeps, intervalMs = SENDER_INTERVAL_MS): Loop {
  const loop = runEvery({
    name: 'notification sender',
    intervalMs,
    job: (signal) => sendDue(ctx, deps, signal),
    log: ctx.log,
    clock: ctx.clock,
  });
  const stopListening = ctx.events.on('notification.queued', () => loop.wake());
  return {
    wake: loop.wake,
    stop: () => {
      stopListening();
      return loop.stop();
    },
  };
}

/** Sends all that is due now. */
export async function sendDue(ctx: Ctx, deps: SenderDeps, signal?: AbortSignal): Promise<void> {
  while (signal?.aborted !== true) {
    const nowMs = ctx.clock.now();
    const claim = { now: new Date(nowMs), until: new Date(nowMs + CLAIM_MS), limit: AT_ONCE };
    const due = await claimDue(ctx.db, claim);
    if (due.length === 0) return;
    await Promise.all(due.map((delivery) => send(ctx, deps, delivery)));
  }
}

async function send(ctx: Ctx, deps: SenderDeps, delivery: ClaimedDelivery): Promise<void> {
  const channel = await findChannel(ctx.db, delivery.channelId);
  const at = new Date(ctx.clock.now());
  if (!channel?.isEnabled) {
    const error = 'The channel is switched off.';
    return finishDeliveries(ctx.db, [delivery.seq], { state: 'skipped', at, error });
  }
  const waiting = await listWaiting(ctx.db, delivery);
  const batch = isReadByPeople(channel.kind) ? waiting : waiting.slice(0, 1);
  const last = batch.at(-1);
  if (!last) return;
  const quietUntil = isReadByPeople(channel.kind) ? await quietEnd(ctx, delivery, batch) : null;
  if (quietUntil !== null) {
    const { attempts } = delivery;
    return postponeDelivery(ctx.db, delivery.seq, { at: quietUntil, attempts });
  }
  const message = merged(batch.map((entry) => entry.message));
  const thread = message.incident
    ? await findThread(ctx.db, channel.id, message.incident.key)
    : null;
  const attempt = await deliver(deps.transport, configOf(channel, await deps.sealKey()), message, {
    nowMs: ctx.clock.now(),
    thread,
  });
  await settle(ctx, deps, { delivery, channel, batch, message, attempt });
}

/** The end of the quiet minute after the last message, null when nobody has to wait. */
async function quietEnd(
  ctx: Ctx,
  delivery: ClaimedDelivery,
  batch: readonly { readonly message: NotificationMessage }[],
): Promise<Date | null> {
  if (batch.some(({ message }) => isAtLeast(message.severity, 'error'))) return null;
  const last = await lastSentAt(ctx.db, delivery);
  const endMs = (last?.getTime() ?? 0) + QUIET_MS;
  return endMs > ctx.clock.now() ? new Date(endMs) : null;
}

/** The newest message, with what it stands for in a line. */
function merged(messages: readonly NotificationMessage[]): NotificationMessage {
  const newest = messages.at(-1) as NotificationMessage;
  const earlier = messages.slice(0, -1).map(({ title }) => title);
  if (earlier.length === 0) return newest;
  const facts = [{ name: 'Before that', value: earlier.join(' · ') }, ...newest.facts];
  return { ...newest, facts };
}

type Settled = {
  readonly delivery: ClaimedDelivery;
  readonly channel: StoredChannel;
  readonly batch: readonly { readonly seq: string; readonly message: NotificationMessage }[];
  readonly message: NotificationMessage;
  readonly attempt: Attempt;
};

async function settle(ctx: Ctx, deps: SenderDeps, what: Settled): Promise<void> {
  const { delivery, channel, batch, message, attempt } = what;
  const at = new Date(ctx.clock.now());
  const attempts = delivery.attempts + 1;
  const { outcome, threadRef, ...result } = attempt;
  if (outcome.kind === 'retry') {
    const delayMs = retryDelayMs(urgencyOf(channel.kind), attempts, deps.random());
    if (delayMs !== null) {
      const waitMs = Math.max(delayMs, outcome.afterMs ?? 0);
      const next = new Date(at.getTime() + waitMs);
      return postponeDelivery(ctx.db, delivery.seq, { at: next, attempts, ...result });
    }
  }
  const seqs = batch.map(({ seq }) => seq);
  const state =
    outcome.kind === 'sent' || outcome.kind === 'skipped' ? outcome.kind : ('failed' as const);
  await finishDeliveries(ctx.db, seqs.slice(0, -1), {
    state: state === 'sent' ? 'merged' : state,
    at,
  });
  await finishDeliveries(ctx.db, seqs.slice(-1), { state, at, attempts, ...result });
  if (threadRef !== null && message.incident) {
    const { key } = message.incident;
    await keepThread(ctx.db, { channelId: channel.id, incidentKey: key, ref: threadRef });
  }
  if (outcome.kind === 'gone') await switchOff(ctx, channel, at);
  if (state === 'failed' && urgencyOf(channel.kind) === 'urgent') {
    await fallBack(ctx, delivery, channel, message);
  }
}

/** Nobody was woken: the next channel in the order is told instead. */
async function fallBack(
  ctx: Ctx,
  { notificationId, subject }: ClaimedDelivery,
  failed: StoredChannel,
  message: NotificationMessage,
): Promise<void> {
  const told = await listChannelsOf(ctx.db, notificationId);
  const able = (await listChannels(ctx.db, failed.projectId)).filter(
    (channel) => channel.isEnabled && isWanted(channel, message),
  );
  const next = fallbackFor(failed, able, told);
  if (next === null) {
    ctx.log.error(
      { channelId: failed.id },
      'a page could not be delivered, and no other channel is left',
    );
    return;
  }
  const at = new Date(ctx.clock.now());
  const place = { notificationId, subject, channelId: next.id, fallbackOf: failed.name, at };
  await insertFallback(ctx.db, place);
}

/** The receiver said that it is gone for good. */
async function switchOff(ctx: Ctx, channel: StoredChannel, at: Date): Promise<void> {
  ctx.log.warn({ channelId: channel.id }, 'a notification channel answered 410; switched off');
  const disabledReason = 'The receiver answered 410: it is gone.';
  await inTransaction(ctx, async (tx) => {
    await updateChannel(tx.db, { ...channel, isEnabled: false, disabledReason }, at);
    await recordAudit(tx, {
      projectId: channel.projectId,
      action: 'switched_off',
      resourceKind: 'notification_channel',
      resourceId: channel.id,
      before: { enabled: true },
      after: { enabled: false },
      reason: disabledReason,
    });
  });
}
