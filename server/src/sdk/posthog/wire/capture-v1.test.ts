import { expect, test } from 'vitest';
import { readSdkInfo, resultsByUuid } from './capture-v1.ts';

test.each([
  ['posthog-node/5.70.0', 'posthog-node', '5.70.0'],
  ['acme/posthog/1.0', 'acme/posthog', '1.0'],
  ['posthog-go', 'posthog-go', undefined],
  ['posthog-go/', 'posthog-go', undefined],
  ['', undefined, undefined],
  [undefined, undefined, undefined],
])('%s', (header, library, libraryVersion) => {
  expect(readSdkInfo(header)).toEqual({ library, libraryVersion });
});

test('results are named by uuid', () => {
  expect(
    resultsByUuid([
      { uuid: 'a', result: 'ok' },
      { uuid: 'b', result: 'drop', details: 'event_too_large' },
      { uuid: undefined, result: 'drop' },
    ]),
  ).toEqual({ a: { result: 'ok' }, b: { result: 'drop', details: 'event_too_large' } });
});
