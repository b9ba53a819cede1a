import { readFileSync } from 'node:fs';
import {
  brotliCompressSync,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib';
import lzString from 'lz-string';
import { expect, test } from 'vitest';
import { codecs } from './codecs.client.ts';
import { LIMITS, type RawRequest, decodeBody } from './decode.ts';

const EVENT = { api_key: 'phc_x', event: 'a+b/ü€𝄞', distinct_id: 'u' };
const TEXT = JSON.stringify(EVENT);
const BYTES = Buffer.from(TEXT);
const BASE64 = BYTES.toString('base64');

function decode(request: Partial<RawRequest>, limits = LIMITS.event): Promise<unknown> {
  return decodeBody({ body: undefined, query: {}, ...request }, limits, codecs);
}

const FORM = 'application/x-www-form-urlencoded';

test.each<[string, Partial<RawRequest>]>([
  ['plain JSON', { body: BYTES }],
  ['JSON with a byte order mark', { body: Buffer.from(`\uFEFF${TEXT}`) }],
  ['gzip that nothing announces', { body: gzipSync(BYTES), contentType: 'text/plain' }],
  ['gzip by header', { body: gzipSync(BYTES), contentEncoding: 'gzip' }],
  [
    'gzip by header and hint',
    { body: gzipSync(BYTES), contentEncoding: 'gzip', query: { compression: 'gzip' } },
  ],
  ['gzip-js by hint', { body: gzipSync(BYTES), query: { compression: 'gzip-js' } }],
  ['a header that a proxy left behind', { body: BYTES, contentEncoding: 'gzip' }],
  ['deflate', { body: deflateSync(BYTES), contentEncoding: 'deflate' }],
  ['bare deflate', { body: deflateRawSync(BYTES), contentEncoding: 'deflate' }],
  ['brotli', { body: brotliCompressSync(BYTES), contentEncoding: 'br' }],
  ['zstd', { body: zstdCompressSync(BYTES), contentEncoding: 'zstd' }],
  ['two encodings', { body: brotliCompressSync(gzipSync(BYTES)), contentEncoding: 'gzip, br' }],
  [
    'a form with base64',
    { body: Buffer.from(`data=${encodeURIComponent(BASE64)}`), contentType: FORM },
  ],
  ['a form with unescaped base64', { body: Buffer.from(`data=${BASE64}`), contentType: FORM }],
  ['a form without content type', { body: Buffer.from(`data=${encodeURIComponent(BASE64)}&ip=1`) }],
  [
    'a form with JSON',
    { body: Buffer.from(`data=${encodeURIComponent(TEXT)}`), contentType: FORM },
  ],
  ['JSON that claims to be a form', { body: BYTES, contentType: FORM }],
  ['base64', { body: Buffer.from(BASE64), query: { compression: 'base64' } }],
  ['base64 that nothing announces', { body: Buffer.from(BASE64) }],
  ['base64 of gzip', { body: Buffer.from(gzipSync(BYTES).toString('base64')) }],
  [
    'lz-string',
    { body: Buffer.from(lzString.compressToBase64(TEXT)), query: { compression: 'lz64' } },
  ],
  [
    'lz-string in a form',
    {
      body: Buffer.from(
        `data=${encodeURIComponent(lzString.compressToBase64(TEXT))}&compression=lz64`,
      ),
    },
  ],
  ['a pixel', { query: { data: BASE64 } }],
  ['a pixel with JSON', { query: { data: TEXT } }],
  ['a query beside an empty body', { body: Buffer.alloc(0), query: { data: BASE64 } }],
])('decodes %s', async (_name, request) => {
  expect(await decode(request)).toEqual(EVENT);
});

test('decodes large bodies in the background the same way', async () => {
  const events = Array.from({ length: 5000 }, (_, i) => ({
    event: 'e',
    distinct_id: `u${i * 7919}`,
  }));
  const body = gzipSync(JSON.stringify(events));
  expect(body.byteLength).toBeGreaterThan(8 * 1024);
  expect(await decode({ body })).toEqual(events);
});

test('unpacks a crowd of large bodies in turn and refuses one that is too long', async () => {
  const noise = Array.from({ length: 5000 }, (_, i) => Math.sin(i));
  const body = gzipSync(JSON.stringify(noise));
  const torn = body.subarray(0, body.byteLength - 10);
  const crowd = (size: number) =>
    Promise.allSettled(
      Array.from({ length: size }, (_, i) => decode({ body: i === 3 ? torn : body })),
    );
  const settled = await crowd(210);
  const codes = settled.flatMap((one) =>
    one.status === 'rejected' ? [(one.reason as { code: string }).code] : [],
  );
  expect(codes.toSorted()).toEqual([
    'invalid_payload',
    ...Array.from({ length: 6 }, () => 'unavailable'),
  ]);
  // The places are free again.
  expect((await crowd(3)).every((one) => one.status === 'fulfilled')).toBe(true);
});

test('reads NaN and Infinity as null, but not inside text', async () => {
  const body = Buffer.from('{"a":NaN,"b":-Infinity,"c":[Infinity],"d":"NaN \\" Infinity"}');
  expect(await decode({ body })).toEqual({ a: null, b: null, c: [null], d: 'NaN " Infinity' });
});

// Each took minutes while patterns were searched again from every place in the text.
test.each<[string, string]>([
  ['spaces', `${' '.repeat(LIMITS.event.bodyBytes - 1)}!`],
  ['base64 and spaces', `${'A '.repeat(LIMITS.event.bodyBytes / 2 - 1)}!`],
  ['an open text of quotes', `[NaN,"${'\\"'.repeat(LIMITS.event.bodyBytes / 2 - 10)}`],
  ['quotes outside of a text', `[NaN${'"'.repeat(LIMITS.event.bodyBytes - 11)}`],
])('is not held up by %s', async (_name, content) => {
  await expect(decode({ body: Buffer.from(content) })).rejects.toMatchObject({
    code: 'invalid_payload',
  });
});

test('reads base64 with white space in it', async () => {
  const body = Buffer.from(` ${BASE64.replaceAll(/.{20}/g, '$&\r\n')}\n`);
  expect(await decode({ body })).toEqual(EVENT);
});

test('replaces halves of characters that lz-string brings in', async () => {
  const compressed = lzString.compressToBase64('{"distinct_id":"a\ud800b","\udc00":[]}');
  const body = Buffer.from(compressed);
  expect(await decode({ body, query: { compression: 'lz64' } })).toEqual({
    distinct_id: 'a\uFFFDb',
    '\uFFFD': [],
  });
});

test('replaces what the stores cannot hold', async () => {
  const body = Buffer.from(
    '{"a\\u0000":"x\\u0000\\ud800y","b":["\\ud83d\\ude00"],"\\udc00":{"z":"\\u0000"}}',
  );
  expect(await decode({ body })).toEqual({
    'a\uFFFD': 'x\uFFFD\uFFFDy',
    b: ['😀'],
    '\uFFFD': { z: '\uFFFD' },
  });
});

test('is not fooled by a key named __proto__', async () => {
  const body = Buffer.from('{"__proto__":{"polluted":"\\u0000"},"a":1}');
  const decoded = (await decode({ body })) as Record<string, unknown>;
  expect(Object.keys(decoded)).toContain('__proto__');
  expect(decoded['polluted']).toBeUndefined();
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

test('survives nesting that would exhaust the stack', async () => {
  const depth = 100_000;
  const body = Buffer.from(`${'[{"a\\u0000":'.repeat(depth)}1${'}]'.repeat(depth)}`);
  await expect(decode({ body })).resolves.toBeDefined();
});

test.each<[string, Partial<RawRequest>, string, RegExp]>([
  ['nothing', {}, 'invalid_payload', /empty/],
  [
    'malformed JSON',
    { body: Buffer.from('{"a":') },
    'invalid_payload',
    /not valid JSON.*Unexpected/,
  ],
  ['plain words', { body: Buffer.from('hello there!') }, 'invalid_payload', /not valid JSON/],
  [
    'a form without data',
    { body: Buffer.from('a=1'), contentType: FORM },
    'invalid_payload',
    /"data"/,
  ],
  [
    'torn gzip',
    { body: gzipSync(BYTES).subarray(0, 30) },
    'invalid_payload',
    /gzip data is damaged/,
  ],
  [
    'wrong zstd',
    { body: BYTES, contentEncoding: 'zstd' },
    'invalid_payload',
    /zstd data is damaged/,
  ],
  [
    'an unknown encoding',
    { body: BYTES, contentEncoding: 'snappy' },
    'unsupported_content_type',
    /"snappy"/,
  ],
  [
    'a body over the limit',
    { body: Buffer.alloc(LIMITS.event.bodyBytes + 1, 32) },
    'payload_too_large',
    /at most 2097152/,
  ],
  [
    'lz-string that may explode',
    { body: Buffer.from('A'.repeat(20_000)), query: { compression: 'lz64' } },
    'payload_too_large',
    /lz-string/,
  ],
])('refuses %s', async (_name, request, code, detail) => {
  await expect(decode(request)).rejects.toMatchObject({
    code,
    message: expect.stringMatching(detail),
  });
});

test.each(['gzip', 'br', 'zstd'] as const)('stops a %s bomb while it unpacks', async (encoding) => {
  const zeros = Buffer.alloc(64 * 1024 * 1024);
  const bomb = { gzip: gzipSync, br: brotliCompressSync, zstd: zstdCompressSync }[encoding](zeros);
  expect(bomb.byteLength).toBeLessThan(LIMITS.event.bodyBytes);
  await expect(decode({ body: bomb, contentEncoding: encoding })).rejects.toMatchObject({
    code: 'payload_too_large',
    status: 413,
  });
});

const FIXTURES = new URL('./fixtures/', import.meta.url);

test.each<[string, Partial<RawRequest>, string[]]>([
  ['1.449.2-pageview-gzip', { contentType: 'text/plain' }, ['$pageview']],
  ['1.449.2-pageview-json', { contentType: 'application/json' }, ['$pageview']],
  ['1.449.2-identify-gzip', { contentType: 'text/plain' }, ['$identify']],
  ['1.449.2-beacon-form', { contentType: FORM, query: { compression: 'base64' } }, ['$pageleave']],
  [
    '1.130.0-pageview-form',
    { contentType: FORM, query: { ip: '1', compression: 'base64' } },
    ['$pageview'],
  ],
  [
    '1.130.0-beacon-gzip',
    { contentType: 'text/plain', query: { compression: 'gzip-js', beacon: '1' } },
    ['$pageleave'],
  ],
])('decodes what posthog-js sent: %s', async (name, request, expected) => {
  const body = readFileSync(new URL(`${name}.raw`, FIXTURES));
  const decoded = (await decode({ ...request, body })) as Record<string, unknown>;
  const events = Array.isArray(decoded) ? decoded : ((decoded['batch'] ?? [decoded]) as unknown[]);
  expect(events.map((event) => (event as { event: string }).event)).toEqual(expected);
});
