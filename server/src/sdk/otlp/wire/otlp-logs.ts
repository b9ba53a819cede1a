// Log records out of an OTLP request, whichever encoding (opentelemetry-proto v1.9, collector/logs/v1): only what
// an evaluation is told by. Values are read as JSON has them; bytes and what is nested too deeply are null.
import { type JsonObject, type JsonValue, isJsonObject } from '#kernel/json';
import { ProtobufError, type ProtobufField, readFields } from './protobuf.ts';

export type LogRecord = {
  /** Empty without one. */
  readonly eventName: string;
  /** Milliseconds since the epoch; undefined when it says none. */
  readonly atMs: number | undefined;
  readonly attributes: Readonly<Record<string, JsonValue>>;
  readonly body: JsonValue;
};

/** Attributes are flat, and the oldest events hold their fields in a map as body. */
const MAX_DEPTH = 4;
const NANOS_PER_MS = 1_000_000;
const utf8 = new TextDecoder();

/**
 * Every record of an ExportLogsServiceRequest in binary form.
 * @throws ProtobufError
 */
export function recordsOfProtobuf(request: Uint8Array): LogRecord[] {
  const records: LogRecord[] = [];
  for (const resource of messagesIn(request, 1)) {
    for (const scope of messagesIn(resource, 2)) {
      for (const record of messagesIn(scope, 2)) records.push(readRecord(record));
    }
  }
  return records;
}

/** Every record of the same request as JSON; undefined when it is none. */
export function recordsOfJson(request: JsonValue): LogRecord[] | undefined {
  if (!isJsonObject(request)) return undefined;
  const resources = request['resourceLogs'] ?? [];
  if (!Array.isArray(resources)) return undefined;
  return resources
    .flatMap((resource) => itemsIn(resource, 'scopeLogs'))
    .flatMap((scope) => itemsIn(scope, 'logRecords'))
    .filter(isJsonObject)
    .map(recordOfJson);
}

function* messagesIn(message: Uint8Array, id: number): Generator<Uint8Array> {
  for (const field of readFields(message)) {
    if (field.id === id) yield bytesOf(field);
  }
}

function readRecord(message: Uint8Array): LogRecord {
  let eventName = '';
  let timeNanos = 0n;
  let observedNanos = 0n;
  let body: JsonValue = null;
  const attributes = emptyRecord();
  for (const field of readFields(message)) {
    if (field.id === 1 && field.kind === 'fixed64') timeNanos = field.value;
    if (field.id === 11 && field.kind === 'fixed64') observedNanos = field.value;
    if (field.id === 5) body = readAny(bytesOf(field), MAX_DEPTH);
    if (field.id === 6) readPair(bytesOf(field), attributes, MAX_DEPTH);
    if (field.id === 12) eventName = utf8.decode(bytesOf(field));
  }
  const nanos = timeNanos > 0n ? timeNanos : observedNanos;
  const atMs = nanos > 0n ? Number(nanos / BigInt(NANOS_PER_MS)) : undefined;
  return { eventName, atMs, attributes, body };
}

function readPair(message: Uint8Array, into: Record<string, JsonValue>, depth: number): void {
  let key = '';
  let value: JsonValue = null;
  for (const field of readFields(message)) {
    if (field.id === 1) key = utf8.decode(bytesOf(field));
    if (field.id === 2) value = readAny(bytesOf(field), depth);
  }
  into[key] = value;
}

function readAny(message: Uint8Array, depth: number): JsonValue {
  if (depth === 0) return null;
  let value: JsonValue = null;
  for (const field of readFields(message)) {
    switch (field.id) {
      case 1:
        value = utf8.decode(bytesOf(field));
        break;
      case 2:
        value = field.value !== 0n;
        break;
      case 3:
        if (field.kind === 'varint') value = Number(BigInt.asIntN(64, field.value));
        break;
      case 4:
        if (field.kind === 'fixed64') value = doubleOf(field.value);
        break;
      case 5:
        value = [...messagesIn(bytesOf(field), 1)].map((item) => readAny(item, depth - 1));
        break;
      case 6:
        value = readMap(bytesOf(field), depth - 1);
        break;
      default:
    }
  }
  return value;
}

function readMap(message: Uint8Array, depth: number): JsonObject {
  const map = emptyRecord();
  for (const pair of messagesIn(message, 1)) readPair(pair, map, depth);
  return map;
}

function bytesOf(field: ProtobufField): Uint8Array {
  if (field.kind !== 'bytes') throw new ProtobufError();
  return field.value;
}

function doubleOf(bits: bigint): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, bits);
  return view.getFloat64(0);
}

function itemsIn(value: JsonValue | undefined, field: string): readonly JsonValue[] {
  const items = isJsonObject(value) ? value[field] : undefined;
  return Array.isArray(items) ? (items as readonly JsonValue[]) : [];
}

function recordOfJson(record: JsonObject): LogRecord {
  const { eventName } = record;
  const nanos = Number(record['timeUnixNano'] ?? 0) || Number(record['observedTimeUnixNano'] ?? 0);
  return {
    eventName: typeof eventName === 'string' ? eventName : '',
    atMs: nanos > 0 ? Math.floor(nanos / NANOS_PER_MS) : undefined,
    attributes: mapOfJson(itemsIn(record, 'attributes'), MAX_DEPTH),
    body: anyOfJson(record['body'], MAX_DEPTH),
  };
}

function mapOfJson(pairs: readonly JsonValue[], depth: number): Record<string, JsonValue> {
  const map = emptyRecord();
  for (const pair of pairs) {
    if (!isJsonObject(pair) || typeof pair['key'] !== 'string') continue;
    map[pair['key']] = anyOfJson(pair['value'], depth);
  }
  return map;
}

/** Whole numbers may come as texts, because JSON's numbers lose digits. */
function anyOfJson(any: JsonValue | undefined, depth: number): JsonValue {
  if (!isJsonObject(any) || depth === 0) return null;
  const { stringValue, boolValue, intValue, doubleValue, arrayValue, kvlistValue } = any;
  if (typeof stringValue === 'string') return stringValue;
  if (typeof boolValue === 'boolean') return boolValue;
  if (intValue !== undefined) return Number(intValue);
  if (typeof doubleValue === 'number') return doubleValue;
  if (arrayValue !== undefined) {
    return itemsIn(arrayValue, 'values').map((item) => anyOfJson(item, depth - 1));
  }
  return kvlistValue === undefined ? null : mapOfJson(itemsIn(kvlistValue, 'values'), depth - 1);
}

/** Keys are other people's: without a prototype none of them means anything. */
function emptyRecord(): Record<string, JsonValue> {
  return Object.create(null) as Record<string, JsonValue>;
}
