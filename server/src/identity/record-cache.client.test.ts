import { expect, test } from 'vitest';
import { RecordCache } from './record-cache.client.ts';

type Record = { readonly plan: string };

/** A cache over a store that has one record, or is away. */
function cacheOf(store: { record: Record | undefined }) {
  const cache = new RecordCache<Record>({ maxChars: 1000, charsOf: () => 1 });
  const get = () =>
    cache.get('ada', async () => {
      if (!store.record) throw new Error('The store is away.');
      return store.record;
    });
  return { cache, get };
}

test('what is known is served without asking again', async () => {
  const store: { record: Record | undefined } = { record: { plan: 'free' } };
  const { get } = cacheOf(store);
  await get();
  store.record = { plan: 'gold' };
  expect(await get()).toEqual({ plan: 'free' });
});

test('what has changed is read again', async () => {
  const store: { record: Record | undefined } = { record: { plan: 'free' } };
  const { cache, get } = cacheOf(store);
  await get();
  store.record = { plan: 'gold' };
  cache.markChanged('ada');
  expect(await get()).toEqual({ plan: 'gold' });
});

test('with the store away the last known state is served, also of what has changed since', async () => {
  const store: { record: Record | undefined } = { record: { plan: 'free' } };
  const { cache, get } = cacheOf(store);
  await get();
  store.record = undefined;
  cache.markChanged('ada');
  expect(await get()).toEqual({ plan: 'free' });
});

test('an answer that was on its way when the record changed is not kept', async () => {
  const cache = new RecordCache<Record>({ maxChars: 1000, charsOf: () => 1 });
  let answer: (record: Record) => void = () => {};
  const before = cache.get('ada', () => new Promise<Record>((resolve) => (answer = resolve)));
  cache.markChanged('ada');
  answer({ plan: 'free' });
  expect(await before).toEqual({ plan: 'free' });
  expect(await cache.get('ada', async () => ({ plan: 'gold' }))).toEqual({ plan: 'gold' });
});

test('what is not known fails with the error of the store', async () => {
  await expect(cacheOf({ record: undefined }).get()).rejects.toThrow('The store is away.');
});
