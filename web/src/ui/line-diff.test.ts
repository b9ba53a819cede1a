import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diffLines, foldSame } from './line-diff.ts';

test('one changed line is one line out and one in', () => {
  expect(diffLines('a\nb\nc', 'a\nx\nc')).toEqual([
    { kind: 'same', text: 'a' },
    { kind: 'removed', text: 'b' },
    { kind: 'added', text: 'x' },
    { kind: 'same', text: 'c' },
  ]);
});

test('both texts can be read from the difference', () => {
  const text = fc
    .array(fc.constantFrom('a', 'b', 'c', ''), { minLength: 1, maxLength: 8 })
    .map((lines) => lines.join('\n'));
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = diffLines(before, after);
      const without = (kind: string) =>
        lines
          .filter((line) => line.kind !== kind)
          .map((line) => line.text)
          .join('\n');
      expect(without('added')).toBe(before);
      expect(without('removed')).toBe(after);
    }),
  );
});

test('equal lines far from a difference are counted', () => {
  const before = Array.from({ length: 10 }, (_, index) => `line ${index}`);
  const folded = foldSame(diffLines(before.join('\n'), before.with(9, 'new').join('\n')), 1);
  expect(folded.map((line) => (line.kind === 'folded' ? line.count : line.text))).toEqual([
    8,
    'line 8',
    'line 9',
    'new',
  ]);
});
