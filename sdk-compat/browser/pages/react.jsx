import posthog from 'posthog-js';
import {
  PostHogFeature,
  PostHogProvider,
  useActiveFeatureFlags,
  useFeatureFlagEnabled,
  useFeatureFlagPayload,
  useFeatureFlagVariantKey,
  usePostHog,
} from 'posthog-js/react';
import { createRoot } from 'react-dom/client';

const { token, options, flags } = window.settings;
posthog.init(token, options);
window.posthog = posthog;

function Checkout() {
  const client = usePostHog();
  const isOn = useFeatureFlagEnabled(flags.boolean);
  const variant = useFeatureFlagVariantKey(flags.variant);
  const payload = useFeatureFlagPayload(flags.variant);
  const active = useActiveFeatureFlags() ?? [];
  return (
    <main>
      <p id="boolean">{String(isOn)}</p>
      <p id="variant">{String(variant)}</p>
      <p id="payload">{JSON.stringify(payload)}</p>
      <p id="active">{String(active.includes(flags.boolean))}</p>
      <PostHogFeature flag={flags.boolean} match={true} fallback={<p id="feature">old checkout</p>}>
        <p id="feature">new checkout</p>
      </PostHogFeature>
      <button type="button" onClick={() => client.capture('react purchase')}>
        Buy
      </button>
    </main>
  );
}

createRoot(document.getElementById('app')).render(
  <PostHogProvider client={posthog}>
    <Checkout />
  </PostHogProvider>,
);
