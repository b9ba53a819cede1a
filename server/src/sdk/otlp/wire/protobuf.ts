// The wire format of Protocol Buffers, as far as OTLP needs it (protobuf.dev/programming-guides/encoding): fields one
// after the other, each a number, a kind and a value. Unknown fields are passed over, as the format wants it.

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/** One field of a message. */
export type ProtobufField =
  | { readonly id: number; readonly kind: 'varint' | 'fixed64'; readonly value: bigint }
  | { readonly id: number; readonly kind: 'fixed32'; readonly value: number }
  | { readonly id: number; readonly kind: 'bytes'; readonly value: Uint8Array };

/** The bytes are no message, or too much of one. */
export class ProtobufError extends Error {
  constructor(message = 'The body is no Protocol Buffers message.') {
    super(message);
    this.name = 'ProtobufError';
  }
}

/**
 * The fields of a message in the order in which they stand.
 * @throws ProtobufError
 */
export function* readFields(message: Uint8Array): Generator<ProtobufField> {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  let at = 0;
  const take = (sizeBytes: number): number => {
    const start = at;
    at += sizeBytes;
    if (at > message.length) throw new ProtobufError();
    return start;
  };
  const varint = (): bigint => {
    const { value, end } = varintAt(message, at);
    at = end;
    return value;
  };
  while (at < message.length) {
    const tag = Number(varint());
    const id = Math.floor(tag / 8);
    switch (tag % 8) {
      case VARINT:
        yield { id, kind: 'varint', value: varint() };
        break;
      case FIXED64:
        yield { id, kind: 'fixed64', value: view.getBigUint64(take(8), true) };
        break;
      case FIXED32:
        yield { id, kind: 'fixed32', value: view.getUint32(take(4), true) };
        break;
      case BYTES: {
        const sizeBytes = Number(varint());
        const start = take(sizeBytes);
        yield { id, kind: 'bytes', value: message.subarray(start, start + sizeBytes) };
        break;
      }
      default:
        throw new ProtobufError();
    }
  }
}

/** Numbers one after the other, as lists of them may be packed. @throws ProtobufError */
export function* readVarints(bytes: Uint8Array): Generator<bigint> {
  for (let at = 0; at < bytes.length;) {
    const { value, end } = varintAt(bytes, at);
    yield value;
    at = end;
  }
}

function varintAt(bytes: Uint8Array, start: number): { value: bigint; end: number } {
  let value = 0n;
  let at = start;
  // Ten groups of seven bits hold 64.
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = bytes[at];
    if (byte === undefined) throw new ProtobufError();
    at += 1;
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return { value: BigInt.asUintN(64, value), end: at };
  }
  throw new ProtobufError();
}

/** A message of fields: whole numbers from 0 as varints, texts as UTF-8, messages as they are. */
export function writeFields(
  fields: readonly (readonly [id: number, value: number | string | Uint8Array])[],
): Uint8Array {
  const bytes: number[] = [];
  const varint = (number: number): void => {
    let rest = number;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
    bytes.push(rest);
  };
  for (const [id, value] of fields) {
    varint(id * 8 + (typeof value === 'number' ? VARINT : BYTES));
    if (typeof value === 'number') {
      varint(value);
      continue;
    }
    const content = typeof value === 'string' ? new TextEncoder().encode(value) : value;
    varint(content.length);
    for (const byte of content) bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}
