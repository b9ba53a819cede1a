import { expect, test } from 'vitest';
import { actionWords, fieldWords, isTelling, kindWords, valueText } from './audit-words.ts';

test('what is known and what is not are both told in words', () => {
  expect(kindWords('personal_api_key')).toBe('API key');
  expect(kindWords('never_heard_of')).toBe('Never heard of');
  expect(actionWords('switched_off')).toBe('Switched off');
  expect(fieldWords('evaluationRuntime')).toBe('Evaluation runtime');
  expect(fieldWords('require_flag_owner')).toBe('Require flag owner');
});

test('values keep what they are', () => {
  expect(valueText('text')).toBe('text');
  expect(valueText('')).toBe('(empty)');
  expect(valueText(null)).toBeNull();
  expect(valueText({ a: 1 })).toBe('{\n  "a": 1\n}');
  expect(isTelling({ field: 'version' })).toBe(false);
});
