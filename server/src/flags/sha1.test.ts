import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hashPrefix, sha1First60Bits } from './sha1.ts';

function expected(text: string): number {
  return Number.parseInt(createHash('sha1').update(text, 'utf8').digest('hex').slice(0, 15), 16);
}

test('equals the crypto module for arbitrary texts', () => {
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme', maxLength: 300 }),
  );
  fc.assert(
    fc.property(text, text, fc.constantFrom('', 'variant'), (prefix, id, salt) => {
      const ours = sha1First60Bits(hashPrefix(prefix), id, salt);
      expect(ours).toBe(expected(prefix + id + salt));
    }),
    { numRuns: 2000 },
  );
});

test('equals the crypto module at every length around the block borders', () => {
  for (let length = 0; length <= 200; length += 1) {
    const id = 'x'.repeat(length);
    expect(sha1First60Bits(hashPrefix('flag.'), id, '')).toBe(expected(`flag.${id}`));
    expect(sha1First60Bits(hashPrefix(id), 'é', 'variant')).toBe(expected(`${id}évariant`));
  }
});

test('one call leaves nothing behind for the next', () => {
  const prefix = hashPrefix('flag.');
  const first = sha1First60Bits(prefix, 'user-1', '');
  sha1First60Bits(prefix, 'a much longer id that fills more words of the block', '');
  sha1First60Bits(prefix, 'ünïcødé', '');
  expect(sha1First60Bits(prefix, 'user-1', '')).toBe(first);
});
