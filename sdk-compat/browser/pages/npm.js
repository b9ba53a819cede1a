import posthog from 'posthog-js';

posthog.init(window.settings.token, window.settings.options);
window.posthog = posthog;
