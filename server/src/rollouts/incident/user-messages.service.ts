// Messages to the people who had a change: a person writes them, sees how many they go to, and confirms that number.
import { createHash } from 'node:crypto';
import { v7 } from 'uuid';
import { recordAudit } from '#audit';
import { fail } from '#kernel/errors';
import { canonicalJson } from '#kernel/json';
import { listChannels, reachesUsers, type UserMessage } from '#notify';
import { inTransaction, type ProjectCtx } from '#platform/ctx';
import { getIncident } from './incident.service.ts';
import { findByRequest, insertMessage, listMessages, type SentMessage } from './message.store.ts';
import { listIncidentPeople } from './people.service.ts';

export type { SentMessage } from './message.store.ts';

/** Of the people of an incident those hurt first; more are for a cohort and a tool made for campaigns. */
const MOST_PEOPLE = 1_000;
const SHOWN_MESSAGES = 100;

/**
 * What was sent, newest first, and to how many people one goes now.
 * @throws not_found
 */
export async function listUserMessages(
  ctx: ProjectCtx,
  incidentId: string,
): Promise<{ readonly people: number | null; readonly messages: readonly SentMessage[] }> {
  await getIncident(ctx, incidentId);
  const [people, messages] = await Promise.all([
    readersOf(ctx, incidentId).then(
      (readers) => readers.length,
      (error: unknown) => {
        ctx.log.warn({ err: error }, 'the people of an incident cannot be counted now');
        return null;
      },
    ),
    listMessages(ctx.db, incidentId, SHOWN_MESSAGES),
  ]);
  return { people, messages };
}

const readersOf = (ctx: ProjectCtx, incidentId: string) =>
  listIncidentPeople(ctx, incidentId, { limit: MOST_PEOPLE, offset: 0 });

export type Wanted = {
  readonly channelId: string;
  readonly message: UserMessage;
  /** To how many the person who confirms it believes that it goes. */
  readonly people: number;
  /** What the caller named the request: sent again under this name, it sends nothing. */
  readonly idempotencyKey?: string | undefined;
};

/**
 * Queues a message to everybody who had the change, at most {@link MOST_PEOPLE}, once. Without a key the same text goes
 * through a channel once.
 * @throws not_found; invalid_input (attr channel_id); conflict (attr people) when they are others by now, (attr body) when
 * it was sent already, and when the key was used for another message
 */
export async function confirmUserMessage(
  ctx: ProjectCtx,
  incidentId: string,
  wanted: Wanted,
): Promise<void> {
  await getIncident(ctx, incidentId);
  if (await wasSent(ctx, incidentId, wanted)) return;
  const { channelId, message, people } = wanted;
  const channels = await listChannels(ctx.db, ctx.projectId);
  const channel = channels.find(({ id }) => id === channelId);
  if (!channel || !reachesUsers(channel) || !channel.isEnabled) {
    fail('invalid_input', {
      attr: 'channel_id',
      detail: 'Name a channel of this project that reaches users (Intercom) and is on.',
    });
  }
  const affected = await readersOf(ctx, incidentId);
  if (affected.length !== people || people === 0) {
    fail('conflict', {
      attr: 'people',
      detail: `The message goes to ${affected.length} people, not ${people}; look at them before confirming.`,
    });
  }
  const id = v7();
  const requestKey = requestKeyOf(wanted);
  const confirmedAt = new Date(ctx.clock.now());
  const distinctIds = [...new Set(affected.map(({ distinctId }) => distinctId))];
  await inTransaction(ctx, async (tx) => {
    const confirmedBy = tx.actor.label;
    const row = { id, incidentId, channelId, message, confirmedBy, confirmedAt, requestKey };
    const isNew = await insertMessage(tx.db, row, distinctIds);
    // The same request, sent twice at once.
    if (!isNew && (await wasSent(tx, incidentId, wanted))) return;
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

/** True when this request has been carried out before. @throws conflict when another one was */
async function wasSent(ctx: ProjectCtx, incidentId: string, wanted: Wanted): Promise<boolean> {
  const made = await findByRequest(ctx.db, incidentId, { requestKey: requestKeyOf(wanted) });
  if (!made) return false;
  if (wanted.idempotencyKey === undefined) {
    const detail = 'This was sent already. Name the request (Idempotency-Key) to send it again.';
    fail('conflict', { attr: 'body', detail });
  }
  if (textOf(made) !== textOf(wanted)) {
    fail('conflict', { detail: 'This Idempotency-Key was used for another message.' });
  }
  return true;
}

function requestKeyOf(wanted: Wanted): string {
  const { idempotencyKey } = wanted;
  return idempotencyKey === undefined ? `text:${textOf(wanted)}` : `key:${idempotencyKey}`;
}

/** The same for the same message through the same channel. */
const textOf = ({ channelId, message }: Pick<Wanted, 'channelId' | 'message'>): string =>
  createHash('sha256').update(canonicalJson({ channelId, message })).digest('hex');
