// Slack: incoming webhooks, and chat.postMessage for bots that keep one thread an incident.
import { type OutgoingRequest, jsonRequest } from '#kernel/outgoing';
import { type NotificationMessage, type Severity, clip } from '#notify/message';

const COLORS: Readonly<Record<Severity, string>> = {
  info: '#2f7d4f',
  warning: '#d9a400',
  error: '#d00000',
  critical: '#8b0000',
};

/** Slack's own limits, in characters. */
const MAX_HEADER = 150;
const MAX_SECTION = 3000;
const MAX_FIELD = 2000;
const MAX_FIELDS = 10;

/** Slack reads these three as markup; everything else stands as it is. */
const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function bodyOf(message: NotificationMessage): object {
  const fields = message.facts.slice(0, MAX_FIELDS).map(({ name, value }) => ({
    type: 'mrkdwn',
    text: clip(`*${escape(name)}*\n${escape(value)}`, MAX_FIELD),
  }));
  const buttons = message.links.slice(0, 5).map(({ text, url }) => ({
    type: 'button',
    text: { type: 'plain_text', text: clip(text, 75) },
    url,
  }));
  const blocks = [
    { type: 'header', text: { type: 'plain_text', text: clip(message.title, MAX_HEADER) } },
    {
      type: 'section',
      text: { type: 'mrkdwn', text: clip(escape(message.summary), MAX_SECTION) },
    },
    ...(fields.length > 0 ? [{ type: 'section', fields }] : []),
    ...(buttons.length > 0 ? [{ type: 'actions', elements: buttons }] : []),
  ];
  const fallback = `${escape(message.title)}: ${escape(message.summary)}`;
  return { text: fallback, attachments: [{ color: COLORS[message.severity], fallback, blocks }] };
}

/** To an incoming webhook; it answers `ok`. */
export function slackWebhookRequest(message: NotificationMessage, url: string): OutgoingRequest {
  return jsonRequest(url, bodyOf(message));
}

export type SlackBot = {
  readonly token: string;
  readonly channel: string;
  readonly apiUrl: string;
};

/** As a bot; `thread` is the `ts` of the incident's first message, to which this one replies. */
export function slackBotRequest(
  message: NotificationMessage,
  bot: SlackBot,
  thread: string | null,
): OutgoingRequest {
  const body = {
    channel: bot.channel,
    ...bodyOf(message),
    ...(thread === null ? {} : { thread_ts: thread }),
  };
  return jsonRequest(`${bot.apiUrl}/chat.postMessage`, body, {
    // Without the charset Slack warns in every answer.
    'content-type': 'application/json; charset=utf-8',
    authorization: `Bearer ${bot.token}`,
  });
}

/** What chat.postMessage answered: its HTTP status says nothing. */
export function readSlackAnswer(body: string): { ok: boolean; ts: string | null; error: string } {
  try {
    const { ok, ts, error } = JSON.parse(body) as { ok?: unknown; ts?: unknown; error?: unknown };
    return {
      ok: ok === true,
      ts: typeof ts === 'string' ? ts : null,
      error: typeof error === 'string' ? error : 'not_ok',
    };
  } catch {
    return { ok: false, ts: null, error: 'no_json' };
  }
}
