import fc from 'fast-check';
import { expect, test } from 'vitest';
import { equalShares, shareOut, shareSum } from './shares.ts';

test('equal shares are whole where they can be, and sum to the total', () => {
  expect(equalShares(3)).toEqual([34, 33, 33]);
  expect(equalShares(2, 12.5)).toEqual([6.5, 6]);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100 }),
      fc.integer({ min: 0, max: 1000 }),
      (count, tenths) => {
        const shares = equalShares(count, tenths / 10);
        expect(shareSum(shares.map((percent) => ({ percent })))).toBe(tenths / 10);
        expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
      },
    ),
  );
  expect(shareSum([{ percent: 33.3 }, { percent: 33.3 }, { percent: 33.4 }])).toBe(100);
});

test('locked shares stay', () => {
  const variant = (percent: number, isLocked: boolean) => ({ percent, isLocked });
  const dealt = shareOut([variant(10, true), variant(0, false), variant(5, false)]);
  expect(dealt.map(({ percent }) => percent)).toEqual([10, 45, 45]);
  const full = [variant(60, true), variant(60, true), variant(7, false)];
  expect(shareOut(full).map(({ percent }) => percent)).toEqual([60, 60, 0]);
  expect(shareOut([variant(60, true)]).map(({ percent }) => percent)).toEqual([60]);
});
