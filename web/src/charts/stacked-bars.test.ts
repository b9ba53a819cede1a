import { expect, test } from 'vitest';
import { highestBar } from './stacked-bars.tsx';

test('the axis reaches to the highest stack', () => {
  const series = [{ counts: [1, 5, 0] }, { counts: [2, 3, 0] }];
  expect(highestBar(series)).toBe(8);
});

test('without counts there is an axis all the same', () => {
  expect(highestBar([])).toBe(1);
  expect(highestBar([{ counts: [0, 0] }])).toBe(1);
});
