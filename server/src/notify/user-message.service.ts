// One message to one of a project's users, through a channel that reaches users; and whether what came back is genuine.
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { OutgoingRequest } from '#kernel/outgoing';
import type { Ctx } from '#platform/ctx';
import { OutgoingError } from '#platform/http/outgoing';
import type { ChannelConfig } from './channel.ts';
import { type StoredChannel, findChannel } from './channel.store.ts';
import { configOf } from './channels.service.ts';
import {
  contactRequest,
  intercomMessage,
  readContact,
  type UserMessage,
} from './formats/intercom.ts';
import type { Notifications } from './notifications.service.ts';
import { outcomeOf, retryDelayMs } from './retry.ts';

export type UserDelivery = {
  readonly state: 'sent' | 'failed' | 'pending';
  /** When a pending one is to be tried again. */
  readonly retryInMs: number | null;
  readonly status: number | null;
  readonly error: string | null;
};

type To = {
  readonly channelId: string;
  readonly distinctId: string;
  /** Tries before this one. */
  readonly attempts: number;
  /** Called right before the message is written: what is not known afterwards may have arrived. */
  readonly onWrite: (delivery: UserDelivery) => Promise<void>;
};

/** A contact with all its attributes. */
const MAX_ANSWER_BYTES = 262_144;
/** A contact that was just made is not found everywhere at once. */
const NOT_YET = 404;

/** Sends; never throws for what Intercom does. Nobody is written to twice: what may have arrived is not sent again. */
export async function sendToUser(
  ctx: Ctx,
  { sealKey, transport }: Pick<Notifications, 'sealKey' | 'transport'>,
  { channelId, distinctId, attempts, onWrite }: To,
  message: UserMessage,
): Promise<UserDelivery> {
  const channel = await findChannel(ctx.db, channelId);
  if (!channel?.isEnabled) return failed(null, 'The channel is switched off.');
  const config = unsealed(channel, await sealKey());
  if (config?.kind !== 'intercom') return failed(null, 'Give the channel its secrets again.');
  let isWritten = false;
  const send = (request: OutgoingRequest) =>
    transport.outgoing.send(request, { maxAnswerBytes: MAX_ANSWER_BYTES });
  try {
    const found = await send(contactRequest(config, distinctId));
    if (found.status !== 200) return afterStatus(found, attempts, isRetryOfSearch);
    const contact = readContact(found.body);
    if (contact === null) return failed(found.status, 'Intercom knows nobody by this id.');
    await onWrite(failed(null, unknown('nothing was heard of it.')));
    isWritten = true;
    const answer = await send(intercomMessage(config, contact, message));
    return afterStatus(answer, attempts, isRetryOfMessage);
  } catch (error) {
    if (!(error instanceof OutgoingError)) throw error;
    if (error.kind === 'blocked') return failed(null, error.message);
    if (isWritten && error.kind !== 'unreached') return failed(null, unknown(error.message));
    return later(attempts, null, null, error.message);
  }
}

type Answer = {
  readonly status: number;
  readonly retryAfterMs: number | null;
  readonly body: string;
};

function afterStatus(
  { status, retryAfterMs, body }: Answer,
  attempts: number,
  isRetry: (status: number) => boolean,
): UserDelivery {
  if (outcomeOf(status, retryAfterMs).kind === 'sent') {
    return { state: 'sent', retryInMs: null, status, error: null };
  }
  const error = body.slice(0, 500);
  if (isRetry(status)) return later(attempts, retryAfterMs, status, error);
  return failed(status, status >= 500 ? unknown(error) : error);
}

/** A search may be repeated as often as one likes. */
const isRetryOfSearch = (status: number): boolean =>
  status === NOT_YET || outcomeOf(status, null).kind === 'retry';
/** Refused, and not lost after it was taken. */
const isRetryOfMessage = (status: number): boolean => status === NOT_YET || status === TOO_MANY;
const TOO_MANY = 429;

const unknown = (error: string): string => `It may have arrived, so it is not sent again: ${error}`;

/** Null for a channel that was sealed with another key. */
function unsealed(channel: StoredChannel, key: string): ChannelConfig | null {
  try {
    return configOf(channel, key);
  } catch {
    return null;
  }
}

function later(
  attempts: number,
  retryAfterMs: number | null,
  status: number | null,
  error: string,
): UserDelivery {
  const delayMs = retryDelayMs('patient', attempts + 1, 0);
  if (delayMs === null) return failed(status, error);
  return { state: 'pending', retryInMs: Math.max(delayMs, retryAfterMs ?? 0), status, error };
}

const failed = (status: number | null, error: string): UserDelivery => ({
  state: 'failed',
  retryInMs: null,
  status,
  error,
});

type Signed = { readonly signature: string; readonly body: Buffer };

/**
 * The project whose channel signs such a webhook of Intercom; null where the signature is wrong: `sha1=` and the HMAC-SHA1
 * of the body under the secret of the app, in hex
 * (https://developers.intercom.com/docs/webhooks/setting-up-webhooks#signed-notifications).
 */
export async function projectOfWebhook(
  ctx: Ctx,
  sealKey: Notifications['sealKey'],
  channelId: string,
  { signature, body }: Signed,
): Promise<number | null> {
  const channel = await findChannel(ctx.db, channelId);
  if (channel?.kind !== 'intercom' || !channel.isEnabled) return null;
  const config = configOf(channel, await sealKey());
  if (config.kind !== 'intercom' || !config.clientSecret) return null;
  const right = `sha1=${createHmac('sha1', config.clientSecret).update(body).digest('hex')}`;
  const [given, expected] = [Buffer.from(signature), Buffer.from(right)];
  const isGenuine = given.length === expected.length && timingSafeEqual(given, expected);
  return isGenuine ? channel.projectId : null;
}
