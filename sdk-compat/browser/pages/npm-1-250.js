import posthog from 'posthog-js-1-250';

posthog.init(window.settings.token, window.settings.options);
window.posthog = posthog;
