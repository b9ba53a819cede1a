import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exactly, isPortableRegex } from './portable-regex.ts';
import { compileRe2 } from '#properties';

test.each([
  'abc',
  '^abc$',
  '^(?:a|b)+$',
  'a{2}b{1,}c{1,3}?',
  '[a-z0-9_]+@acme\\.com',
  '[^a-c]*?',
  '\\d+\\.\\d+',
  '^v[0-9]+-beta$',
  '',
])('%s is read alike', (pattern) => {
  expect(isPortableRegex(pattern)).toBe(true);
  expect(new RegExp(pattern)).toBeInstanceOf(RegExp);
});

test.each([
  '(?i)a',
  '(?P<name>a)',
  '\\pL',
  '\\bword',
  '\\s',
  '\\z',
  'é',
  '[[:alpha:]]',
  '[a&&b]',
  'a**',
  '^*',
  '{2}',
  'a{,2}',
  '()',
  '\\Qa\\E',
  '[',
  '\\',
])('%s is not', (pattern) => {
  expect(isPortableRegex(pattern)).toBe(false);
});

test('looking at a pattern takes no time, however it ends', () => {
  expect(isPortableRegex(`${'a?'.repeat(500)}[`)).toBe(false);
  expect(isPortableRegex(`[${'a-b'.repeat(400)}`)).toBe(false);
});

test('exactly() matches its texts and no other, in JavaScript and in RE2', () => {
  const printable = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(fc.uniqueArray(printable, { minLength: 1 }), printable, (texts, other) => {
      const pattern = exactly(texts);
      expect(isPortableRegex(pattern)).toBe(true);
      const matches = compileRe2(pattern) ?? ((text: string) => new RegExp(pattern).test(text));
      for (const text of [...texts, other, `${texts[0]}x`, texts[0]!.toUpperCase()]) {
        expect(new RegExp(pattern).test(text)).toBe(texts.includes(text));
        expect(matches(text)).toBe(texts.includes(text));
      }
    }),
  );
});
