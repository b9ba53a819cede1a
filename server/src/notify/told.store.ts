// Who has been told of what.
import { sql } from 'kysely';
import type { Db } from '#platform/ctx';
import type { IncidentRef, NotificationMessage } from './message.ts';

/** Channels that have been told of an incident: they hear how it goes on. */
export async function listInvolved(
  db: Db,
  projectId: number,
  incidentKey: string,
): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('notification_delivery as delivery')
    .innerJoin('notification', 'notification.id', 'delivery.notification_id')
    .select('delivery.channel_id')
    .distinct()
    .where('notification.project_id', '=', projectId)
    .where('notification.incident_key', '=', incidentKey)
    .execute();
  return new Set(rows.map((row) => row.channel_id));
}

/**
 * Whether people have been woken by an alert that nobody has been told the end of. What goes on wakes those, too, who were
 * not told of the beginning.
 */
export async function isAlertOpen(
  db: Db,
  projectId: number,
  { key, alert }: Pick<IncidentRef, 'key' | 'alert'>,
): Promise<boolean> {
  const last = await db
    .selectFrom('notification')
    .select(sql<string>`message -> 'incident' ->> 'step'`.as('step'))
    .where('project_id', '=', projectId)
    .where('incident_key', '=', key)
    .where(sql<boolean>`message -> 'incident' ->> 'alert' is not distinct from ${alert ?? null}`)
    .where(sql<boolean>`message -> 'incident' ->> 'step' in ('open', 'update', 'resolve')`)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return last !== undefined && last.step !== 'resolve';
}

/** Channels that a notification goes, or went, to. */
export async function listChannelsOf(db: Db, notificationId: string): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('notification_delivery')
    .select('channel_id')
    .where('notification_id', '=', notificationId)
    .execute();
  return new Set(rows.map((row) => row.channel_id));
}

/** What was told about a subject in a stretch of time, and to whom; the earliest `limit`. */
export async function listTold(
  db: Db,
  about: {
    readonly projectId: number;
    readonly subject: string;
    readonly from: Date;
    readonly to: Date;
    readonly limit: number;
  },
) {
  const rows = await db
    .selectFrom('notification_delivery as delivery')
    .innerJoin('notification', 'notification.id', 'delivery.notification_id')
    .innerJoin('notification_channel as channel', 'channel.id', 'delivery.channel_id')
    .select([
      'notification.created_at as at',
      'notification.type',
      'notification.message',
      'channel.name as channel',
      'delivery.state',
      'delivery.finished_at as finishedAt',
    ])
    .where('notification.project_id', '=', about.projectId)
    .where('notification.subject', '=', about.subject)
    .where('notification.created_at', '>=', about.from)
    .where('notification.created_at', '<=', about.to)
    .orderBy('delivery.seq')
    .limit(about.limit)
    .execute();
  return rows.map(({ message, ...row }) => ({
    ...row,
    title: (message as unknown as NotificationMessage).title,
  }));
}

/** Puts other words in the place of what was written about subjects; what is still to be sent is sent so. */
export async function rewordNotifications(
  db: Db,
  subjects: readonly string[],
  reword: (message: NotificationMessage) => NotificationMessage,
): Promise<void> {
  if (subjects.length === 0) return;
  const rows = await db
    .selectFrom('notification')
    .select(['id', 'message'])
    .where(sql<boolean>`subject = any(${subjects}::text[])`)
    .execute();
  for (const { id, message } of rows) {
    const reworded = reword(message as unknown as NotificationMessage);
    await db
      .updateTable('notification')
      .set({ message: JSON.stringify(reworded) })
      .where('id', '=', id)
      .execute();
  }
}
