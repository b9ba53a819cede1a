// What an event's properties may look like: bounded in number, name and depth, without the SDKs' own
// book-keeping. Dropping one bad property is kinder than dropping its event.
import type { JsonObject, JsonValue } from '#kernel/json';
import type { Warning } from './warning.ts';

const MAX_PROPERTY_DEPTH = 32;
const MAX_PROPERTIES = 1000;
const MAX_PROPERTY_NAME_CHARS = 200;

/** Facts about the SDK's inner state, and the token: large, secret or of no use in an event. */
const STRIPPED: ReadonlySet<string> = new Set([
  'token',
  '$feature_flag_payloads',
  '$lib_rate_limit_remaining_tokens',
  '$config_defaults',
  '$heatmap_data',
]);
const STRIPPED_PREFIX = '$sdk_debug_';

/** A copy within the bounds; what was left out is said in `warnings`. */
export function boundProperties(
  properties: JsonObject,
  warnings: Warning[],
): Record<string, JsonValue> {
  const kept: Record<string, JsonValue> = {};
  let count = 0;
  for (const key of Object.keys(properties)) {
    const value = properties[key];
    if (value === undefined || STRIPPED.has(key) || key.startsWith(STRIPPED_PREFIX)) continue;
    if (key.length > MAX_PROPERTY_NAME_CHARS) {
      const detail = `Names of properties may have ${MAX_PROPERTY_NAME_CHARS} characters; longer ones are left out.`;
      warnings.push({ kind: 'property_name_too_long', detail, attr: key.slice(0, 60) });
      continue;
    }
    if (typeof value === 'object' && isDeeperThan(value, MAX_PROPERTY_DEPTH)) {
      const detail = `Properties may be nested ${MAX_PROPERTY_DEPTH} levels deep; deeper ones are left out.`;
      warnings.push({ kind: 'property_too_deep', detail, attr: key });
      continue;
    }
    if (count === MAX_PROPERTIES) {
      const detail = `An event may have ${MAX_PROPERTIES} properties; the rest are left out.`;
      warnings.push({ kind: 'too_many_properties', detail });
      break;
    }
    count += 1;
    if (key === '__proto__') continue;
    kept[key] = value;
  }
  return kept;
}

/** True when `value` is nested deeper than `levels` (a scalar has none). */
export function isDeeperThan(value: JsonValue, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  const inner: readonly JsonValue[] = Array.isArray(value)
    ? (value as readonly JsonValue[])
    : Object.values(value as JsonObject);
  return inner.some((each) => isDeeperThan(each, levels - 1));
}
