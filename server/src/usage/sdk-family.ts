// Which SDK asked, as one of few names: what clients say of themselves is never stored as it stands.

const FAMILIES = [
  'posthog-js',
  'posthog-node',
  'posthog-python',
  'posthog-go',
  'posthog-ruby',
  'posthog-php',
  'posthog-java',
  'posthog-dotnet',
  'posthog-elixir',
  'posthog-rust',
  'posthog-ios',
  'posthog-android',
  'posthog-flutter',
  'posthog-react-native',
  'openfeature',
  'browser',
  'other',
] as const;
export type SdkFamily = (typeof FAMILIES)[number];

const KNOWN: ReadonlySet<string> = new Set(FAMILIES);
/** Names that SDKs give themselves otherwise: `$lib` of posthog-js is `web`. */
const ALIASES: Readonly<Record<string, SdkFamily>> = {
  web: 'posthog-js',
  js: 'posthog-js',
  'posthog-js-lite': 'posthog-js',
  'posthog-edge': 'posthog-node',
  'posthog-server': 'posthog-java',
};

/** The family of an SDK's name, such as the event property `$lib`. */
export function familyOfLib(lib: string): SdkFamily {
  const name = lib.toLowerCase();
  if (KNOWN.has(name)) return name as SdkFamily;
  return Object.hasOwn(ALIASES, name) ? (ALIASES[name] ?? 'other') : 'other';
}

/** The family of a User-Agent header: `posthog-node/5.70.0`; browsers ask for flags through posthog-js. */
export function familyOfAgent(userAgent: string | undefined): SdkFamily {
  if (userAgent === undefined) return 'other';
  if (userAgent.startsWith('Mozilla/')) return 'browser';
  const name = /^[A-Za-z][\w.-]{0,40}(?=\/)/.exec(userAgent)?.[0] ?? '';
  const family = familyOfLib(name);
  return family === 'other' && /openfeature|ofrep/i.test(userAgent) ? 'openfeature' : family;
}
