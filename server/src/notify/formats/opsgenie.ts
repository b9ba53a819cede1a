// Opsgenie's alert API, which Jira Service Management took over unchanged at an address of its own.
import { type NotificationMessage, type Severity, alertKey, clip } from '#notify/message';
import { type OutgoingRequest, jsonRequest } from '#kernel/outgoing';

export type Opsgenie = {
  readonly apiKey: string;
  /** Up to and without `/alerts`. */
  readonly apiUrl: string;
  readonly team: string | null;
};

/** What is done to an alert that is known by its alias. */
const ACTIONS = { resolve: 'close', acknowledge: 'acknowledge' } as const;

const PRIORITIES: Readonly<Record<Severity, string>> = {
  info: 'P5',
  warning: 'P3',
  error: 'P2',
  critical: 'P1',
};

/** Null for mere news: an alert wants somebody. */
export function opsgenieRequest(
  message: NotificationMessage,
  { apiKey, apiUrl, team }: Opsgenie,
): OutgoingRequest | null {
  const { incident } = message;
  if (!incident || incident.step === 'note') return null;
  const headers = { authorization: `GenieKey ${apiKey}` };
  const { step } = incident;
  if (step === 'resolve' || step === 'acknowledge') {
    const alias = encodeURIComponent(alertKey(incident));
    return jsonRequest(
      `${apiUrl}/alerts/${alias}/${ACTIONS[step]}?identifierType=alias`,
      { source: 'Serin', note: clip(message.summary, 25_000) },
      headers,
    );
  }
  return jsonRequest(
    `${apiUrl}/alerts`,
    {
      message: clip(message.title, 130),
      alias: clip(alertKey(incident), 512),
      description: clip(
        [message.summary, ...message.links.map(({ text, url }) => `${text}: ${url}`)].join('\n'),
        15_000,
      ),
      ...(team === null ? {} : { responders: [{ type: 'team', name: team }] }),
      tags: [message.type],
      details: Object.fromEntries(message.facts.map(({ name, value }) => [name, value])),
      entity: clip(message.source, 512),
      source: 'Serin',
      priority: PRIORITIES[message.severity],
    },
    headers,
  );
}
