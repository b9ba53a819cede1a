import { expect, test } from 'vitest';
import { parseProperties, reasonWords } from './evaluation-words.ts';

test('reasons name the set that decided', () => {
  expect(reasonWords('condition_match', 1)).toBe('Set 2 takes this person in.');
  expect(reasonWords('no_condition_match', null)).toBe('No set matches this person.');
});

test('properties are a JSON object or nothing', () => {
  expect(parseProperties('').properties).toEqual({});
  expect(parseProperties('{"a":1}').properties).toEqual({ a: 1 });
  expect(parseProperties('[]').problem).toBe('Must be a JSON object.');
  expect(parseProperties('{').properties).toBeNull();
});
