// One message to one channel, now: its form, its signature, and what the answer means.
import type { OutgoingRequest } from '#kernel/outgoing';
import { type Outgoing, OutgoingError } from '#platform/http/outgoing';
import type { ChannelConfig } from './channel.ts';
import type { Mailer } from './email.client.ts';
import { alertmanagerRequest } from './formats/alertmanager.ts';
import { discordRequest } from './formats/discord.ts';
import { emailOf } from './formats/email.ts';
import { intercomCheck } from './formats/intercom.ts';
import { opsgenieRequest } from './formats/opsgenie.ts';
import { pagerDutyRequest } from './formats/pagerduty.ts';
import { readSlackAnswer, slackBotRequest, slackWebhookRequest } from './formats/slack.ts';
import { teamsRequest } from './formats/teams.ts';
import { webhookBody } from './formats/webhook.ts';
import type { NotificationMessage } from './message.ts';
import { type Outcome, outcomeOf } from './retry.ts';
import { signWebhook } from './signing.client.ts';

export type Transport = {
  readonly outgoing: Outgoing;
  /** Undefined when no mail server is configured. */
  readonly mailer: Mailer | undefined;
  /** Where links lead: the address that browsers use. */
  readonly baseUrl: string;
};

export type Attempt = {
  readonly outcome: Outcome | { readonly kind: 'skipped' };
  readonly status: number | null;
  readonly error: string | null;
  readonly answer: string | null;
  /** What later messages of the incident answer. */
  readonly threadRef: string | null;
};

const NOTHING = { status: null, error: null, answer: null, threadRef: null };

/**
 * Sends; never throws for what a receiver does.
 * @param thread of the incident in this channel, null when there is none yet.
 */
export async function deliver(
  transport: Transport,
  config: ChannelConfig,
  message: NotificationMessage,
  when: { readonly nowMs: number; readonly thread: string | null },
): Promise<Attempt> {
  const linked = withAbsoluteLinks(message, transport.baseUrl);
  if (config.kind === 'email') return deliverMail(transport, config.to, linked, when.thread);
  const request = requestFor(config, linked, when);
  if (!request) return { ...NOTHING, outcome: { kind: 'skipped' } };
  try {
    const { status, retryAfterMs, body } = await transport.outgoing.send(request);
    const attempt = { ...NOTHING, status, answer: body };
    if (config.kind !== 'slack_bot')
      return { ...attempt, outcome: outcomeOf(status, retryAfterMs) };
    const { ok, ts, error } = readSlackAnswer(body);
    if (ok) return { ...attempt, outcome: { kind: 'sent' }, threadRef: ts };
    const outcome =
      status === 200 ? ({ kind: 'failed' } as const) : outcomeOf(status, retryAfterMs);
    return { ...attempt, outcome, error };
  } catch (error) {
    if (!(error instanceof OutgoingError)) throw error;
    const outcome: Outcome =
      error.kind === 'blocked' ? { kind: 'failed' } : { kind: 'retry', afterMs: null };
    return { ...NOTHING, outcome, error: error.message };
  }
}

function withAbsoluteLinks(message: NotificationMessage, baseUrl: string): NotificationMessage {
  const links = message.links.map(({ text, url }) => ({
    text,
    url: url.startsWith('/') ? baseUrl + url : url,
  }));
  return { ...message, links };
}

function requestFor(
  config: Exclude<ChannelConfig, { kind: 'email' }>,
  message: NotificationMessage,
  when: { readonly nowMs: number; readonly thread: string | null },
): OutgoingRequest | null {
  switch (config.kind) {
    case 'slack':
      return slackWebhookRequest(message, config.url);
    case 'slack_bot':
      return slackBotRequest(message, config, when.thread);
    case 'teams':
      return teamsRequest(message, config.url);
    case 'discord':
      return discordRequest(message, config.url);
    case 'pagerduty':
      return pagerDutyRequest(message, config);
    case 'opsgenie':
      return opsgenieRequest(message, config);
    case 'alertmanager':
      return alertmanagerRequest(message, config.url);
    case 'intercom':
      return message.type === 'channel.test' ? intercomCheck(config) : null;
    case 'webhook':
      return signedRequest(config, message, when.nowMs);
  }
}

function signedRequest(
  config: Extract<ChannelConfig, { kind: 'webhook' }>,
  message: NotificationMessage,
  nowMs: number,
): OutgoingRequest {
  const body = webhookBody(message);
  const timestamp = Math.floor(nowMs / 1000);
  return {
    method: 'POST',
    url: config.url,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'Serin-Webhooks/1',
      'webhook-id': message.id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signWebhook(config.secrets, { id: message.id, timestamp, body }),
    },
    body,
  };
}

async function deliverMail(
  { mailer, baseUrl }: Transport,
  to: readonly string[],
  message: NotificationMessage,
  thread: string | null,
): Promise<Attempt> {
  if (!mailer) {
    const error = 'No mail server is set: SERIN_SMTP_URL and SERIN_SMTP_FROM.';
    return { ...NOTHING, outcome: { kind: 'failed' }, error };
  }
  const email = emailOf(message, new URL(baseUrl).hostname, thread);
  const { error, isFinal, answer } = await mailer.send(to, email);
  if (error === null)
    return { ...NOTHING, outcome: { kind: 'sent' }, answer, threadRef: email.messageId };
  return {
    ...NOTHING,
    outcome: isFinal ? { kind: 'failed' } : { kind: 'retry', afterMs: null },
    error,
    answer,
  };
}
