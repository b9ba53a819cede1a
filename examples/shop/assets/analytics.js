// posthog-js in the browser, as its users set it up; the shopper's id is the one the server uses too.
const { host, token, shopper } = document.currentScript.dataset;
posthog.init(token, {
  api_host: host,
  bootstrap: { distinctID: shopper },
  person_profiles: 'always',
  disable_session_recording: true,
});

// Elements that belong to a flag are shown to those who have it.
posthog.onFeatureFlags(() => {
  for (const element of document.querySelectorAll('[data-flag]')) {
    element.hidden = !posthog.isFeatureEnabled(element.dataset.flag);
  }
});
