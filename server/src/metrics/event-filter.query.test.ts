import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestStores, type TestStores } from '#platform/test-stores';
import { call, error, insiders, lookAt, outsiders, seen } from './test-exposure.query.ts';

let stores: TestStores;
beforeAll(async () => {
  stores = await startTestStores();
});
afterAll(() => stores.close());

const look = (...[events, about]: [Parameters<typeof lookAt>[1], Parameters<typeof lookAt>[2]?]) =>
  lookAt(stores, events, about);
const [inId = ''] = insiders;
const [outId = ''] = outsiders;

test('several outcomes are counted side by side, narrowed by properties', async () => {
  const checkout = {
    kind: 'any',
    event: '$exception',
    filters: [{ key: 'page', operator: 'exact', value: 'checkout' }],
  } as const;
  const slow = {
    kind: 'any',
    event: 'request',
    filters: [{ key: 'ms', operator: 'gte', value: 500 }],
  } as const;
  const observation = await look(
    [
      call(inId, 0),
      error(inId, 1, { properties: { page: 'checkout' } }),
      call(outId, 0),
      error(outId, 1, { properties: { page: 'home' } }),
      seen(outId, 1, { event: 'request', properties: { ms: 499 } }),
      seen(inId, 1, { event: 'request', properties: { ms: '650' } }),
    ],
    { outcomes: [{ kind: 'any', event: '$exception', filters: [] }, checkout, slow] },
  );
  expect(observation.rows).toEqual([[1, 1, 1, 1, 1, 0, 1, 0]]);
});

test.each([
  ['exact', [5, 'five'], [true, true, false, false]],
  ['is_not', [5, 'five'], [false, false, true, true]],
  ['icontains', 'IV', [false, true, false, false]],
  ['not_icontains', 'iv', [true, false, true, true]],
  ['is_set', null, [true, true, true, false]],
  ['is_not_set', null, [false, false, false, true]],
  ['gt', 4, [true, false, true, false]],
  ['lt', 6, [true, false, false, false]],
] as const)('property condition %s', async (operator, value, expected) => {
  const values = [{ x: 5 }, { x: 'five' }, { x: 7 }, {}];
  const people = insiders.slice(0, 4);
  const filters = [{ key: 'x', operator, value }];
  const outcomes = [{ kind: 'any', event: '$exception', filters }] as const;
  const hits: boolean[] = [];
  for (const [i, properties] of values.entries()) {
    const events = [call(people[i] ?? '', 0), error(people[i] ?? '', 1, { properties })];
    hits.push((await look(events, { outcomes })).rows.length > 0);
  }
  expect(hits).toEqual(expected);
});
