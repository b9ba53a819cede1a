// Signatures of webhooks (Standard Webhooks 1.0, HMAC-SHA256).
import { createHmac, randomBytes } from 'node:crypto';
import { signedText } from './formats/webhook.ts';

const SECRET_PREFIX = 'whsec_';
const SECRET_BYTES = 32;

/** A fresh signing secret, `whsec_…`. */
export function webhookSecret(): string {
  return SECRET_PREFIX + randomBytes(SECRET_BYTES).toString('base64');
}

/** `v1,<base64>`; with two secrets, as during a rotation, two signatures separated by a space. */
export function signWebhook(
  secrets: readonly string[],
  message: { readonly id: string; readonly timestamp: number; readonly body: string },
): string {
  const text = signedText(message.id, message.timestamp, message.body);
  return secrets
    .map((secret) => {
      const key = Buffer.from(secret.replace(SECRET_PREFIX, ''), 'base64');
      return `v1,${createHmac('sha256', key).update(text).digest('base64')}`;
    })
    .join(' ');
}
