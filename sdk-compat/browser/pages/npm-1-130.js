import posthog from 'posthog-js-1-130';

posthog.init(window.settings.token, window.settings.options);
window.posthog = posthog;
