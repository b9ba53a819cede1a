// Where a request for flags runs, so that a flag marked "server only" never reaches a browser and the
// other way round. Rules and precedence: posthog `rust/feature-flags` request handling.

export type Runtime = 'client' | 'server';

/** What is known of a caller. Header values as received. */
export type Caller = {
  readonly userAgent: string | undefined;
  /** True when an Origin, Referer or Sec-Fetch-* header is present: only browsers send them. */
  readonly hasBrowserHeaders: boolean;
};

/** posthog-ruby puts its version right after its name (`posthog-ruby3.1.0`). */
const SERVER_AGENT =
  /^(posthog-(python|ruby|php|java|go|node|dotnet|elixir)|python-requests|curl)(?![a-z])/i;
const CLIENT_SDK_AGENT = /^posthog-(android|ios|react-native|flutter)\b/i;
const BROWSER_AGENT = /mozilla|chrome|safari|edge|firefox|opera/i;

/** True when the request has headers that only browsers send. */
export function isFromBrowser(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): boolean {
  return (
    headers['origin'] !== undefined ||
    headers['referer'] !== undefined ||
    headers['sec-fetch-mode'] !== undefined
  );
}

/** The runtime of a caller, or undefined when nothing tells: then only flags for `all` are served. */
export function runtimeOf(caller: Caller): Runtime | undefined {
  const agent = caller.userAgent ?? '';
  if (SERVER_AGENT.test(agent)) return 'server';
  if (CLIENT_SDK_AGENT.test(agent)) return 'client';
  if (BROWSER_AGENT.test(agent) || caller.hasBrowserHeaders) return 'client';
  return undefined;
}

/** True when a flag with `flagRuntime` may be served to a caller running in `runtime`. */
export function servesRuntime(flagRuntime: string, runtime: Runtime | 'all' | undefined): boolean {
  return flagRuntime === 'all' || runtime === 'all' || flagRuntime === runtime;
}
