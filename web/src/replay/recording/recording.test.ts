import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Block, type Chunk, chunksOf } from './chunk.ts';
import { cleanEvents } from './clean.ts';
import { digestOf } from './digest.ts';
import { burstsOf, phasesOf } from './waterfall.ts';
import { bufferedOf, chainTo, nextChunk, readyUntil, toForget } from './plan.ts';
import { SOURCE, TYPE } from './rrweb-event.ts';

const meta = (timestamp: number, width = 800) => ({
  type: TYPE.meta,
  timestamp,
  data: { href: 'https://shop.test/', width, height: 600 },
});
const full = (timestamp: number) => ({ type: TYPE.full, timestamp, data: { node: { id: 1 } } });
const mutation = (timestamp: number, texts: unknown = []) => ({
  type: TYPE.incremental,
  timestamp,
  data: { source: SOURCE.mutation, texts, attributes: [], removes: [], adds: [] },
});
const click = (timestamp: number) => ({
  type: TYPE.incremental,
  timestamp,
  data: { source: SOURCE.mouseInteraction, type: 2, id: 3, x: 10, y: 20 },
});
const plugin = (timestamp: number, name: string, payload: unknown) => ({
  type: TYPE.plugin,
  timestamp,
  data: { plugin: name, payload },
});

describe('cleaning', () => {
  test('whatever the order and however often, the same events come out', () => {
    const events = [meta(1), full(1), mutation(1, [1]), mutation(1, [2]), click(5), mutation(9)];
    const arrivals = fc.shuffledSubarray([...events, ...events], { minLength: 12 });
    fc.assert(
      fc.property(arrivals, (some) => {
        expect(byText(cleanEvents(some))).toEqual(byText(events));
      }),
    );
    expect(cleanEvents(events.toReversed()).map(({ type }) => type)).toEqual([4, 2, 3, 3, 3, 3]);
  });

  test('what the Replayer would throw on is dropped, and anything at all is survived', () => {
    const packed = { ...mutation(2), data: { ...mutation(2).data, adds: '\u001F\u008B' } };
    const bad = [
      packed,
      { type: 2, timestamp: 3, data: 'packed' },
      { type: 9, timestamp: 1 },
      null,
    ];
    expect(
      cleanEvents([...bad, mutation(Number.NaN), mutation(-1), meta(1), full(1)]),
    ).toHaveLength(2);
    fc.assert(fc.property(fc.array(fc.jsonValue()), (some) => Array.isArray(cleanEvents(some))));
  });

  test('a snapshot without a size gets the one that holds then', () => {
    const resize = {
      type: 3,
      timestamp: 20,
      data: { source: SOURCE.resize, width: 400, height: 300 },
    };
    const events = cleanEvents([full(10), resize, full(30)]);
    const sizes = events.filter(({ type }) => type === TYPE.meta).map(({ data }) => data['width']);
    expect(events.map(({ type }) => type)).toEqual([4, 2, 3, 4, 2]);
    expect(sizes).toEqual([400, 400]);
    expect(cleanEvents([full(1)])[0]?.data).toMatchObject({ width: 1280, height: 720 });
  });
});

const byText = (events: readonly unknown[]) => events.map((event) => JSON.stringify(event)).sort();

const block = (id: string, firstMs: number, lastMs: number, hasFull = false): Block => ({
  id,
  windowId: 'w',
  firstMs,
  lastMs,
  count: 1,
  hasFull,
  sizeBytes: 100_000,
});

describe('loading', () => {
  const blocks = [
    block('a', 0, 10, true),
    block('b', 11, 20),
    block('c', 21, 30),
    block('d', 31, 40, true),
    block('e', 41, 50),
  ];
  const chunks = chunksOf(blocks);
  const ids = (some: readonly Chunk[]) => some.map(({ id }) => id);

  test('chunks are small, begin with snapshots, and hold each block once', () => {
    expect(chunks.map(({ blockIds }) => blockIds)).toEqual([['a', 'b'], ['c'], ['d', 'e']]);
    expect(chunksOf([])).toEqual([]);
  });

  test('the way to a moment begins at the nearest snapshot before it', () => {
    const none = new Map();
    expect(ids(chainTo(chunks, 25, none))).toEqual(['a', 'c']);
    expect(ids(chainTo(chunks, 45, none))).toEqual(['d']);
    expect(ids(chainTo(chunks, -5, none))).toEqual(['a']);
    // Its snapshot turned out to come after that moment.
    expect(ids(chainTo(chunks, 33, new Map([['d', [35]]])))).toEqual(['a', 'c', 'd']);
    expect(chainTo(chunksOf([block('x', 0, 9)]), 5, none)).toEqual([]);
  });

  test('a window can be shown up to the first gap', () => {
    const has = (id: string) => id !== 'c';
    expect(readyUntil(chunks, chainTo(chunks, 5, new Map()), has)).toBe(21);
    expect(readyUntil(chunks, chainTo(chunks, 45, new Map()), has)).toBe(Infinity);
    expect(readyUntil(chunks, [], has)).toBe(-Infinity);
  });

  test('what is in memory reaches up to what is missing, whatever window it is of', () => {
    const other = chunksOf([{ ...block('x', 15, 25, true), windowId: 'v' }]);
    const all = [...chunks, ...other].sort((a, b) => a.firstMs - b.firstMs);
    const of = (missing: string) => bufferedOf(all, (id) => !missing.includes(id));
    expect(of('')).toEqual([{ startMs: 0, endMs: 50 }]);
    expect(of('x')).toEqual([
      { startMs: 0, endMs: 15 },
      { startMs: 21, endMs: 50 },
    ]);
    expect(of('cd')).toEqual([{ startMs: 0, endMs: 21 }]);
    expect(of('acdx')).toEqual([]);
  });

  test('what the picture needs is fetched first, then what comes next, then the rest within bounds', () => {
    const got = new Set<string>();
    const want = (spareBytes: number, atMs = 45, aheadMs = 5) =>
      nextChunk({
        chunks,
        chain: chainTo(chunks, atMs, new Map()),
        atMs,
        aheadMs,
        has: (id) => got.has(id),
        isRead: (id) => got.has(id),
        spareBytes,
      })?.id;
    expect(want(0)).toBe('d');
    got.add('d');
    expect(want(0)).toBeUndefined();
    expect(want(1e9)).toBe('a');
    expect(want(0, 19, 5)).toBe('a');
    got.add('a');
    expect(want(0, 19, 5)).toBe('c');
  });

  test('what was used longest ago is forgotten, never what is needed', () => {
    const sizes = new Map([
      ['old', 5],
      ['needed', 5],
      ['new', 5],
    ]);
    expect(toForget(sizes, (id) => id === 'needed', 10)).toEqual(['old']);
    expect(toForget(sizes, (id) => id === 'needed', 3)).toEqual(['old', 'new']);
    expect(toForget(sizes, () => false, 15)).toEqual([]);
  });
});

test('what a recording tells beside its pictures', () => {
  const requests = [
    {
      name: 'https://shop.test/api',
      method: 'POST',
      status: 500,
      initiatorType: 'fetch',
      timestamp: 40,
      startTime: 5,
      endTime: 9,
      requestBody: { a: 1 },
    },
    {
      name: 'https://shop.test/refused',
      method: 'GET',
      responseStatus: 0,
      initiatorType: 'fetch',
      duration: 1,
    },
    { name: 'https://cdn.test/a.png', responseStatus: 0, initiatorType: 'img', transferSize: 12 },
    { name: 7 },
  ];
  const log = {
    level: 'warn',
    payload: ['"low\\nstock"', '{"n":1}', '"cut...'],
    trace: ['f (a.js:1:2)', 3],
  };
  const events = cleanEvents([
    meta(1),
    full(2),
    click(10),
    click(12),
    plugin(50, 'rrweb/console@1', log),
    plugin(60, 'rrweb/network@1', { requests }),
    {
      type: TYPE.custom,
      timestamp: 70,
      data: { tag: '$pageview', payload: { href: 'https://shop.test/cart' } },
    },
    { type: TYPE.custom, timestamp: 80, data: { tag: 'window hidden', payload: {} } },
    { type: TYPE.custom, timestamp: 81, data: { tag: '$posthog_config', payload: {} } },
  ]);
  const digest = digestOf('w', events);
  expect(digest).toMatchObject({
    fullMs: [2],
    activeMs: [10, 12],
    pages: [
      { atMs: 1, href: 'https://shop.test/' },
      { atMs: 70, href: 'https://shop.test/cart' },
    ],
    logs: [
      { atMs: 50, level: 'warn', text: 'low\nstock {"n":1} "cut...', trace: ['f (a.js:1:2)'] },
    ],
    notes: [{ atMs: 80, text: 'Tab hidden' }],
  });
  expect(
    digest.requests.map(({ isFailed, status, durationMs }) => [isFailed, status, durationMs]),
  ).toEqual([
    [true, 500, 4],
    [true, undefined, 1],
    [false, undefined, undefined],
  ]);
  expect(digest.requests[0]).toMatchObject({ atMs: 40, requestBody: '{"a":1}' });
});

test('requests are drawn by the burst they belong to; what took the time is told where it is known', () => {
  const at = (atMs: number, durationMs?: number) => ({ atMs, durationMs });
  const [page, style, late, next] = [at(0, 400), at(100, 3000), at(6000), at(20_000, 5)];
  const bursts = burstsOf([page, style, late, next]);
  expect([page, style, late, next].map((request) => bursts.get(request))).toEqual([
    { startMs: 0, endMs: 6000 },
    { startMs: 0, endMs: 6000 },
    { startMs: 0, endMs: 6000 },
    { startMs: 20_000, endMs: 20_005 },
  ]);
  const timing = {
    startTime: 10,
    domainLookupStart: 12,
    domainLookupEnd: 15,
    connectStart: 15,
    connectEnd: 25,
    requestStart: 25,
    responseStart: 65,
    responseEnd: 66,
  };
  expect(phasesOf(timing).map(({ name, durationMs }) => [name, durationMs])).toEqual([
    ['Queued', 2],
    ['Name look-up', 3],
    ['Connecting', 10],
    ['Waiting', 40],
    ['Receiving', 1],
  ]);
  // Over a connection that was open; and of another origin that says nothing.
  const open = { ...timing, domainLookupStart: 12, domainLookupEnd: 12, connectEnd: 15 };
  expect(phasesOf(open).map(({ name }) => name)).toEqual(['Queued', 'Waiting', 'Receiving']);
  expect(phasesOf({ startTime: 10, responseEnd: 66, duration: 56 })).toEqual([]);
});
