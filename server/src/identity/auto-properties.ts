// Person properties that come from an event's own properties: what browser, device and campaign the
// person was last (`$browser`) and first (`$initial_browser`) seen with, and where.
import type { JsonObject, JsonValue } from '#kernel/json';

const COPIED = [
  '$app_build',
  '$app_name',
  '$app_namespace',
  '$app_version',
  '$browser',
  '$browser_version',
  '$current_url',
  '$device_type',
  '$os',
  '$os_name',
  '$os_version',
  '$pathname',
  '$raw_user_agent',
  '$referrer',
  '$referring_domain',
  '$screen_height',
  '$screen_width',
  '$viewport_height',
  '$viewport_width',
  'utm_source',
  'utm_medium',
  'utm_campaign',
  'utm_content',
  'utm_term',
  'dclid',
  'fbclid',
  'gad_source',
  'gbraid',
  'gclid',
  'gclsrc',
  'igshid',
  'li_fat_id',
  'mc_cid',
  'msclkid',
  'ttclid',
  'twclid',
  'wbraid',
] as const;

/** Libraries whose `$os` is the server's, not the person's. */
const SERVER_LIBRARIES: ReadonlySet<unknown> = new Set([
  'posthog-node',
  'posthog-python',
  'posthog-go',
  'posthog-ruby',
  'posthog-php',
  'posthog-java',
  'posthog-dotnet',
  'posthog-elixir',
  'posthog-rs',
]);

/** Properties of places; and the one among them that says that there is none. */
const PLACE = '$geoip_';
const NO_PLACE = '$geoip_disable';

export type AutoProperties = { readonly set: JsonObject; readonly setOnce: JsonObject };

/** The `$set` and `$set_once` that an event's own properties imply. */
export function autoProperties(properties: JsonObject): AutoProperties {
  const set: Record<string, JsonValue> = {};
  const setOnce: Record<string, JsonValue> = {};
  const copy = (key: string): void => {
    const value = properties[key];
    if (value === undefined || value === null) return;
    set[key] = value;
    setOnce[`$initial_${key.replace(/^\$/, '')}`] = value;
  };
  // A server that wants places found out has said whose address it is.
  for (const key in properties) if (key.startsWith(PLACE) && key !== NO_PLACE) copy(key);
  const isServer = properties['$is_server'] === true || SERVER_LIBRARIES.has(properties['$lib']);
  if (!isServer) for (const key of COPIED) copy(key);
  return { set, setOnce };
}
