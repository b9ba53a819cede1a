import type { Property } from 'serin/flags/flag';
import { expect, test } from 'vitest';
import { propertyWords } from './condition-words.ts';

const person = (property: Partial<Property>): Property => ({
  key: 'plan',
  type: 'person',
  ...property,
});

test('conditions read as sentences', () => {
  expect(propertyWords(person({ value: 'growth' }))).toBe('plan is growth');
  expect(propertyWords(person({ operator: 'exact', value: ['a', 'b'] }))).toBe(
    'plan is one of a or b',
  );
  expect(propertyWords(person({ operator: 'is_not', value: ['a'] }))).toBe('plan is not a');
  expect(propertyWords(person({ operator: 'is_set', value: 'is_set' }))).toBe('plan is set');
  expect(propertyWords(person({ operator: 'between', value: [1, 5] }))).toBe(
    'plan is between 1 and 5',
  );
  expect(propertyWords(person({ operator: 'is_date_before', value: '-1d' }))).toBe(
    'plan is before 1 day ago',
  );
  expect(propertyWords(person({ operator: 'is_date_after', value: '2026-11-20' }))).toBe(
    'plan is after 20 Nov 2026',
  );
  expect(propertyWords(person({ operator: 'is_date_after', value: '2026-11-20T10:00:00Z' }))).toBe(
    'plan is after 20 Nov 2026, 10:00 UTC',
  );
  expect(propertyWords(person({ operator: 'exact', value: ['a', 'b', 'c', 'd', 'e'] }))).toBe(
    'plan is one of a, b, c or 2 more',
  );
});
