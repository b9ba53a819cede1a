import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareVariants, controlOf, leastRatio } from './variants.ts';

const count = (value: string, exposed: number, affected: number) => ({
  value,
  exposed,
  affected,
  events: affected * 2,
});
const verdicts = (counts: ReturnType<typeof count>[], unknown = 0, comparisons = 1) =>
  Object.fromEntries(
    compareVariants('new-checkout', counts, unknown, comparisons).rows.map((row) => [
      row.value,
      row.verdict,
    ]),
  );

test('“only” needs enough people, nobody else, and nobody unknown', () => {
  expect(verdicts([count('true', 500, 12), count('false', 500, 0)])).toEqual({
    true: 'only',
    false: null,
  });
  // Five of five is chance in 1 of 32 pages: far too often for a sentence.
  expect(verdicts([count('true', 500, 5), count('false', 500, 0)])['true']).toBe('unclear');
  expect(verdicts([count('true', 500, 12), count('false', 500, 0)], 1)['true']).toBe('more');
  expect(verdicts([count('true', 500, 60), count('false', 500, 1)])['true']).toBe('more');
  expect(verdicts([count('true', 5, 2), count('false', 9000, 0)])['true']).toBe('unclear');
  // A rare variant: nearly everybody had the other one.
  expect(verdicts([count('true', 50, 4), count('false', 5000, 0)])['true']).toBe('only');
});

test('nobody else means no other variant either, and many looks ask for more', () => {
  const three = [count('control', 500, 0), count('a', 500, 14), count('b', 500, 1)];
  expect(verdicts(three)).toEqual({ control: null, a: 'more', b: 'unclear' });
  const two = [count('true', 500, 11), count('false', 500, 0)];
  expect(verdicts(two, 0, 1)['true']).toBe('only');
  expect(verdicts(two, 0, 40)['true']).not.toBe('only');
});

test('the ratio is that of the shares to control, with its interval', () => {
  const { rows } = compareVariants(
    'x',
    [count('test', 1000, 40), count('control', 2000, 20)],
    0,
    1,
  );
  expect(rows.map(({ value }) => value)).toEqual(['control', 'test']);
  expect(rows[1]).toMatchObject({ ratio: 4, isControl: false, verdict: 'more' });
  expect(rows[1]?.lower).toBeGreaterThan(2.2);
  expect(rows[1]?.upper).toBeLessThan(7.3);
  expect(rows[0]).toMatchObject({ ratio: null, lower: null, verdict: null });
  expect(controlOf(['true', 'false'])).toBe('false');
});

test('without control nothing is compared', () => {
  const one = compareVariants('x', [count('true', 1000, 40)], 0, 1);
  expect(one.rows[0]).toMatchObject({ ratio: null, verdict: null });
  expect(leastRatio(one)).toBe(0);
});

test('an issue that has nothing to do with a flag is hardly ever said to', () => {
  const counts = fc.record({
    nT: fc.integer({ min: 1, max: 2000 }),
    nC: fc.integer({ min: 1, max: 2000 }),
    share: fc.double({ min: 0, max: 0.2, noNaN: true }),
  });
  fc.assert(
    fc.property(counts, ({ nT, nC, share }) => {
      // As many as expected in each arm: no sentence.
      const [a, b] = [Math.floor(nT * share), Math.floor(nC * share)];
      expect(['only', 'more']).not.toContain(
        verdicts([count('true', nT, a), count('false', nC, b)])['true'],
      );
    }),
  );
});
