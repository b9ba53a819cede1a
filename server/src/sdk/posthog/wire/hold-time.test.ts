import { expect, test } from 'vitest';
import { holdTime, patienceOf } from './hold-time.ts';

test.each([
  ['posthog-node/5.70.0', 8000],
  ['posthog-python/7.53.0', 8000],
  ['posthog-ruby3.1.0', 8000],
  ['posthog-ruby/3.1.0', 8000],
  ['posthog-go/1.6.0', 2000],
  ['posthog-go (version: 1.2.24)', 2000],
  ['Go-http-client/1.1', 0],
  ['posthog-gopher/1', 0],
  ['posthog-php/3.6.0', 0],
  ['Mozilla/5.0', 0],
  ['curl/8.5.0', 0],
  ['', 0],
  [undefined, 0],
])('%s waits at most %d ms', (agent, patienceMs) => {
  expect(patienceOf(agent)).toBe(patienceMs);
});

test('the time varies by a quarter and is never longer than the limit', () => {
  expect(holdTime(8000, 0)).toBe(8000);
  expect(holdTime(8000, 0.999_999)).toBeCloseTo(6000, 1);
});
