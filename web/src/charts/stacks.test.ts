import fc from 'fast-check';
import { expect, test } from 'vitest';
import { areaOf, extentOf, pathOf, stacksOf } from './stacks.ts';

test('parts stand on each other; what is below zero hangs below', () => {
  expect(
    stacksOf([
      [1, -2],
      [3, null],
      [-1, -4],
    ]),
  ).toEqual([
    [
      [0, 1],
      [0, -2],
    ],
    [
      [1, 4],
      [0, 0],
    ],
    [
      [0, -1],
      [-2, -6],
    ],
  ]);
});

test('a stack is as high as its parts together', () => {
  const values = fc.array(fc.array(fc.nat(1000), { minLength: 3, maxLength: 3 }), { minLength: 1 });
  fc.assert(
    fc.property(values, (lines) => {
      const [, high] = extentOf(stacksOf(lines).map((spans) => spans.map(([, to]) => to)));
      const sums = [0, 1, 2].map((step) => lines.reduce((sum, of) => sum + (of[step] ?? 0), 0));
      expect(high).toBe(Math.max(...sums));
    }),
  );
});

test('missing values make gaps, and a lone value is a dot', () => {
  const same = (n: number) => n;
  expect(pathOf([1, 2, null, 4], same, same)).toBe('M0 1h0L1 2M3 4h0');
  expect(
    areaOf(
      [
        [0, 1],
        [0, 2],
      ],
      same,
      same,
    ),
  ).toBe('M0 1L1 2L1 0L0 0Z');
  expect(areaOf([], same, same)).toBe('');
});
