// Opens the feature: the key of sealed settings, the ways out, and the sender.
import type { Ctx } from '#platform/ctx';
import { createOutgoing } from '#platform/http/outgoing';
import { instanceSecret } from '#platform/postgres/instance-secret';
import type { SealKey } from './channels.service.ts';
import { type Mailer, createMailer } from './email.client.ts';
import { startSender } from './sender.job.ts';
import type { Transport } from './transport.service.ts';

export type NotificationOptions = {
  /**
   * Seals channel settings. Without one a key is made and kept in the store: that protects copies of single
   * tables, not a copy of the whole database.
   */
  readonly secretKey: string | undefined;
  /** Private hosts and networks that notifications may reach. */
  readonly allowedPrivate: readonly string[];
  readonly smtp: { readonly url: string; readonly from: string } | undefined;
  /** The address that browsers use. */
  readonly baseUrl: string;
  /** Between two looks at the outbox; a second unless said. */
  readonly intervalMs?: number;
};

export type Notifications = {
  readonly sealKey: () => Promise<SealKey>;
  readonly transport: Transport;
  /** Sends what is due without waiting. */
  wake(): void;
  close(): Promise<void>;
};

export function openNotifications(ctx: Ctx, options: NotificationOptions): Notifications {
  // Read when first needed: flags must start while the state store is away.
  let known = options.secretKey;
  const sealKey = async () =>
    (known ??= (await instanceSecret(ctx.db, 'notifications')).toString('base64'));
  const { smtp } = options;
  const mailer: Mailer | undefined = smtp && createMailer(smtp.url, smtp.from);
  const transport = {
    outgoing: createOutgoing({ allowedPrivate: options.allowedPrivate }),
    mailer,
    baseUrl: options.baseUrl,
  };
  const sender = startSender(ctx, { sealKey, transport, random: Math.random }, options.intervalMs);
  return {
    sealKey,
    transport,
    wake: sender.wake,
    close: async () => {
      await sender.stop();
      mailer?.close();
    },
  };
}
