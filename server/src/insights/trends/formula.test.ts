import { expect, test } from 'vitest';
import { compileFormula, seriesIn } from './formula.ts';

const value = (text: string, ...series: (number | null)[]) =>
  compileFormula(text, series.length, 'formula')(series);

test('signs bind as in arithmetic', () => {
  expect(value('A + B * 2', 1, 3)).toBe(7);
  expect(value('(A + B) * 2', 1, 3)).toBe(8);
  expect(value('A - B - 1', 10, 3)).toBe(6);
  expect(value('A / B / 2', 12, 3)).toBe(2);
  expect(value('-A * -(B - 1)', 2, 4)).toBe(6);
  expect(value(' 100*a/b ', 1, 4)).toBe(25);
  expect(value('.5 * A', 4)).toBe(2);
});

test('what has no value counts as 0, and divided by 0 is 0', () => {
  expect(value('A + B', null, 3)).toBe(3);
  expect(value('A / B', 5, 0)).toBe(0);
  expect(value('A / (B - B)', 5, 1)).toBe(0);
});

test('a formula names series, each once', () => {
  expect(seriesIn('c / (A - c) * 100')).toEqual([0, 2]);
  expect(seriesIn('1 + 1')).toEqual([]);
});

test.each([
  '',
  'A +',
  '+ A',
  'A B',
  'C',
  '(A',
  'A)',
  'A ** B',
  'A; B',
  'AB',
  '1.2.3',
  'A.constructor',
  'π',
])('no formula over two series: %j', (text) => {
  expect(() => compileFormula(text, 2, 'trendsFilter.formula')).toThrow(
    expect.objectContaining({ code: 'invalid_input', attr: 'trendsFilter.formula' }),
  );
});
