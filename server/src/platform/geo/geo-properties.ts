// Where an address is, in the words of PostHog's GeoIP properties, out of a record of a MaxMind database (GeoIP2 City
// and Country, GeoLite2, and what others offer in the same form, such as DB-IP).
import { type JsonObject, type JsonValue, isJsonObject } from '#kernel/json';

/** Properties of events and people; empty for a record that says nothing. */
export function geoProperties(record: unknown): JsonObject {
  const properties: Record<string, JsonValue> = {};
  const put = (name: string, value: unknown): void => {
    if (typeof value === 'string' && value !== '') properties[`$geoip_${name}`] = value;
    if (typeof value === 'number') properties[`$geoip_${name}`] = value;
  };
  const part = (name: string): JsonObject => objectIn(record, name);
  put('city_name', nameOf(part('city')));
  put('country_name', nameOf(part('country')));
  put('country_code', part('country')['iso_code']);
  put('continent_name', nameOf(part('continent')));
  put('continent_code', part('continent')['code']);
  put('postal_code', part('postal')['code']);
  const location = part('location');
  for (const name of ['latitude', 'longitude', 'accuracy_radius', 'time_zone']) {
    put(name, location[name]);
  }
  const { subdivisions } = isJsonObject(record) ? record : {};
  for (const [i, subdivision] of (Array.isArray(subdivisions) ? subdivisions : []).entries()) {
    if (!isJsonObject(subdivision)) continue;
    put(`subdivision_${i + 1}_code`, subdivision['iso_code']);
    put(`subdivision_${i + 1}_name`, nameOf(subdivision));
  }
  return properties;
}

/** In English, as PostHog has it, so that conditions hold for everybody. */
const nameOf = (part: JsonObject): JsonValue | undefined => objectIn(part, 'names')['en'];

function objectIn(value: unknown, name: string): JsonObject {
  const inner = isJsonObject(value) ? value[name] : undefined;
  return isJsonObject(inner) ? inner : {};
}
