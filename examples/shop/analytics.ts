// The shop's use of Serin, through PostHog's own SDK: which checkout a shopper gets, and what happened.
import { PostHog } from 'posthog-node';
import type { FeatureFlagEvaluations } from 'posthog-node';
import type { Shopper } from './shoppers.ts';

export const NEW_CHECKOUT = 'new-checkout';
/** Shoppers opt in to it; only the browser asks for it. */
export const QUICK_BASKET = 'quick-basket';

type Properties = Readonly<Record<string, string | number>>;

export type Analytics = {
  /** The flags of a shopper, asked of Serin; without an answer everything is off. */
  flagsOf(shopper: Shopper): Promise<FeatureFlagEvaluations>;
  /** Records that a shopper did something; at the checkout with the flags it was shown with. */
  track(event: string, shopper: Shopper, about: Properties, flags?: FeatureFlagEvaluations): void;
  /** Records an error that a shopper ran into. */
  trackError(shopper: Shopper, error: unknown): void;
  /** Sends what is left. */
  close(): Promise<void>;
};

/** Connects to Serin at `host` with a project token. */
export function openAnalytics(host: string, token: string): Analytics {
  const posthog = new PostHog(token, {
    host,
    // A demo is watched: events should be seen within a blink, and none be dropped under load.
    flushAt: 50,
    flushInterval: 250,
    maxQueueSize: 20_000,
    featureFlagsRequestTimeoutMs: 3000,
  });
  return {
    flagsOf: (shopper) => posthog.evaluateFlags(shopper.id, { flagKeys: [NEW_CHECKOUT] }),
    track: (event, shopper, properties, flags) =>
      posthog.capture({ event, distinctId: shopper.id, properties, ...(flags && { flags }) }),
    trackError: (shopper, error) =>
      posthog.captureException(error, shopper.id, undefined, undefined, shopper.flags),
    close: () => posthog.shutdown(),
  };
}
