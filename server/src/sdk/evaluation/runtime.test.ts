import { expect, test } from 'vitest';
import { runtimeOf, servesRuntime } from './runtime.ts';

const quiet = { hasBrowserHeaders: false };

test.each([
  ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36', 'client'],
  ['posthog-node/5.70.0', 'server'],
  ['posthog-python/7.53.0', 'server'],
  ['posthog-ruby3.1.0', 'server'],
  ['posthog-gopher/1', undefined],
  ['python-requests/2.32', 'server'],
  ['curl/8.5.0', 'server'],
  ['posthog-android/3.1', 'client'],
  ['posthog-react-native/4.0', 'client'],
  ['something-else/1', undefined],
  [undefined, undefined],
])('user agent %s', (userAgent, expected) => {
  expect(runtimeOf({ userAgent, ...quiet })).toBe(expected);
});

test('browser headers tell when the agent does not', () => {
  expect(runtimeOf({ userAgent: undefined, hasBrowserHeaders: true })).toBe('client');
});

test('flags for one runtime stay away from the other and from the unknown', () => {
  expect(servesRuntime('all', undefined)).toBe(true);
  expect(servesRuntime('server', 'server')).toBe(true);
  expect(servesRuntime('server', 'client')).toBe(false);
  expect(servesRuntime('client', undefined)).toBe(false);
  expect(servesRuntime('client', 'all')).toBe(true);
});
