// Opsgenie's alert API, which Jira Service Management took over unchanged at an address of its own.
import { type NotificationMessage, type Severity, clip } from '#notify/message';
import { type OutgoingRequest, jsonRequest } from '#kernel/outgoing';

export type Opsgenie = {
  readonly apiKey: string;
  /** Up to and without `/alerts`. */
  readonly apiUrl: string;
  readonly team: string | null;
};

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
  if (!incident) return null;
  const headers = { authorization: `GenieKey ${apiKey}` };
  if (incident.step === 'resolve') {
    const alias = encodeURIComponent(incident.key);
    return jsonRequest(
      `${apiUrl}/alerts/${alias}/close?identifierType=alias`,
      { source: 'Serin', note: clip(message.summary, 25_000) },
      headers,
    );
  }
  return jsonRequest(
    `${apiUrl}/alerts`,
    {
      message: clip(message.title, 130),
      alias: clip(incident.key, 512),
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
