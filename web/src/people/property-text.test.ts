import fc from 'fast-check';
import { expect, test } from 'vitest';
import { textOfValue, valueOfText } from './property-text.ts';

test('what is shown means what was stored, whatever it is', () => {
  expect(valueOfText('pro')).toBe('pro');
  expect(valueOfText('5')).toBe(5);
  expect(textOfValue('5')).toBe('"5"');
  fc.assert(
    fc.property(
      fc.oneof(
        fc.json().map((text) => JSON.parse(text) as unknown),
        fc.string(),
      ),
      (value) => {
        expect(valueOfText(textOfValue(value))).toEqual(value);
      },
    ),
  );
});
