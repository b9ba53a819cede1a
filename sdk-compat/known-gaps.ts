// What an SDK can ask for and Serin does not (fully) do, each with what happens instead. The document
// docs/sdk-compatibility.md repeats every one of them; a test compares the two.

export type KnownGap = {
  /** Unique and stable; the document uses it as the row's name. */
  readonly id: string;
  /** Path of the request, or the SDK's feature when no request is at fault. */
  readonly endpoint: string;
  /** Which SDKs and versions can meet it. */
  readonly sdks: string;
  /** What the SDK sees. */
  readonly instead: string;
};

export const KNOWN_GAPS: readonly KnownGap[] = [
  {
    id: 'ordinary-logs',
    endpoint: '/i/v1/logs',
    sdks: 'posthog-js, posthog-node (opt-in)',
    instead:
      '200 with `quota_limited`: posthog-js drops the stream and pauses it for a minute (uses of flags and errors among them are kept: docs/opentelemetry.md)',
  },
  {
    id: 'ai-lane',
    endpoint: '/i/v0/ai/batch/',
    sdks: 'posthog-node with `enableFullAiCapture`',
    instead: '404; without that option the same events come through `/batch/` and are kept',
  },
  {
    id: 'heatmaps',
    endpoint: '/e/ (`$$heatmap`)',
    sdks: 'posthog-js with `enable_heatmaps`',
    instead: '200; heat maps are dropped, the other events are kept',
  },
  {
    id: 'encrypted-payloads',
    endpoint: '…/remote_config',
    sdks: 'posthog-node, posthog-python',
    instead: 'payloads are stored as they are; there is no encryption of single payloads',
  },
  {
    id: 'browser-extras',
    endpoint: '/api/surveys/, /api/web_experiments/, /api/product_tours/',
    sdks: 'posthog-js',
    instead: 'the empty list; surveys: the questions that stages of rollouts ask, and no others',
  },
  {
    id: 'toolbar',
    endpoint: '/static/toolbar.js',
    sdks: 'posthog-js',
    instead: '404: the toolbar is not part of the npm package',
  },
  {
    id: 'other-versions',
    endpoint: '/static/<version>/<kind>.js',
    sdks: 'posthog-js other than 1.434.18',
    instead:
      'the file of 1.434.18, which works with every core of major version 1; 404 for another major version',
  },
];
