// E-mail: one thread an incident, marked as sent by a program so that no out-of-office answers it.
import type { NotificationMessage } from '#notify/message';

export type Email = {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly messageId: string;
  /** Message-ID of the incident's first mail, which later ones answer. */
  readonly inReplyTo: string | null;
};

const escape = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

/** @param first Message-ID of the incident's first mail, null when this is it. */
export function emailOf(message: NotificationMessage, host: string, first: string | null): Email {
  const { title, summary, facts, links } = message;
  const text = [
    summary,
    facts.map(({ name, value }) => `${name}: ${value}`).join('\n'),
    links.map(({ text: label, url }) => `${label}: ${url}`).join('\n'),
  ];
  const rows = facts.map(
    ({ name, value }) =>
      `<tr><td style="padding:2px 12px 2px 0;color:#555">${escape(name)}</td><td>${escape(value)}</td></tr>`,
  );
  const anchors = links.map(
    ({ text: label, url }) => `<a href="${escape(url)}">${escape(label)}</a>`,
  );
  return {
    // A reply keeps its subject, or mail programs start another thread.
    subject: `${first === null ? '' : 'Re: '}[Serin] ${message.source}${first === null ? `: ${title}` : ''}`,
    text: text.filter((part) => part !== '').join('\n\n'),
    html: `<p><strong>${escape(title)}</strong></p><p>${escape(summary)}</p><table>${rows.join('')}</table><p>${anchors.join(' · ')}</p>`,
    messageId: `<${message.id}@${host}>`,
    inReplyTo: first,
  };
}
