// Microsoft Teams: an Adaptive Card to a Workflows webhook ("when a Teams webhook request is received").
import { type NotificationMessage, type Severity, clip } from '#notify/message';
import { type OutgoingRequest, jsonRequest } from '#kernel/outgoing';

const COLORS: Readonly<Record<Severity, string>> = {
  info: 'Good',
  warning: 'Warning',
  error: 'Attention',
  critical: 'Attention',
};

/** Teams takes 28 KB a message; facts are cut well before. */
const MAX_TEXT = 4000;
const MAX_FACTS = 20;

export function teamsRequest(message: NotificationMessage, url: string): OutgoingRequest {
  const card = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.2',
    msteams: { width: 'full' },
    body: [
      {
        type: 'TextBlock',
        text: clip(message.title, 300),
        weight: 'Bolder',
        size: 'Medium',
        wrap: true,
        style: 'heading',
        color: COLORS[message.severity],
      },
      { type: 'TextBlock', text: clip(message.summary, MAX_TEXT), wrap: true },
      {
        type: 'FactSet',
        facts: message.facts
          .slice(0, MAX_FACTS)
          .map(({ name, value }) => ({ title: name, value: clip(value, 500) })),
      },
    ],
    actions: message.links.map(({ text, url: target }) => ({
      type: 'Action.OpenUrl',
      title: text,
      url: target,
    })),
  };
  const attachment = {
    contentType: 'application/vnd.microsoft.card.adaptive',
    contentUrl: null,
    content: card,
  };
  return jsonRequest(url, { type: 'message', attachments: [attachment] });
}

/** Office 365 connectors were switched off in 2026; their addresses answer nobody. */
export function isRetiredTeamsUrl(url: string): boolean {
  return /^https:\/\/([a-z0-9-]+\.)?webhook\.office\.com\//i.test(url);
}
