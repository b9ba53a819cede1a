import { expect, test } from 'vitest';
import type { JsonValue } from '#kernel/json';
import { readFlagUse } from './evaluation-record.ts';

type Attributes = Record<string, JsonValue>;

function use(
  attributes: Attributes,
  eventName = 'feature_flag.evaluation',
  body: JsonValue = null,
) {
  const record = {
    eventName,
    atMs: 5,
    times: '',
    attributes,
    body,
    resource: {},
    severity: 0,
    severityText: '',
    traceId: '',
    spanId: '',
  };
  return readFlagUse(record, '1/production', (flag) => flag === 'checkout');
}

const base: Attributes = {
  'feature_flag.key': 'checkout',
  'feature_flag.context.id': 'ada',
  'feature_flag.result.reason': 'targeting_match',
};

test.each<[string, Attributes, boolean, string | null]>([
  ['a variant', { 'feature_flag.result.variant': 'blue' }, true, 'blue'],
  [
    'a variant beside a value',
    { 'feature_flag.result.variant': 'a', 'feature_flag.result.value': false },
    true,
    'a',
  ],
  [
    'the outcome of a flag without variants',
    { 'feature_flag.result.variant': 'false', 'feature_flag.result.value': 7 },
    false,
    null,
  ],
  ['a boolean', { 'feature_flag.result.value': true }, true, null],
  ['a boolean as text', { 'feature_flag.result.value': 'false' }, false, null],
  ['a number of the flag', { 'feature_flag.result.value': 0 }, true, null],
  [
    'the default',
    { 'feature_flag.result.value': 'x', 'feature_flag.result.reason': 'default' },
    false,
    null,
  ],
  [
    'the flag set of this environment',
    { 'feature_flag.result.value': true, 'feature_flag.set.id': '1/production' },
    true,
    null,
  ],
  ['up to 1.31', { 'feature_flag.variant': 'blue' }, true, 'blue'],
  ['up to 1.33', { value: true }, true, null],
  [
    'a reason in capitals',
    { 'feature_flag.result.reason': 'STATIC', 'feature_flag.result.value': 'x' },
    true,
    null,
  ],
])('%s', (_name, attributes, enabled, variant) => {
  expect(use({ ...base, ...attributes })).toEqual({
    flag: 'checkout',
    distinctId: 'ada',
    enabled,
    variant,
    atMs: 5,
  });
});

test('the oldest events: named by an attribute, the value in the body', () => {
  const older = {
    'event.name': 'feature_flag',
    'feature_flag.key': 'checkout',
    'feature_flag.context.id': 'ada',
    'feature_flag.evaluation.reason': 'split',
  };
  expect(use(older, '', { value: true })).toMatchObject({ enabled: true });
  expect(use({ ...base, 'feature_flag.result.value': true }, '')).toMatchObject({ enabled: true });
});

test.each<[string, Attributes, string, string]>([
  ['another event', {}, 'exception', 'other-record'],
  [
    'an ordinary log line',
    { 'feature_flag.key': null as never, 'event.name': 'x' },
    '',
    'other-record',
  ],
  ['an unknown flag', { 'feature_flag.key': 'nowhere' }, 'feature_flag.evaluation', 'other-flag'],
  ['no flag', { 'feature_flag.key': null }, 'feature_flag.evaluation', 'other-flag'],
  ['another flag set', { 'feature_flag.set.id': '1/development' }, 'feature_flag', 'other-flag'],
  ['nobody', { 'feature_flag.context.id': ' ' }, 'feature_flag', 'nobody'],
  ['an error', { 'error.type': 'flag_not_found' }, 'feature_flag', 'no-value'],
  ['an error by its reason', { 'feature_flag.result.reason': 'error' }, 'feature_flag', 'no-value'],
  ['a flag that is off', { 'feature_flag.result.reason': 'disabled' }, 'feature_flag', 'no-value'],
  ['no value', {}, 'feature_flag', 'no-value'],
  [
    'a text from a cache, which may be the default of the caller',
    { 'feature_flag.result.reason': 'cached', 'feature_flag.result.value': 'x' },
    'feature_flag',
    'no-value',
  ],
])('no use: %s', (_name, attributes, eventName, why) => {
  expect(use({ ...base, ...attributes }, eventName)).toBe(why);
});
