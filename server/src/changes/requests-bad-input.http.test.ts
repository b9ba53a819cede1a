import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { REQUESTS, widen, RequestsWorld } from './test-requests.ts';

let w: RequestsWorld;
beforeAll(async () => {
  w = await RequestsWorld.start();
});
afterAll(() => w.t.close());
beforeEach(() => w.protect());

test.each([
  [{}, 'title', 'required'],
  [{ title: '' }, 'title', 'invalid_input'],
  [{ title: 'x' }, 'items', 'required'],
  [{ title: 'x', items: [] }, 'items', 'invalid_input'],
  [{ title: 'x', items: [{ flag: 'KEY' }] }, 'items.0.change', 'required'],
  [{ title: 'x', items: [{ change: { active: false } }] }, 'items.0.flag', 'required'],
  [{ title: 'x', items: [{ flag: 'KEY', change: {} }] }, 'items.0.change', 'invalid_input'],
  [
    { title: 'x', items: [{ flag: 'KEY', change: { active: true } }] },
    'items.0.change',
    'invalid_input',
  ],
  [
    { title: 'x', items: [{ flag: 'KEY', change: { activ: true } }] },
    'items.0.change.activ',
    'invalid_input',
  ],
  [
    { title: 'x', items: [{ flag: 'KEY', version: 99, change: { active: false } }] },
    'items.0.version',
    'conflict',
  ],
  [
    { title: 'x', items: [{ flag: 'nowhere', change: { active: false } }] },
    'items.0.flag',
    'not_found',
  ],
  [
    {
      title: 'x',
      items: [
        { flag: 'KEY', change: { active: false } },
        { flag: 'KEY', change: { name: 'y' } },
      ],
    },
    'items.1.flag',
    'invalid_input',
  ],
  [
    { title: 'x', items: [{ flag: 'KEY', change: { filters: { groups: [{ variant: 'a' }] } } }] },
    'items.0.change.filters.groups.0.variant',
    'invalid_input',
  ],
  [
    { title: 'x', items: [{ flag: 'KEY', change: { active: false } }], due: {} },
    'due.local_time',
    'required',
  ],
  [
    {
      title: 'x',
      items: [{ flag: 'KEY', change: { active: false } }],
      due: { at: '2020-01-01T00:00:00Z' },
    },
    'due.at',
    'invalid_input',
  ],
])('proposing %j is refused at %s: %s', async (body, attr, code) => {
  const key = await w.aFlag();
  const { body: before } = await w.ada.ask('GET', REQUESTS);
  const payload: unknown = JSON.parse(JSON.stringify(body).replaceAll('KEY', key));
  expect((await w.ada.ask('POST', REQUESTS, payload)).body).toMatchObject({ attr, code });
  expect((await w.ada.ask('GET', REQUESTS)).body.count).toBe(before.count);
  expect((await w.flag(key)).version).toBe(1);
});

test.each([
  ['reviews', {}, 'verdict', 'required'],
  ['reviews', { verdict: 'approve' }, 'revision', 'required'],
  ['reviews', { verdict: 'praise', revision: 1 }, 'verdict', 'invalid_input'],
  ['reviews', { verdict: 'refuse', revision: 1 }, 'comment', 'required'],
  ['comments', { body: '  ' }, 'body', 'invalid_input'],
  ['apply', {}, 'version', 'required'],
  ['apply', { version: 99 }, 'version', 'conflict'],
])('%s with %j is refused at %s: %s', async (verb, body, attr, code) => {
  const { number } = await w.aRequest([widen(await w.aFlag())]);
  expect((await w.post(w.bob, number, verb, body)).body).toMatchObject({ attr, code });
  expect((await w.get(number)).version).toBe(1);
});

test('a request that there is not, is not found', async () => {
  expect((await w.ada.ask('GET', `${REQUESTS}99999/`)).status).toBe(404);
  expect((await w.ada.ask('GET', `${REQUESTS}x/`)).status).toBe(400);
});
