import { expect, test } from 'vitest';
import { AnswerCache, type KeptAnswer } from './answer-cache.ts';
import { EVERYTHING, Reads } from './reads.ts';
import { REFRESH_MODES, wayOf } from './refresh.ts';

const answer = (text: string): KeptAnswer => ({
  body: { text },
  computedAtMs: 0,
  validUntilMs: 0,
  hull: EVERYTHING,
  version: undefined,
});

test('answers are kept within a number of bytes; what was used longest ago makes room', () => {
  const cache = new AnswerCache(1000);
  const big = 'x'.repeat(100);
  for (const key of ['a', 'b', 'c', 'd']) cache.set(key, answer(big));
  expect(cache.bytes).toBeLessThanOrEqual(1000);
  expect(cache.get('a')?.body['text']).toBe(big);
  cache.set('e', answer(big));
  expect(['a', 'b', 'c', 'd', 'e'].filter((key) => cache.get(key))).toEqual(['a', 'c', 'd', 'e']);
  cache.set('a', answer('small'));
  cache.set('huge', answer('x'.repeat(200)));
  expect([cache.get('a')?.body['text'], cache.get('huge')]).toEqual(['small', undefined]);
  expect(cache.bytes).toBeLessThanOrEqual(1000);
});

test('what was read is the stretch around all of it', () => {
  const reads = new Reads();
  expect(reads.hull).toEqual(EVERYTHING);
  reads.note({ fromMs: 5, toMs: 10 });
  reads.note({ fromMs: 2, toMs: 7 });
  expect(reads.hull).toEqual({ fromMs: 2, toMs: 10 });
  reads.note({ toMs: 9 });
  expect(reads.hull).toEqual({ fromMs: Number.NEGATIVE_INFINITY, toMs: 10 });
});

test('when a kept answer will do', () => {
  const ways = REFRESH_MODES.map((mode) => [
    mode,
    ...(['none', 'old', 'recent', 'right'] as const).map((freshness) => wayOf(mode, freshness)),
  ]);
  expect(ways).toEqual([
    ['blocking', 'wait', 'wait', 'wait', 'kept'],
    ['async', 'start', 'start', 'start', 'kept'],
    ['lazy_async', 'start', 'start', 'kept', 'kept'],
    ['async_except_on_cache_miss', 'wait', 'start', 'start', 'kept'],
    ['force_blocking', 'wait', 'wait', 'wait', 'wait'],
    ['force_async', 'start', 'start', 'start', 'start'],
    ['force_cache', 'miss', 'kept', 'kept', 'kept'],
  ]);
});
