import { expect, test } from 'vitest';
import {
  actualWords,
  bucketWords,
  outcomeWords,
  parseProperties,
  stepWords,
} from './evaluation-words.ts';

const reason = { code: 'condition_match', condition_index: 1, forced_by: null } as const;

test('the outcome is told by the step that decided', () => {
  const conditions = { kind: 'conditions', decides: true } as const;
  const on = { kind: 'switch', decides: false, is_on: true } as const;
  expect(outcomeWords({ steps: [on, conditions], reason })).toBe('Set 2 takes this person in.');
  expect(
    outcomeWords({
      steps: [on, conditions],
      reason: { ...reason, code: 'out_of_rollout_bound' },
    }),
  ).toBe('No set takes this person in. Set 2 matches, but its share does not reach this person.');
  const none = { ...reason, code: 'no_condition_match', condition_index: null } as const;
  expect(outcomeWords({ steps: [on, conditions], reason: none })).toBe(
    'There is no condition set.',
  );
  const off = { kind: 'switch', decides: true, is_on: false } as const;
  expect(outcomeWords({ steps: [off], reason })).toBe('The flag is off.');
});

test('steps say what was found', () => {
  const kill = { kind: 'kill_switch', decides: true, flag: { key: 'stop', value: true } } as const;
  expect(stepWords(kill)).toBe('The kill switch stop is on, so this flag is off.');
  expect(
    stepWords({
      kind: 'dependencies',
      decides: false,
      flags: [
        { key: 'a', value: 'blue' },
        { key: 'b', value: false },
      ],
    }),
  ).toBe('It asks for other flags: a is blue, b is off.');
  expect(stepWords({ kind: 'holdout', decides: true, percentage: 5, position: 1.234 })).toBe(
    'This person is held out: at 1.23 of 100, and the first 5 are.',
  );
});

test('what a person has is told with its source', () => {
  const property = {
    key: 'plan',
    type: 'person',
    operator: 'exact',
    negated: false,
    wanted: 'pro',
    actual: 'free',
    source: 'stored',
    group_type: null,
    matched: false,
  } as const;
  expect(actualWords(property)).toBe('free (stored)');
  expect(actualWords({ ...property, actual: 5, source: 'request' })).toBe('5 (given here)');
  expect(actualWords({ ...property, actual: null, source: 'missing' })).toBe('not set');
  expect(actualWords({ ...property, type: 'cohort', actual: true, source: 'evaluated' })).toBe(
    'in it',
  );
});

test('the place of a person stands beside the share', () => {
  const bucket = {
    by: 'distinct_id',
    id: 'u',
    position: 37.204,
    percentage: 25,
    is_in: false,
  } as const;
  expect(bucketWords(bucket)).toBe('At 37.20 of 100 by distinct id; the first 25 are in.');
  // Rounded to two digits it would seem to be in.
  expect(bucketWords({ ...bucket, position: 25.0004 })).toBe(
    'At 25.0004 of 100 by distinct id; the first 25 are in.',
  );
});

test('properties are a JSON object or nothing', () => {
  expect(parseProperties('').properties).toEqual({});
  expect(parseProperties('{"a":1}').properties).toEqual({ a: 1 });
  expect(parseProperties('[]').problem).toBe('Must be a JSON object.');
  expect(parseProperties('{').properties).toBeNull();
});
