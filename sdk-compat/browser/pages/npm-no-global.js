import posthog from 'posthog-js';

// As most applications have it: nothing of posthog-js is global. The shop shows what the flag says.
posthog.init(window.settings.token, window.settings.options);
posthog.onFeatureFlags(() => {
  const isOn = posthog.isFeatureEnabled(window.settings.flags.boolean);
  document.getElementById('app').textContent = String(isOn);
});
