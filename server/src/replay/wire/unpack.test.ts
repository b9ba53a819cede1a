import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { isJsonObject } from '#kernel/json';
import { recordedRequests } from '../test-traffic.ts';
import { readMessage, sessionStartMs } from './snapshot.ts';
import { MAX_EVENT_BYTES, unpackEvent } from './unpack.ts';

const gunzip = (bytes: Uint8Array, maxOutputLength: number): string =>
  gunzipSync(bytes, { maxOutputLength }).toString();
const packed = (text: string): string => gzipSync(text).toString('latin1');
const at = 1_795_181_055_290;

function messagesOf(body: Buffer) {
  const isGzip = body[0] === 0x1f;
  const raws = JSON.parse((isGzip ? gunzipSync(body) : body).toString()) as unknown[];
  return raws.map((raw) => {
    const read = readMessage(raw);
    if (read.kind === 'refused') throw new Error(read.why);
    return read.message;
  });
}

test('every event that real recorders of any version sent comes out as a player takes it', () => {
  for (const { file, body } of recordedRequests()) {
    for (const message of messagesOf(body)) {
      expect(message.uuid, file).toBeDefined();
      const events = message.events.map((raw) => unpackEvent(raw, gunzip));
      expect(events, file).not.toContain(undefined);
      const lists = events.flatMap((event) => {
        const data = event?.data;
        if (event?.type === 2) return [isJsonObject(data) && isJsonObject(data['node'])];
        if (event?.type !== 3 || !isJsonObject(data) || data['source'] !== 0) return [];
        return ['adds', 'removes', 'texts', 'attributes'].map((name) => Array.isArray(data[name]));
      });
      expect(lists, file).not.toContain(false);
      const firstMs = events[0]?.timestamp ?? 0;
      expect(Math.abs((sessionStartMs(message.sessionId) ?? 0) - firstMs)).toBeLessThan(60_000);
    }
  }
});

test.each<[string, unknown]>([
  ['no object', 'text'],
  ['a type that there is not', { type: 9, timestamp: at, data: {} }],
  ['no time', { type: 3, data: { source: 3 } }],
  ['a time that is none', { type: 3, timestamp: -1, data: { source: 3 } }],
  ['what is not gzip', { type: 2, timestamp: at, data: 'text' }],
  ['a cut end', { type: 2, timestamp: at, data: packed('{"node":{}}').slice(0, -12) }],
  ['no JSON within', { type: 2, timestamp: at, data: packed('{"node":') }],
  ['characters that are no bytes', { type: 2, timestamp: at, data: '\u1f8b\u0008' }],
  ['more than fits', { type: 2, timestamp: at, data: packed(`"${'a'.repeat(MAX_EVENT_BYTES)}"`) }],
  ['a bomb in parts', bombInParts()],
])('an event with %s is left out', (_what, raw) => {
  expect(unpackEvent(raw, gunzip)).toBeUndefined();
});

function bombInParts(): unknown {
  const part = packed(`["${'a'.repeat(MAX_EVENT_BYTES / 3)}"]`);
  const data = { source: 0, adds: part, texts: part, attributes: part, removes: part };
  return { type: 3, timestamp: at, data };
}

const snapshot = (properties: object) => ({
  event: '$snapshot',
  properties: { $session_id: 's-1', distinct_id: 'ada', $snapshot_data: [{}], ...properties },
});

test.each<[string, unknown, string]>([
  ['another event', { event: '$pageview', properties: {} }, 'not_a_snapshot'],
  ['no session', snapshot({ $session_id: null }), 'session_id_missing'],
  ['a session id with a path', snapshot({ $session_id: '../x' }), 'session_id_invalid'],
  ['a long session id', snapshot({ $session_id: 'a'.repeat(71) }), 'session_id_invalid'],
  ['nobody', snapshot({ distinct_id: null }), 'distinct_id_missing'],
  ['no events', snapshot({ $snapshot_data: [] }), 'no_events'],
])('%s is refused by name', (_what, raw, why) => {
  expect(readMessage(raw)).toEqual({ kind: 'refused', why });
});

test('one event instead of a list, no window, no library: as old clients send', () => {
  expect(readMessage(snapshot({ $snapshot_data: { type: 4 }, distinct_id: 7 }))).toMatchObject({
    message: { sessionId: 's-1', windowId: 's-1', distinctId: '7', source: 'web', library: 'web' },
  });
});
