import { expect, test } from 'vitest';
import { sortedProperties } from './property-table.tsx';

test("the team's own properties come before the SDK's", () => {
  const properties = { $os: 'Linux', plan: 'growth', $browser: 'Chrome', email: 'a@b.c' };
  expect(sortedProperties(properties).map(([name]) => name)).toEqual([
    'email',
    'plan',
    '$browser',
    '$os',
  ]);
});
