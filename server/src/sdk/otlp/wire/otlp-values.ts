// Attributes, values and times as OTLP's JSON form has them.
import { type JsonValue, isJsonObject } from '#kernel/json';

export type Attributes = Readonly<Record<string, JsonValue>>;

/** Attributes are flat, and the oldest events hold their fields in a map as body. */
const MAX_DEPTH = 4;
const NANOS_PER_MS = 1_000_000;

/** The list in a field; empty when there is none. */
export function itemsIn(value: JsonValue | undefined, field: string): readonly JsonValue[] {
  const items = isJsonObject(value) ? value[field] : undefined;
  return Array.isArray(items) ? (items as readonly JsonValue[]) : [];
}

/** What a resource, a record or a data point says of itself. Keys are other people's: without a prototype. */
export function attributesOf(value: JsonValue | undefined): Attributes {
  return mapOf(itemsIn(value, 'attributes'), MAX_DEPTH);
}

/** An AnyValue; bytes and what is nested too deeply are null. */
export function anyValueOf(any: JsonValue | undefined): JsonValue {
  return valueOf(any, MAX_DEPTH);
}

/** Times as they came: what two records of one millisecond differ by. */
export function timesOf(...nanos: readonly (JsonValue | undefined)[]): string {
  return nanos
    .map((one) => (typeof one === 'string' || typeof one === 'number' ? String(one) : ''))
    .join('/');
}

/** Milliseconds since the epoch; undefined without a time. */
export function millisOf(nanos: JsonValue | undefined): number | undefined {
  const number = Number(nanos ?? 0);
  return number > 0 ? Math.floor(number / NANOS_PER_MS) : undefined;
}

function mapOf(pairs: readonly JsonValue[], depth: number): Record<string, JsonValue> {
  const map = Object.create(null) as Record<string, JsonValue>;
  for (const pair of pairs) {
    if (!isJsonObject(pair) || typeof pair['key'] !== 'string') continue;
    map[pair['key']] = valueOf(pair['value'], depth);
  }
  return map;
}

/** Whole numbers may come as texts, because JSON's numbers lose digits. */
function valueOf(any: JsonValue | undefined, depth: number): JsonValue {
  if (!isJsonObject(any) || depth === 0) return null;
  const { stringValue, boolValue, intValue, doubleValue, arrayValue, kvlistValue } = any;
  if (typeof stringValue === 'string') return stringValue;
  if (typeof boolValue === 'boolean') return boolValue;
  if (intValue !== undefined) return Number(intValue);
  if (typeof doubleValue === 'number') return doubleValue;
  if (arrayValue !== undefined) {
    return itemsIn(arrayValue, 'values').map((item) => valueOf(item, depth - 1));
  }
  return kvlistValue === undefined ? null : mapOf(itemsIn(kvlistValue, 'values'), depth - 1);
}
