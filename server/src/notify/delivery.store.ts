// The outbox: notifications written with the change they tell of, and their way to each channel. A delivery is
// claimed before it is sent and may be sent twice after a crash; receivers tell repeats by the id.
import { sql } from 'kysely';
import type { Db } from '#platform/ctx';
import type { NotificationMessage } from './message.ts';

export type DeliveryState = 'pending' | 'sent' | 'failed' | 'merged' | 'skipped';

export type ClaimedDelivery = {
  readonly seq: string;
  readonly notificationId: string;
  readonly channelId: string;
  readonly subject: string;
  readonly attempts: number;
};

export async function insertNotification(
  db: Db,
  notification: {
    readonly projectId: number;
    readonly subject: string;
    readonly message: NotificationMessage;
    readonly channelIds: readonly string[];
  },
  at: Date,
): Promise<void> {
  const { projectId, subject, message, channelIds } = notification;
  await db
    .insertInto('notification')
    .values({
      id: message.id,
      project_id: projectId,
      type: message.type,
      severity: message.severity,
      subject,
      incident_key: message.incident?.key ?? null,
      message: JSON.stringify(message),
      created_at: at,
    })
    .execute();
  if (channelIds.length === 0) return;
  await db
    .insertInto('notification_delivery')
    .values(
      channelIds.map((channelId) => ({
        notification_id: message.id,
        channel_id: channelId,
        subject,
        state: 'pending',
        attempts: 0,
        next_attempt_at: at,
      })),
    )
    .execute();
}

/**
 * Takes deliveries that are due, the oldest of each channel and subject only, so that a subject's messages
 * arrive in their order. Others leave them alone until the claim ends.
 */
export async function claimDue(
  db: Db,
  claim: { readonly now: Date; readonly until: Date; readonly limit: number },
): Promise<ClaimedDelivery[]> {
  const { rows } = await sql<{
    seq: string;
    notification_id: string;
    channel_id: string;
    subject: string;
    attempts: number;
  }>`
    update notification_delivery set claimed_until = ${claim.until}
    where seq in (
      select due.seq from notification_delivery due
      where due.state = 'pending' and due.next_attempt_at <= ${claim.now}
        and (due.claimed_until is null or due.claimed_until <= ${claim.now})
        and not exists (
          select 1 from notification_delivery earlier
          where earlier.channel_id = due.channel_id and earlier.subject = due.subject
            and earlier.state = 'pending' and earlier.seq < due.seq)
      order by due.seq limit ${claim.limit} for update skip locked)
    returning seq, notification_id, channel_id, subject, attempts`.execute(db);
  return rows.map((row) => ({
    seq: row.seq,
    notificationId: row.notification_id,
    channelId: row.channel_id,
    subject: row.subject,
    attempts: row.attempts,
  }));
}

/** Messages of a subject that wait for a channel, in their order. */
export async function listWaiting(
  db: Db,
  place: { readonly channelId: string; readonly subject: string },
): Promise<{ seq: string; message: NotificationMessage }[]> {
  const rows = await db
    .selectFrom('notification_delivery as delivery')
    .innerJoin('notification', 'notification.id', 'delivery.notification_id')
    .select(['delivery.seq', 'notification.message'])
    .where('delivery.channel_id', '=', place.channelId)
    .where('delivery.subject', '=', place.subject)
    .where('delivery.state', '=', 'pending')
    .orderBy('delivery.seq')
    .execute();
  return rows.map(({ seq, message }) => ({
    seq,
    message: message as unknown as NotificationMessage,
  }));
}

/** When a subject's last message reached a channel. */
export async function lastSentAt(
  db: Db,
  place: { readonly channelId: string; readonly subject: string },
): Promise<Date | null> {
  const row = await db
    .selectFrom('notification_delivery')
    .select((eb) => eb.fn.max('finished_at').as('at'))
    .where('channel_id', '=', place.channelId)
    .where('subject', '=', place.subject)
    .where('state', '=', 'sent')
    .executeTakeFirst();
  return row?.at ?? null;
}

export type Finish = {
  readonly state: Exclude<DeliveryState, 'pending'>;
  readonly at: Date;
  readonly attempts?: number;
  readonly status?: number | null;
  readonly error?: string | null;
  readonly answer?: string | null;
};

export async function finishDeliveries(
  db: Db,
  seqs: readonly string[],
  finish: Finish,
): Promise<void> {
  if (seqs.length === 0) return;
  await db
    .updateTable('notification_delivery')
    .set({
      state: finish.state,
      finished_at: finish.at,
      claimed_until: null,
      ...(finish.attempts === undefined ? {} : { attempts: finish.attempts }),
      status: finish.status ?? null,
      error: finish.error ?? null,
      answer: finish.answer ?? null,
    })
    .where('seq', 'in', [...seqs])
    .execute();
}

export async function postponeDelivery(
  db: Db,
  seq: string,
  retry: {
    readonly at: Date;
    readonly attempts: number;
    readonly status?: number | null;
    readonly error?: string | null;
    readonly answer?: string | null;
  },
): Promise<void> {
  await db
    .updateTable('notification_delivery')
    .set({
      next_attempt_at: retry.at,
      attempts: retry.attempts,
      claimed_until: null,
      status: retry.status ?? null,
      error: retry.error ?? null,
      answer: retry.answer ?? null,
    })
    .where('seq', '=', seq)
    .execute();
}

export async function findThread(
  db: Db,
  channelId: string,
  incidentKey: string,
): Promise<string | null> {
  const row = await db
    .selectFrom('notification_thread')
    .select('ref')
    .where('channel_id', '=', channelId)
    .where('incident_key', '=', incidentKey)
    .executeTakeFirst();
  return row?.ref ?? null;
}

/** The first message of an incident stays the one that later ones answer. */
export async function keepThread(
  db: Db,
  thread: { readonly channelId: string; readonly incidentKey: string; readonly ref: string },
): Promise<void> {
  await db
    .insertInto('notification_thread')
    .values({
      channel_id: thread.channelId,
      incident_key: thread.incidentKey,
      ref: thread.ref,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Sends a notification to one more channel, in the place of one that could not be reached. */
export async function insertFallback(
  db: Db,
  delivery: {
    readonly notificationId: string;
    readonly channelId: string;
    readonly subject: string;
    readonly fallbackOf: string;
    readonly at: Date;
  },
): Promise<void> {
  await db
    .insertInto('notification_delivery')
    .values({
      notification_id: delivery.notificationId,
      channel_id: delivery.channelId,
      subject: delivery.subject,
      state: 'pending',
      attempts: 0,
      next_attempt_at: delivery.at,
      fallback_of: delivery.fallbackOf,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** One page of a channel's log, newest first. */
export async function listDeliveries(
  db: Db,
  channelId: string,
  at: { readonly limit: number; readonly offset: number },
) {
  const ofChannel = db
    .selectFrom('notification_delivery as delivery')
    .innerJoin('notification', 'notification.id', 'delivery.notification_id')
    .where('delivery.channel_id', '=', channelId);
  const counted = await ofChannel
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .executeTakeFirst();
  const rows = await ofChannel
    .selectAll('delivery')
    .select(['notification.message', 'notification.created_at'])
    .orderBy('delivery.seq', 'desc')
    .limit(at.limit)
    .offset(at.offset)
    .execute();
  return { count: Number(counted?.count ?? 0), rows };
}

/** What is not delivered yet, and for how long the oldest of it has waited. */
export async function readOutbox(
  db: Db,
  nowMs: number,
): Promise<{ readonly pending: number; readonly oldestMs: number }> {
  const row = await db
    .selectFrom('notification_delivery as delivery')
    .innerJoin('notification', 'notification.id', 'delivery.notification_id')
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .select((eb) => eb.fn.min('notification.created_at').as('oldest'))
    .where('delivery.state', '=', 'pending')
    .executeTakeFirstOrThrow();
  const oldestMs = row.oldest === null ? 0 : Math.max(0, nowMs - new Date(row.oldest).getTime());
  return { pending: Number(row.count), oldestMs };
}
