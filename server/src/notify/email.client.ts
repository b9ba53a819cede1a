// Mail by SMTP. The server is the operator's own setting, so it may be in a private network.
import { createTransport } from 'nodemailer';
import type { Email } from './formats/email.ts';

type MailResult = {
  /** Null when the server took the mail. */
  readonly error: string | null;
  /** Trying again would change nothing. */
  readonly isFinal: boolean;
  readonly answer: string | null;
};

export type Mailer = {
  send(to: readonly string[], email: Email): Promise<MailResult>;
  close(): void;
};

const TIMEOUT_MS = 15_000;

/** @param url `smtp://user:password@host:587`, or `smtps://` for TLS from the start. */
export function createMailer(url: string, from: string): Mailer {
  const transport = createTransport(url, {
    from,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
  } as object);
  return {
    async send(to, email) {
      try {
        const { response } = (await transport.sendMail({
          from,
          to: [...to],
          subject: email.subject,
          text: email.text,
          html: email.html,
          messageId: email.messageId,
          ...(email.inReplyTo === null
            ? {}
            : { inReplyTo: email.inReplyTo, references: [email.inReplyTo] }),
          headers: { 'Auto-Submitted': 'auto-generated' },
          disableFileAccess: true,
          disableUrlAccess: true,
        })) as { response?: string };
        return { error: null, isFinal: true, answer: response ?? null };
      } catch (error) {
        const { message, responseCode } = error as { message: string; responseCode?: number };
        // SMTP says 5xx for "never", 4xx for "later".
        return { error: message, isFinal: (responseCode ?? 0) >= 500, answer: null };
      }
    },
    close: () => transport.close(),
  };
}
