import { expect, test } from 'vitest';
import { hostileEvents } from '../test-traffic.ts';
import type { RrwebEvent } from '../wire/rrweb.ts';
import { maskBody, maskText, maskUrl } from './mask.ts';
import { SAFE_RULES } from './rules.ts';
import { scrubEvent } from './scrub.ts';

const ALL = { ...SAFE_RULES, maskPhones: true };

test('nothing of the hostile recording can run, go anywhere by itself or hold a secret', () => {
  const watched = new Map();
  const kept = (hostileEvents() as RrwebEvent[]).flatMap(
    (event) => scrubEvent(event, SAFE_RULES, watched) ?? [],
  );
  const text = JSON.stringify(kept);
  expect(kept).toHaveLength(hostileEvents().length);
  const nodes = text.match(/"attributes":\{[^}]*\}/g)?.join('\n') ?? '';
  expect(nodes).not.toMatch(/"[^"]*on\w+":/i);
  expect(nodes).not.toMatch(/javascript|srcdoc|formaction|"ping"|http-equiv|data:text/i);
  expect(text).not.toMatch(/"tagName":"(?:\w+:)?script"/i);
  for (const gone of [
    'evil.test/frame',
    'evil.test/o.swf',
    'evil.test/prefetch',
    'evil.test/refresh',
    'evil.test/a.js',
    'evil.test/late.js',
    'evil.test/w.js',
    'evil.test/import',
    'evil.test/c.png',
    '"rr_type":"Function"',
    'request_headers',
    'hideme',
    'hunter2',
    'eve@example.com',
    'eve%40example.com',
    '4111 1111 1111 1111',
    '4111111111111111',
    'DE89 3704',
    'abcdefghijklmnopqrstuvwxyz012345',
  ]) {
    expect(text, gone).not.toContain(gone);
  }
  // What is seen stays.
  for (const seen of [
    'Hostile page',
    'evil.test/pixel.png',
    'plain link',
    'fillRect',
    '"status":500',
  ]) {
    expect(text, seen).toContain(seen);
  }
});

test.each<[string, string]>([
  ['write to Ada.L+x@mail.example.co.uk now', 'write to ************************** now'],
  ['card 4111-1111-1111-1111.', 'card *******************.'],
  ['number 4111111111111112', 'number 4111111111111112'],
  ['at 1795181055290 ms', 'at 1795181055290 ms'],
  ['IBAN DE89370400440532013000 OK', 'IBAN ********************** OK'],
  ['Authorization: Bearer abc.def-123', 'Authorization: ******************'],
  ['call +43 660 1234567', 'call ***************'],
  ['sk_live_0123456789abcdef', '************************'],
  ['@media (min-width: 10px)', '@media (min-width: 10px)'],
  ['GET "/pay?token=abc&n=1" failed', 'GET "/pay?token=***&n=1" failed'],
])('%s', (text, kept) => {
  expect(maskText(text, ALL)).toBe(kept);
});

test.each<[string, string]>([
  [
    'https://a.test/x?page=2&token=abc#access_token=def',
    'https://a.test/x?page=2&token=***#access_token=***',
  ],
  ['https://ada:pw@a.test/x', 'https://******@a.test/x'],
  ['/reset?e-mail=ada%40a.test&code=1', '/reset?e-mail=************&code=*'],
  ['https://a.test/u/ada@a.test', 'https://a.test/u/**********'],
])('address %s', (url, kept) => {
  expect(maskUrl(url, SAFE_RULES)).toBe(kept);
});

test('bodies lose the values of secret names', () => {
  expect(maskBody('{"user":"ada","password" : "a\\"b","n":1}', SAFE_RULES)).toBe(
    '{"user":"ada","password" : "****","n":1}',
  );
  expect(maskBody('user=ada&api_key=abc', SAFE_RULES)).toBe('user=ada&api_key=***');
});

test('where every text is masked, only its shape stays', () => {
  const rules = { ...SAFE_RULES, maskAllText: true };
  const node = {
    type: 2,
    tagName: 'p',
    id: 1,
    attributes: { title: 'Two words', class: 'big' },
    childNodes: [
      { type: 3, id: 2, textContent: 'Ünïcode ✓' },
      {
        type: 2,
        tagName: 'style',
        id: 3,
        attributes: {},
        childNodes: [{ type: 3, id: 4, textContent: 'p{}' }],
      },
    ],
  };
  expect(scrubEvent({ type: 2, timestamp: 1, data: { node } }, rules, new Map())).toMatchObject({
    data: {
      node: {
        attributes: { title: '*** *****', class: 'big' },
        childNodes: [{ textContent: '******* *' }, { childNodes: [{ textContent: 'p{}' }] }],
      },
    },
  });
});

test('where a frame leads is taken out of later changes too, until the page begins anew', () => {
  const watched = new Map();
  const at = (type: number, data: object) =>
    JSON.stringify(
      scrubEvent({ type, timestamp: 1, data: data as RrwebEvent['data'] }, SAFE_RULES, watched),
    );
  const element = (tagName: string, id: number, childNodes: object[] = []) => ({
    type: 2,
    tagName,
    attributes: {},
    childNodes,
    id,
  });
  const changed = (id: number, attributes: object) =>
    at(3, { source: 0, attributes: [{ id, attributes }] });
  at(2, { node: element('div', 1, [element('IFRAME', 2), element('img', 3)]) });
  at(3, { source: 0, adds: [{ parentId: 1, node: element('embed', 4) }] });
  for (const id of [2, 4]) {
    expect(changed(id, { src: 'https://evil.test/f', title: 'x' })).not.toContain('evil');
  }
  expect(changed(3, { src: 'https://a.test/p.png' })).toContain('a.test/p.png');
  // Only frames have these, wherever the element was recorded.
  expect(changed(9, { rr_src: 'https://evil.test/f', data: 'x.swf' })).not.toMatch(/evil|swf/);
  at(2, { node: element('div', 1, [element('img', 2)]) });
  expect(changed(2, { src: 'https://a.test/p.png' })).toContain('a.test/p.png');
  // Players would find these again, under whatever id.
  const odd = ['5', null, Infinity].map((id) => element('iframe', id as number));
  expect(at(2, { node: element('div', 1, odd) })).not.toContain('iframe');
  const adds = [...odd, element('p', 6)].map((node) => ({ parentId: 1, node }));
  expect(at(3, { source: 0, adds })).toMatch(/"adds":\[\{[^[]*"tagName":"p"/);
});

test('what an app says of itself, and what old consoles said, is masked like everything else', () => {
  const kept = (type: number, data: object, rules = SAFE_RULES) =>
    JSON.stringify(
      scrubEvent({ type, timestamp: 1, data: data as RrwebEvent['data'] }, rules, new Map()),
    );
  const all = { ...SAFE_RULES, maskAllText: true };
  for (const payload of ['of eve@example.com', ['eve@example.com'], { who: 'eve@example.com' }]) {
    expect(kept(5, { tag: 'mine', payload })).not.toContain('eve@');
    expect(kept(3, { source: 11, level: 'log', payload })).not.toContain('eve@');
  }
  expect(kept(5, { tag: 'mine', payload: 'Ada' }, all)).not.toContain('Ada');
  // Words that begin like an image, and an image.
  const image = 'data:image/png;base64,iVBORw0KGgo=';
  const raw = 'iVBOR'.repeat(300);
  for (const text of ['data: eve', 'data:image/png eve', raw]) {
    expect(kept(5, { tag: 'mine', payload: { text } }, all)).toMatch(/"text":"[*: /]+"/);
  }
  expect(kept(5, { tag: 'mine', payload: { image } }, all)).toContain(image);
  const app = kept(2, { wireframes: [{ base64: raw, text: 'data: eve', image }] }, all);
  expect([app.includes(raw), app.includes(image), app.includes('eve')]).toEqual([
    true,
    true,
    false,
  ]);
  // Players and counts read these.
  const line = { plugin: 'rrweb/console@1', payload: { level: 'error', payload: ['"Ada"'] } };
  expect(kept(6, line, all)).toMatch(/"level":"error","payload":\["\*+"\]/);
  const going = { tag: '$pageview', payload: { href: 'https://a.test/?token=abc' } };
  expect(kept(5, going, all)).toContain('https://a.test/?token=***');
});

test('texts made to take long take no longer than others', () => {
  const hard = [
    'a'.repeat(500_000),
    `${'a.'.repeat(200_000)}@`,
    'eyJ'.repeat(150_000),
    '1 '.repeat(200_000),
    '%40'.repeat(150_000),
    'AA00'.repeat(100_000),
    '"a":"'.repeat(80_000),
    'a='.repeat(200_000),
    '?a='.repeat(150_000),
  ];
  // Would take hours where time grows with the square.
  for (const text of hard) {
    maskText(text, ALL);
    maskUrl(`?${text}`, ALL);
    maskBody(text, ALL);
  }
  expect(hard).toHaveLength(9);
});
