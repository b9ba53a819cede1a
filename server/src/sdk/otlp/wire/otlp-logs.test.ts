import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type LogRecord, recordsOfJson, recordsOfProtobuf } from './otlp-logs.ts';
import { LOGS_REQUEST } from './otlp-shapes.ts';
import { decodeMessage } from './protobuf-message.ts';
import { ProtobufError, readFields, writeFields } from './protobuf.ts';

type Part = readonly [id: number, value: number | string | Uint8Array];
const message = (...parts: Part[]): Uint8Array => writeFields(parts);
const pair = (key: string, any: Uint8Array) => message([1, key], [2, any]);
const text = (value: string) => message([1, value]);

/** A field of eight bytes, which the writer of answers does not need. */
function fixed64(id: number, value: bigint): Uint8Array {
  const bytes = new Uint8Array(9);
  bytes[0] = id * 8 + 1;
  new DataView(bytes.buffer).setBigUint64(1, value, true);
  return bytes;
}

const join = (...parts: Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((p) => [...p]));

function doubleBits(value: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0);
}

function requestOf(...records: Uint8Array[]): Uint8Array {
  const service = pair('service.name', text('checkout'));
  const scope = message([1, message([1, 'scope'])], ...records.map((record): Part => [2, record]));
  return message([1, message([1, message([1, service])], [2, scope])]);
}

test('the same record in both encodings', () => {
  const expected: LogRecord = {
    eventName: 'feature_flag.evaluation',
    atMs: 1_764_000_000_123,
    times: '1764000000123456789/',
    attributes: {
      text: 'ä',
      yes: true,
      no: false,
      whole: -7,
      real: 2.5,
      list: ['a', 1],
      map: { inner: 'x' },
      none: null,
    },
    body: { value: true },
    resource: { 'service.name': 'checkout' },
    severity: 9,
    severityText: 'INFO',
    traceId: '5b8efff798038103d269b633813fc60c',
    spanId: 'eee19b7ec3c1b174',
  };
  const record = join(
    fixed64(1, 1_764_000_000_123_456_789n),
    message(
      [2, 9],
      [3, 'INFO'],
      [5, message([6, message([1, pair('value', message([2, 1]))])])],
      [6, pair('text', text('ä'))],
      [6, pair('yes', message([2, 1]))],
      [6, pair('no', message([2, 0]))],
      [6, join(message([1, 'whole']), message([2, join(Uint8Array.of(24), varint(-7n))]))],
      [6, pair('real', fixed64(4, doubleBits(2.5)))],
      [6, pair('list', message([5, message([1, text('a')], [1, message([3, 1])])]))],
      [6, pair('map', message([6, message([1, pair('inner', text('x'))])]))],
      [6, pair('none', message())],
      [9, Uint8Array.from(Buffer.from('5b8efff798038103d269b633813fc60c', 'hex'))],
      [10, Uint8Array.from(Buffer.from('eee19b7ec3c1b174', 'hex'))],
      [12, 'feature_flag.evaluation'],
      [99, 'a field of a later version'],
    ),
  );
  expect(recordsOfProtobuf(requestOf(record))).toEqual([expected]);

  const json = {
    timeUnixNano: '1764000000123456789',
    severityNumber: 9,
    severityText: 'INFO',
    traceId: '5b8efff798038103d269b633813fc60c',
    spanId: 'eee19b7ec3c1b174',
    eventName: 'feature_flag.evaluation',
    body: { kvlistValue: { values: [{ key: 'value', value: { boolValue: true } }] } },
    attributes: [
      { key: 'text', value: { stringValue: 'ä' } },
      { key: 'yes', value: { boolValue: true } },
      { key: 'no', value: { boolValue: false } },
      { key: 'whole', value: { intValue: '-7' } },
      { key: 'real', value: { doubleValue: 2.5 } },
      { key: 'list', value: { arrayValue: { values: [{ stringValue: 'a' }, { intValue: 1 }] } } },
      {
        key: 'map',
        value: { kvlistValue: { values: [{ key: 'inner', value: { stringValue: 'x' } }] } },
      },
      { key: 'none', value: {} },
    ],
  };
  const resource = {
    attributes: [{ key: 'service.name', value: { stringValue: 'checkout' } }],
  };
  const request = { resourceLogs: [{ resource, scopeLogs: [{ logRecords: [json] }] }] };
  expect(recordsOfJson(request)).toEqual([expected]);
});

function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Uint8Array.from([...bytes, Number(rest)]);
}

test('without a time of its own, the time when it was observed', () => {
  const observed = fixed64(11, 1_764_000_000_000_000_000n);
  expect(recordsOfProtobuf(requestOf(observed))).toMatchObject([{ atMs: 1_764_000_000_000 }]);
  expect(recordsOfProtobuf(requestOf(message()))).toMatchObject([{ atMs: undefined }]);
});

test.each([
  ['a truncated text', Uint8Array.of(10, 5, 1)],
  ['a group', Uint8Array.of(11)],
  ['an endless number', new Uint8Array(12).fill(0xff)],
  ['a record that is a number', message([1, message([2, message([2, 7])])])],
])('refuses %s', (_name, bytes) => {
  expect(() => recordsOfProtobuf(bytes)).toThrow(ProtobufError);
});

test('no more items than any exporter sends', () => {
  const many = Uint8Array.of(10, 0, 10, 2, 18, 0);
  expect(decodeMessage(many, LOGS_REQUEST, 3)).toEqual({ resourceLogs: [{}, { scopeLogs: [{}] }] });
  expect(() => decodeMessage(many, LOGS_REQUEST, 2)).toThrow('too many items');
});

test('what is nested too deeply is left out, not followed', () => {
  let any: Uint8Array = text('deep');
  for (let i = 0; i < 500; i += 1) any = message([5, message([1, any])]);
  const [record] = recordsOfProtobuf(requestOf(message([5, any]))) as LogRecord[];
  expect(record?.body).toEqual([[[[null]]]]);
});

test('any bytes and any JSON are records, or are refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const read = (): unknown => {
        try {
          return recordsOfProtobuf(bytes);
        } catch (error) {
          return error instanceof ProtobufError ? [] : error;
        }
      };
      expect(read()).toEqual(expect.any(Array));
    }),
  );
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      recordsOfJson({ resourceLogs: [{ scopeLogs: [{ logRecords: value }] }] } as never);
      recordsOfJson(value as never);
    }),
  );
  expect(recordsOfJson([])).toBeUndefined();
  expect(recordsOfJson({ resourceLogs: {} })).toBeUndefined();
});

test('what is written can be read', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 99 }), fc.nat())), (fields) => {
      const read = [...readFields(writeFields(fields))].map(({ id, value }) => [id, Number(value)]);
      expect(read).toEqual(fields);
    }),
  );
});
