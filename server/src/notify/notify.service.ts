// Telling people: a notification is written in the transaction of the change it tells of, so it is neither
// lost nor sent for something that did not happen. Sending is sender.job.ts.
import { v7 } from 'uuid';
import { type Ctx, afterCommit, inTransaction } from '#platform/ctx';
import { isWanted, withinReach } from './channel.ts';
import { listChannels } from './channel.store.ts';
import { insertNotification } from './delivery.store.ts';
import type { NotificationMessage } from './message.ts';
import { listInvolved } from './told.store.ts';

export type NewNotification = {
  readonly projectId: number;
  /** Messages about one subject reach a channel in their order. */
  readonly subject: string;
  readonly message: Omit<NotificationMessage, 'id' | 'at'>;
  /** How many levels of channels hear of it, from the first on; 1 unless said. */
  readonly reach?: number;
};

/** Queues a message to every channel that wants it; nothing is written when none does. */
export async function queueNotification(ctx: Ctx, notification: NewNotification): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const { projectId, subject, reach = 1 } = notification;
    const enabled = (await listChannels(tx.db, projectId)).filter(({ isEnabled }) => isEnabled);
    const { incident } = notification.message;
    const involved = incident ? await listInvolved(tx.db, projectId, incident.key) : new Set();
    const within = withinReach(enabled, reach);
    const channels = enabled.filter(
      (channel) =>
        (within(channel) || involved.has(channel.id)) && isWanted(channel, notification.message),
    );
    if (channels.length === 0) return;
    const at = new Date(tx.clock.now());
    const message = { ...notification.message, id: v7(), at: at.toISOString() };
    const channelIds = channels.map(({ id }) => id);
    await insertNotification(tx.db, { projectId, subject, message, channelIds }, at);
    afterCommit(tx, () => tx.events.emit('notification.queued', { projectId }));
  });
}
