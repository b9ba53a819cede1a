// Telling people: a notification is written in the transaction of the change it tells of, so it is neither
// lost nor sent for something that did not happen. Sending is sender.job.ts.
import { v7 } from 'uuid';
import { type Ctx, afterCommit, inTransaction } from '#platform/ctx';
import { type Channel, isWanted, keepsAlerts, withinReach } from './channel.ts';
import { listChannels } from './channel.store.ts';
import { insertNotification } from './delivery.store.ts';
import type { IncidentRef, NotificationMessage } from './message.ts';
import { isAlertOpen, listInvolved } from './told.store.ts';

export type NewNotification = {
  readonly projectId: number;
  /** Messages about one subject reach a channel in their order. */
  readonly subject: string;
  readonly message: Omit<NotificationMessage, 'id' | 'at'>;
  /** How many levels of channels hear of it, from the first on; 1 unless said. */
  readonly reach?: number;
  /** Only those who keep alerts hear of it, of what they were told of: people read it in another message. */
  readonly isForAlerts?: boolean;
};

/** Queues a message to every channel that wants it; nothing is written when none does. */
export async function queueNotification(ctx: Ctx, notification: NewNotification): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const { projectId, subject, isForAlerts = false } = notification;
    const enabled = (await listChannels(tx.db, projectId)).filter(({ isEnabled }) => isEnabled);
    const asked = notification.message.incident;
    const involved = asked ? await listInvolved(tx.db, projectId, asked.key) : NOBODY;
    const incident = asked && (await standingOf(tx, projectId, asked, involved));
    if (isForAlerts && incident !== asked) return;
    const told = { ...notification, message: { ...notification.message, incident } };
    const channels = hearingOf(told, enabled, involved).filter(
      (channel) => !isForAlerts || keepsAlerts(channel),
    );
    if (channels.length === 0) return;
    const at = new Date(tx.clock.now());
    const message = { ...told.message, id: v7(), at: at.toISOString() };
    const channelIds = channels.map(({ id }) => id);
    await insertNotification(tx.db, { projectId, subject, message, channelIds }, at);
    afterCommit(tx, () => tx.events.emit('notification.queued', { projectId }));
  });
}

const NOBODY: ReadonlySet<string> = new Set();

/** An alert that woke nobody, or is over, is neither taken up nor ended: what is told of it is mere news. */
async function standingOf(
  { db }: Ctx,
  projectId: number,
  incident: IncidentRef,
  involved: ReadonlySet<string>,
): Promise<IncidentRef | null> {
  if (incident.step !== 'acknowledge' && incident.step !== 'resolve') return incident;
  if (await isAlertOpen(db, projectId, incident)) return incident;
  return involved.size === 0 ? null : { ...incident, step: 'note' };
}

/** Whoever keeps an alert hears that somebody is at it and of its end, however little else it asks for. */
function hearingOf<C extends Pick<Channel, 'id' | 'kind' | 'level' | 'types' | 'leastSeverity'>>(
  { message, reach = 1 }: NewNotification,
  channels: readonly C[],
  involved: ReadonlySet<string>,
): C[] {
  const within = withinReach(channels, reach);
  const isAnswer = message.incident?.step === 'acknowledge' || message.incident?.step === 'resolve';
  return channels.filter((channel) => {
    const isInvolved = involved.has(channel.id);
    if (isInvolved && isAnswer && keepsAlerts(channel)) return true;
    return (within(channel) || isInvolved) && isWanted(channel, message);
  });
}
