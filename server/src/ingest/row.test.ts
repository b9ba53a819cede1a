import { expect, test } from 'vitest';
import { finishRow, givenTo } from './row.ts';

test('a row is given to another person, whatever its properties say', () => {
  const open = String.raw`{"distinct_id":"u","props":{"person_id":"\"person_id\":\"x\",\"person_mode\":\"full\"}"}`;
  const first = finishRow(open, 'one', 'full');
  expect(JSON.parse(givenTo(first, 'two'))).toEqual({ ...JSON.parse(first), person_id: 'two' });
});
