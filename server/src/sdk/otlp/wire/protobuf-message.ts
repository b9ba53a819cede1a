// Protocol Buffers messages as the JSON that their JSON form has (protobuf.dev/programming-guides/json), by a table of
// fields, so that what follows reads one form only. Fields that the table does not name are passed over.
import type { JsonValue } from '#kernel/json';
import { ProtobufError, type ProtobufField, readFields, readVarints } from './protobuf.ts';

type Scalar =
  | 'text'
  | 'bool'
  /** Bytes as hexadecimal text, as OTLP has ids. */
  | 'hex'
  | 'double'
  /** int64 and smaller, unsigned ones and enumerations among them, as varint. */
  | 'integer'
  /** sint32: the sign is the lowest bit. */
  | 'zigzag'
  /** fixed64 as number. */
  | 'fixed'
  /** sfixed64. */
  | 'signed-fixed'
  /** fixed64 as text: nanoseconds since 1970 are more than a number holds. */
  | 'nanos';

export type MessageShape = { readonly [id: number]: FieldShape };
type FieldShape = {
  readonly name: string;
  /** A function, as messages hold themselves. */
  readonly type: Scalar | (() => MessageShape);
  readonly isList?: true;
};

/** Far above what OTLP nests; values below are left out. */
const MAX_DEPTH = 24;
/** Items of all lists of a message and of those within: two bytes can be one. */
const MAX_ITEMS = 500_000;
/** Of trace ids, the longest. */
const MAX_ID_BYTES = 16;
const utf8 = new TextDecoder();

/** @throws ProtobufError also when there are too many items in it */
export function decodeMessage(
  message: Uint8Array,
  shape: MessageShape,
  maxItems = MAX_ITEMS,
): Record<string, JsonValue> {
  return decodeWithin(message, shape, { left: maxItems }, MAX_DEPTH);
}

/** How many items may still be read. */
type Count = { left: number };

function decodeWithin(
  message: Uint8Array,
  shape: MessageShape,
  count: Count,
  depth: number,
): Record<string, JsonValue> {
  const decoded: Record<string, JsonValue> = {};
  if (depth === 0) return decoded;
  for (const field of readFields(message)) {
    const known = shape[field.id];
    if (!known) continue;
    if (!known.isList) {
      decoded[known.name] = valueOf(field, known.type, count, depth);
      continue;
    }
    const list = (decoded[known.name] ??= []) as JsonValue[];
    for (const item of itemsOf(field, known.type)) {
      count.left -= 1;
      if (count.left < 0) throw new ProtobufError('The body holds too many items.');
      list.push(valueOf(item, known.type, count, depth));
    }
  }
  return decoded;
}

/** Numbers of a list may stand together in one field of bytes. */
function* itemsOf(field: ProtobufField, type: FieldShape['type']): Iterable<ProtobufField> {
  const isPacked = field.kind === 'bytes' && typeof type === 'string' && !BYTES.has(type);
  if (!isPacked) {
    yield field;
    return;
  }
  const { id, value: bytes } = field;
  if (type === 'integer' || type === 'zigzag' || type === 'bool') {
    for (const value of readVarints(bytes)) yield { id, kind: 'varint', value };
    return;
  }
  if (bytes.length % 8 !== 0) throw new ProtobufError();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length; at += 8) {
    yield { id, kind: 'fixed64', value: view.getBigUint64(at, true) };
  }
}

const BYTES: ReadonlySet<Scalar> = new Set(['text', 'hex']);

function valueOf(
  field: ProtobufField,
  type: FieldShape['type'],
  count: Count,
  depth: number,
): JsonValue {
  if (typeof type === 'function') return decodeWithin(bytesOf(field), type(), count, depth - 1);
  switch (type) {
    case 'text':
      return utf8.decode(bytesOf(field));
    case 'hex':
      return [...bytesOf(field).subarray(0, MAX_ID_BYTES)]
        .map((byte) => byte.toString(16).padStart(2, '0'))
        .join('');
    case 'bool':
      return bigOf(field, 'varint') !== 0n;
    case 'integer':
      return Number(BigInt.asIntN(64, bigOf(field, 'varint')));
    case 'zigzag': {
      const bits = bigOf(field, 'varint');
      return Number((bits >> 1n) ^ -(bits & 1n));
    }
    case 'double':
      return doubleOf(bigOf(field, 'fixed64'));
    case 'fixed':
      return Number(bigOf(field, 'fixed64'));
    case 'signed-fixed':
      return Number(BigInt.asIntN(64, bigOf(field, 'fixed64')));
    case 'nanos':
      return String(bigOf(field, 'fixed64'));
  }
}

function bytesOf(field: ProtobufField): Uint8Array {
  if (field.kind !== 'bytes') throw new ProtobufError();
  return field.value;
}

function bigOf(field: ProtobufField, kind: 'varint' | 'fixed64'): bigint {
  if (field.kind !== kind) throw new ProtobufError();
  return field.value;
}

function doubleOf(bits: bigint): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, bits);
  return view.getFloat64(0);
}
