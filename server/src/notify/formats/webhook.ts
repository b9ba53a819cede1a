// Standard Webhooks 1.0: what is sent and what is signed. The signature itself is made by signing.client.ts.
import type { NotificationMessage } from '#notify/message';

/** The exact bytes that are signed and sent. */
export function webhookBody(message: NotificationMessage): string {
  const { title, summary, severity, facts, links, source, incident } = message;
  return JSON.stringify({
    type: message.type,
    timestamp: message.at,
    data: { title, summary, severity, source, facts, links, incident, ...message.data },
  });
}

/** `id.timestamp.body`, the text that the signature covers; the time in seconds. */
export function signedText(id: string, timestamp: number, body: string): string {
  return `${id}.${timestamp}.${body}`;
}
