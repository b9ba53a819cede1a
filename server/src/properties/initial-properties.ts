// First-touch properties: `$initial_browser` and the like. When a person has none stored yet, the
// current value of the same property is the first one.

const WITH_DOLLAR = [
  'app_build',
  'app_name',
  'app_namespace',
  'app_version',
  'browser',
  'browser_version',
  'current_url',
  'device_type',
  'os',
  'os_version',
  'pathname',
  'raw_user_agent',
  'referrer',
  'referring_domain',
  'screen_height',
  'screen_width',
  'viewport_height',
  'viewport_width',
];
/** Campaign parameters as posthog-js 1.449 collects them. */
const WITHOUT_DOLLAR = [
  'utm_source',
  'utm_medium',
  'utm_campaign',
  'utm_content',
  'utm_term',
  'gclid',
  'gad_source',
  'gclsrc',
  'dclid',
  'gbraid',
  'wbraid',
  'fbclid',
  'msclkid',
  'twclid',
  'li_fat_id',
  'mc_cid',
  'igshid',
  'ttclid',
  'rdt_cid',
  'epik',
  'qclid',
  'sccid',
  'irclid',
  '_kx',
];

const CURRENT_BY_INITIAL = new Map<string, string>([
  ...WITH_DOLLAR.map((name) => [`$initial_${name}`, `$${name}`] as const),
  ...WITHOUT_DOLLAR.map((name) => [`$initial_${name}`, name] as const),
]);

/** The current property that a missing `$initial_…` property is read from, if it is such a one. */
export function currentPropertyOf(initialKey: string): string | undefined {
  return CURRENT_BY_INITIAL.get(initialKey);
}
