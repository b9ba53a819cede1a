// Which function answers a test vector of webhooks.
import { signWebhook } from './signing.client.ts';

type SignInput = {
  readonly secret: string;
  readonly id: string;
  readonly timestamp: number;
  readonly body: string;
};

export const WEBHOOK_METHODS = {
  'webhook.sign': (input: unknown) => {
    const { secret, ...message } = input as SignInput;
    return { value: signWebhook([secret], message) };
  },
};
