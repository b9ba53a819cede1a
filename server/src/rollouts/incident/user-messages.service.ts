// Messages to the people who had a change: a person writes them, sees how many they go to, and confirms that number.
import { v7 } from 'uuid';
import { recordAudit } from '#audit';
import { fail } from '#kernel/errors';
import { listChannels, reachesUsers, type UserMessage } from '#notify';
import { inTransaction, type ProjectCtx } from '#platform/ctx';
import { getIncident } from './incident.service.ts';
import { insertMessage, listMessages, type SentMessage } from './message.store.ts';
import { listIncidentPeople } from './people.service.ts';

export type { SentMessage } from './message.store.ts';

/** Of the people of an incident those hurt first; more are for a cohort and a tool made for campaigns. */
const MOST_PEOPLE = 1_000;
const SHOWN_MESSAGES = 100;

/** @throws not_found */
export async function listUserMessages(
  ctx: ProjectCtx,
  incidentId: string,
): Promise<SentMessage[]> {
  await getIncident(ctx, incidentId);
  return listMessages(ctx.db, incidentId, SHOWN_MESSAGES);
}

export type Wanted = {
  readonly channelId: string;
  readonly message: UserMessage;
  /** To how many the person who confirms it believes that it goes. */
  readonly people: number;
};

/**
 * Queues a message to everybody who had the change, at most {@link MOST_PEOPLE}.
 * @throws not_found; invalid_input (attr channel_id); conflict (attr people) when they are others by now
 */
export async function confirmUserMessage(
  ctx: ProjectCtx,
  incidentId: string,
  { channelId, message, people }: Wanted,
): Promise<void> {
  const channels = await listChannels(ctx.db, ctx.projectId);
  const channel = channels.find(({ id }) => id === channelId);
  if (!channel || !reachesUsers(channel) || !channel.isEnabled) {
    fail('invalid_input', {
      attr: 'channel_id',
      detail: 'Name a channel of this project that reaches users (Intercom) and is on.',
    });
  }
  const affected = await listIncidentPeople(ctx, incidentId, { limit: MOST_PEOPLE, offset: 0 });
  if (affected.length !== people || people === 0) {
    fail('conflict', {
      attr: 'people',
      detail: `The message goes to ${affected.length} people, not ${people}; look at them before confirming.`,
    });
  }
  const id = v7();
  const confirmedAt = new Date(ctx.clock.now());
  const distinctIds = [...new Set(affected.map(({ distinctId }) => distinctId))];
  await inTransaction(ctx, async (tx) => {
    const confirmedBy = tx.actor.label;
    const row = { id, incidentId, channelId, message, confirmedBy, confirmedAt };
    await insertMessage(tx.db, row, distinctIds);
    await recordAudit(tx, {
      projectId: tx.projectId,
      environmentId: tx.environment.id,
      action: 'users_told',
      resourceKind: 'incident',
      resourceId: incidentId,
      after: { channel: channel.name, message_type: message.type, people: distinctIds.length },
    });
  });
}
