// The remote configuration that posthog-js asks for at start: which of its features run, and where they
// send. Field names are the SDK's (`RemoteConfig` in @posthog/browser-common 0.9).

/**
 * What posthog-js is told. Kept away on purpose:
 * - `surveys`: any value, even false, makes it download the survey script; there are no surveys here.
 * - `logs`: nothing would keep them.
 * `autocapture_opt_out` must be a literal boolean, else new visitors send no autocapture, and
 * `supportedCompression` must name `gzip-js`, else bodies are base64.
 */
export type RemoteConfig = ReturnType<typeof remoteConfig>;

/** The configuration for one project token. */
export function remoteConfig(token: string) {
  return {
    token,
    supportedCompression: ['gzip', 'gzip-js'],
    hasFeatureFlags: true,
    analytics: { endpoint: '/i/v0/e/' },
    autocapture_opt_out: false,
    elementsChainAsString: true,
    capturePerformance: {
      network_timing: true,
      web_vitals: true,
      web_vitals_allowed_metrics: null,
    },
    // Guardrails watch exceptions, so browsers report them unless the page says otherwise.
    autocaptureExceptions: true,
    errorTracking: { autocaptureExceptions: true, suppressionRules: [] },
    // `false` also switches off a recording configuration that the SDK has stored from elsewhere.
    sessionRecording: false,
    heatmaps: false,
    captureDeadClicks: false,
    productTours: false,
    conversations: false,
    siteApps: [],
    defaultIdentifiedOnly: true,
    isAuthenticated: false,
    toolbarParams: {},
  };
}

/** The script form: leaves the configuration where posthog-js looks for it. */
export function remoteConfigScript(token: string): string {
  return (
    '(function(){' +
    'window._POSTHOG_REMOTE_CONFIG=window._POSTHOG_REMOTE_CONFIG||{};' +
    `window._POSTHOG_REMOTE_CONFIG[${scriptText(token)}]=` +
    `{config:${scriptText(remoteConfig(token))},siteApps:[]};` +
    '})();\n'
  );
}

/** JSON that is safe inside a script element: no `<`, no line separators of old engines. */
function scriptText(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
