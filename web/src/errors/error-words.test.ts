import { expect, test } from 'vitest';
import type { VariantRow } from '../api/errors.ts';
import { intervalText, ratioText, stateOf, variantSentence } from './error-words.ts';

const row = (fields: Partial<VariantRow>): VariantRow => ({
  variant: 'true',
  is_control: false,
  exposed: 100,
  affected: 20,
  occurrences: 30,
  ratio: 4,
  ratio_lower: 2.4,
  ratio_upper: 7.1,
  verdict: 'more',
  ...fields,
});
const control = row({
  variant: 'false',
  is_control: true,
  ratio: null,
  ratio_lower: null,
  verdict: null,
});
const say = (...variants: VariantRow[]) =>
  variantSentence({ flag_key: 'new-checkout', unknown: 0, variants: [control, ...variants] });

test('a sentence is said only where the server found that the data says so', () => {
  expect(say(row({ verdict: 'only' }))).toBe('Only people with new-checkout see this.');
  expect(say(row({ variant: 'green' }))).toBe(
    'People with new-checkout = green see this 4× as often as those without.',
  );
  expect(say(row({ ratio: null, ratio_upper: null, ratio_lower: 3.14 }))).toContain(
    'at least 3.1×',
  );
  expect(say(row({ verdict: 'unclear' }))).toBeUndefined();
  expect(say()).toBeUndefined();
});

test('numbers and states in words', () => {
  expect([0.854, 4, 12.4, 1234].map(ratioText)).toEqual(['0.85×', '4×', '12×', '1,234×']);
  expect(intervalText(row({}))).toBe('2.4× to 7.1×');
  expect(intervalText(control)).toBe('');
  expect(stateOf({ status: 'active', regressed_at: '2026-11-20T12:00:00Z' }).label).toBe(
    'Came back',
  );
});
