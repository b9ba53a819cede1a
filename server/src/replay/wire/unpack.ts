// Undoes the packing inside of events (`cv: "2024-10"`): full snapshots and mutations hold parts that are gzip, a
// character for each byte, with JSON within.
import { type JsonObject, type JsonValue, isJsonObject } from '#kernel/json';
import { EVENT, LAST_EVENT_TYPE, type RrwebEvent, SOURCE } from './rrweb.ts';

/**
 * Unpacks gzip to text.
 * @throws when it is damaged, or more than `maxBytes` come out
 */
export type Gunzip = (bytes: Uint8Array, maxBytes: number) => string;

/** 6 MB: a longer event is left out. */
export const MAX_EVENT_BYTES = 6 * 1024 * 1024;

const PACKED_PARTS: Readonly<Record<number, readonly string[]>> = {
  [SOURCE.mutation]: ['texts', 'attributes', 'removes', 'adds'],
  [SOURCE.styleSheetRule]: ['adds', 'removes'],
};

/**
 * The event as it was before it was packed; undefined for one that cannot be read, which a player would stumble
 * over.
 */
export function unpackEvent(raw: unknown, gunzip: Gunzip): RrwebEvent | undefined {
  if (!isJsonObject(raw)) return undefined;
  const { type, timestamp, data } = raw;
  if (!Number.isInteger(type) || (type as number) < 0 || (type as number) > LAST_EVENT_TYPE) {
    return undefined;
  }
  if (typeof timestamp !== 'number' || !Number.isFinite(timestamp) || timestamp <= 0) {
    return undefined;
  }
  const event = { type: type as number, timestamp: Math.round(timestamp), data: data ?? null };
  try {
    return isPacked(event) ? { ...event, data: unpackData(event, gunzip) } : event;
  } catch {
    return undefined;
  }
}

/** By what is there rather than by `cv`: a text where a player expects a list is packed or of no use. */
function isPacked({ type, data }: RrwebEvent): boolean {
  if (type === EVENT.fullSnapshot) return typeof data === 'string';
  return (
    type === EVENT.incremental &&
    isJsonObject(data) &&
    partsOf(data).some((name) => typeof data[name] === 'string')
  );
}

function partsOf(data: JsonObject): readonly string[] {
  return PACKED_PARTS[Number(data['source'])] ?? [];
}

function unpackData(event: RrwebEvent, gunzip: Gunzip): JsonValue {
  if (typeof event.data === 'string') return unpackText(event.data, gunzip, MAX_EVENT_BYTES).value;
  const data: Record<string, JsonValue> = { ...(event.data as JsonObject) };
  let leftBytes = MAX_EVENT_BYTES;
  for (const name of partsOf(data)) {
    const part = data[name];
    if (typeof part !== 'string') continue;
    const { value, chars } = unpackText(part, gunzip, leftBytes);
    data[name] = value;
    leftBytes -= chars;
  }
  return data;
}

function unpackText(text: string, gunzip: Gunzip, maxBytes: number) {
  const plain = gunzip(latin1Bytes(text), maxBytes);
  return { value: JSON.parse(plain) as JsonValue, chars: plain.length };
}

function latin1Bytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code > 0xff) throw new RangeError('not a text of bytes');
    bytes[at] = code;
  }
  return bytes;
}
