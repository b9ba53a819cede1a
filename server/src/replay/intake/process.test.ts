import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { sessionOf } from '../facts/session.ts';
import { SAFE_RULES } from '../privacy/rules.ts';
import { RECORDED_AT_MS, recordedRequests, sessionAt } from '../test-traffic.ts';
import { type ProcessedBlock, processSnapshots } from './process.ts';

const options = {
  receivedMs: RECORDED_AT_MS,
  rules: SAFE_RULES,
  gunzip: (bytes: Uint8Array, maxOutputLength: number): string =>
    gunzipSync(bytes, { maxOutputLength }).toString(),
  watchedOf: () => new Map(),
  uuidOf: (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32),
};
const rawsOf = (body: Buffer): unknown[] =>
  JSON.parse((body[0] === 0x1f ? gunzipSync(body) : body).toString()) as unknown[];

function blocksOf(scenario: string): ProcessedBlock[] {
  return recordedRequests(scenario).flatMap(({ body }) => {
    const { blocks, refused, eventsLeftOut } = processSnapshots(rawsOf(body), options);
    expect([refused, eventsLeftOut]).toEqual([[], 0]);
    return [...blocks];
  });
}

test('the numbers of a session are those of what the page did', () => {
  const session = sessionOf(blocksOf('a-snippet'));
  expect(session).toMatchObject({
    distinctId: 'user-42',
    distinctIds: [expect.any(String), 'user-42'],
    urls: ['http://app.proof.test:8123/', 'http://app.proof.test:8123/checkout?step=1'],
    activeMs: 9507,
    blocks: 5,
    events: 127,
    hasFull: true,
    rage: [{ clicks: 5, x: 212, y: 370 }],
    troubles: { errorsAfterClick: 2, quickBacks: 0, idleGaps: 0 },
    counts: {
      clicks: 15,
      keys: 18,
      errors: 3,
      warnings: 1,
      logs: 3,
      requests: 15,
      status4xx: 0,
      status5xx: 1,
      unanswered: 1,
    },
  });
  expect(session.activity.reduce((sum, n) => sum + n, 0)).toBe(100);
});

test('the same in any order of blocks; a burst that goes on in the next block counts once', () => {
  const blocks = blocksOf('a-snippet');
  const inOrder = sessionOf(blocks);
  expect(sessionOf(blocks.toReversed())).toEqual(inOrder);
  // The five clicks are in two blocks: neither alone has what both have together.
  const clicks = blocks.map(({ facts }) => facts.points.filter(([, x]) => x === 212).length);
  expect(clicks.filter((n) => n > 0)).toHaveLength(2);
});

test('every scenario and version has a session to play, and what its windows were', () => {
  for (const scenario of new Set(recordedRequests().map((request) => request.scenario))) {
    const session = sessionOf(blocksOf(scenario));
    expect(session, scenario).toMatchObject({ hasFull: true, source: 'web', library: 'web' });
    expect(session.windowIds.length, scenario).toBe(scenario === 'e-multipage-two-tabs' ? 2 : 1);
    expect(session.counts.clicks, scenario).toBeGreaterThan(0);
  }
});

const at = RECORDED_AT_MS;
const snapshot = (events: unknown[], more: object = {}) => ({
  event: '$snapshot',
  properties: {
    $session_id: sessionAt(at),
    distinct_id: 'ada',
    $snapshot_data: events,
    ...more,
  },
});
const click = (timestamp: number) => ({
  type: 3,
  timestamp,
  data: { source: 2, type: 2, id: 1, x: 1, y: 1 },
});

test.each<[string, unknown, string]>([
  ['decades off', snapshot([click(at - 30 * 365 * 86_400_000)]), 'too_old_or_new'],
  ['eight days ahead', snapshot([click(at + 8 * 86_400_000)]), 'too_old_or_new'],
  [
    'of a session from another day',
    snapshot([click(at)], { $session_id: sessionAt(at - 27 * 3_600_000) }),
    'session_id_wrong_time',
  ],
  ['unreadable', snapshot([{ type: 2, timestamp: at, data: 'no gzip' }]), 'no_events'],
])('a message %s is refused by name, others of its request are kept', (_what, raw, why) => {
  const good = snapshot([click(at), { type: 99 }, click(at - 1)]);
  const { blocks, refused, eventsLeftOut } = processSnapshots([raw, good], options);
  expect(refused).toMatchObject([{ why }]);
  expect(blocks).toMatchObject([{ events: 2, firstMs: at - 1, lastMs: at, hasFull: false }]);
  expect(eventsLeftOut).toBe(1);
});

test('an event nested deeper than any page, or with parts of the wrong kind, harms no other', () => {
  let deep: unknown = { type: 3, textContent: 'x', id: 1 };
  for (let level = 0; level < 20_000; level += 1) {
    deep = { type: 2, tagName: 'div', attributes: {}, childNodes: [deep], id: level };
  }
  let payload: unknown = 'x';
  for (let level = 0; level < 200_000; level += 1) payload = [payload];
  const raw = snapshot([
    { type: 2, timestamp: at, data: { node: deep } },
    { type: 5, timestamp: at, data: { tag: 'mine', payload } },
    { type: 3, timestamp: at, data: { source: 0, adds: 'x', texts: 7, attributes: [null, 1] } },
    { type: 3, timestamp: at, data: { source: 99 } },
    click(at),
  ]);
  const [block] = processSnapshots([raw], options).blocks;
  expect(block).toMatchObject({ hasFull: true, facts: { clicks: 1 } });
  expect(block?.lines.split('\n').map((line) => JSON.parse(line) as unknown)).toContainEqual(
    click(at),
  );
});

test('what a page says of its requests, itself and who it is can be stored whatever it says', () => {
  const asked = (timestamp: unknown) => ({ name: 'https://a.test/x', timestamp });
  const requests = [asked(940), asked(at - 1500), asked(at * 1000), asked('soon')];
  const network = { plugin: 'rrweb/network@1', payload: { requests } };
  const raw = snapshot([{ type: 6, timestamp: at, data: network }], {
    distinct_id: `${'x'.repeat(199)}\u{1F600}`,
    $lib: `${'y'.repeat(49)}\u{1F600}`,
  });
  const [block] = processSnapshots([raw], options).blocks;
  expect(block?.requests.map(({ atMs }) => atMs)).toEqual([at, at - 1500, at, at]);
  expect(block).toMatchObject({
    distinctId: `${'x'.repeat(199)}\uFFFD`,
    library: `${'y'.repeat(49)}\uFFFD`,
  });
});

test('requests that old recorders tell of are counted, scrubbed and kept like those of new ones', () => {
  const old = (payload: object) => ({
    type: 6,
    timestamp: at,
    data: { plugin: 'posthog/network@1', payload },
  });
  const name = 'https://shop.test/api/pay?token=0123456789abcdef';
  const pay = { 0: 'resource', 2: name, 3: 12.5, 18: 'fetch', 21: 503, 22: 900, 39: 80.4 };
  const paint = { 0: 'paint', 2: 'first-paint', 3: 20, 40: at };
  const raw = snapshot([old({ ...pay, 40: at - 100 }), old(paint), old({ 2: 7 })]);
  const [block] = processSnapshots([raw], options).blocks;
  expect(block?.facts).toMatchObject({ requests: 1, status5xx: 1, unanswered: 0 });
  const lines = block?.lines.split('\n').map((line) => JSON.parse(line) as { data: unknown });
  const request = { entryType: 'resource', startTime: 12.5, initiatorType: 'fetch' };
  const measured = { responseStatus: 503, transferSize: 900, duration: 80.4, timestamp: at - 100 };
  const address = expect.stringMatching(/^https:\/\/shop\.test\/api\/pay\?token=\*+$/);
  expect(lines?.map(({ data }) => data)).toEqual([
    {
      plugin: 'rrweb/network@1',
      payload: { requests: [{ ...request, ...measured, name: address }] },
    },
    { plugin: 'rrweb/network@1', payload: { requests: [] } },
    { plugin: 'rrweb/network@1', payload: { requests: [] } },
  ]);
});

test('a block made of actions all over a week says no more of them than any other', () => {
  const actions = Array.from({ length: 40_000 }, (_, i) => ({
    type: 3,
    timestamp: at + i * 6000,
    data: { source: 3 },
  }));
  const { blocks, eventsLeftOut } = processSnapshots([snapshot(actions)], options);
  const inADay = (26 * 3600) / 6 + 1;
  expect([blocks[0]?.events, eventsLeftOut]).toEqual([inADay, 40_000 - inADay]);
  const { active = [], beats = [] } = blocks[0]?.facts ?? {};
  expect(active.length).toBeLessThanOrEqual(500);
  expect(beats.length).toBeLessThanOrEqual(1000);
  expect(beats.reduce((sum, [, n]) => sum + n, 0)).toBe(inADay);
});

test('console, requests and canvases that the settings switch off are not kept, though the page sends them', () => {
  const canvas = {
    type: 2,
    tagName: 'canvas',
    id: 2,
    attributes: { rr_dataURL: 'data:image/png;base64,iVBORw0KGgo=', width: '9' },
    childNodes: [],
  };
  const asked = { name: 'https://a.test/secret-path', timestamp: at };
  const off = [
    { type: 6, timestamp: at, data: { plugin: 'rrweb/console@1', payload: { level: 'error' } } },
    { type: 6, timestamp: at, data: { plugin: 'rrweb/network@1', payload: { requests: [asked] } } },
    { type: 3, timestamp: at, data: { source: 11, level: 'log', payload: ['secret-word'] } },
    { type: 3, timestamp: at, data: { source: 9, id: 2, property: 'fillRect', args: [1] } },
  ];
  const all = [{ type: 2, timestamp: at, data: { node: canvas } }, click(at), ...off];
  const rules = { ...SAFE_RULES, keepConsole: false, keepRequests: false, keepCanvas: false };
  const { blocks, eventsLeftOut } = processSnapshots([snapshot(all)], { ...options, rules });
  expect([blocks[0]?.events, blocks[0]?.requests, eventsLeftOut]).toEqual([2, [], 0]);
  expect(blocks[0]?.lines).toContain('"width":"9"');
  expect(blocks[0]?.lines).not.toMatch(/secret|fillRect|iVBOR/);
  // Otherwise all of it is kept; and where nothing else was sent, nothing is refused.
  expect(processSnapshots([snapshot(all)], options).blocks[0]).toMatchObject({ events: 6 });
  const nothing = { blocks: [], refused: [], eventsLeftOut: 0 };
  expect(processSnapshots([snapshot(off)], { ...options, rules })).toEqual(nothing);
});
