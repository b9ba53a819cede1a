// Discord: an embed to a channel's webhook. Nobody is pinged by names that happen to stand in a message.
import { type NotificationMessage, type Severity, clip } from '#notify/message';
import { type OutgoingRequest, jsonRequest } from '#kernel/outgoing';

const COLORS: Readonly<Record<Severity, number>> = {
  info: 0x2f7d4f,
  warning: 0xd9a400,
  error: 0xd00000,
  critical: 0x8b0000,
};

const MAX_FIELDS = 25;

export function discordRequest(message: NotificationMessage, url: string): OutgoingRequest {
  const links = message.links.map(({ text, url: target }) => `[${text}](${target})`).join(' · ');
  const embed = {
    title: clip(message.title, 256),
    description: clip([message.summary, links].filter((part) => part !== '').join('\n\n'), 4096),
    color: COLORS[message.severity],
    timestamp: message.at,
    fields: message.facts.slice(0, MAX_FIELDS).map(({ name, value }) => ({
      name: clip(name, 256),
      value: clip(value, 1024),
      inline: true,
    })),
    ...(message.links[0] ? { url: message.links[0].url } : {}),
  };
  return jsonRequest(url, {
    content: '',
    username: 'Serin',
    embeds: [embed],
    allowed_mentions: { parse: [] },
  });
}
