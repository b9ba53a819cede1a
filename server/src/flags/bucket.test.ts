import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  hashOf,
  isInRollout,
  rolloutHash,
  truncateDistinctId,
  variantBounds,
  variantHash,
  variantIndexAt,
} from './bucket.ts';
import { hashPrefix } from './sha1.ts';
import hashVectors from './vectors/hash.vectors.json' with { type: 'json' };
import suites from './vectors/sdk-consistency.vectors.json' with { type: 'json' };
import thresholds from './vectors/thresholds.vectors.json' with { type: 'json' };

test.each(hashVectors.rows)('hash row $row: $prefix + $id + $salt', (row) => {
  const bits = Number.parseInt(row.hex15, 16);
  expect(hashOf(hashPrefix(row.prefix), row.id, row.salt)).toBe(row.value);
  expect(bits / 2 ** 60).toBe(row.value);
});

test.each(hashVectors.rows.filter((row) => row.sentId !== undefined))(
  'row $row: a longer id is cut to 200 characters',
  (row) => {
    expect(truncateDistinctId(row.sentId as string)).toBe(row.id);
  },
);

test('an empty id is in every rollout and in the first variant', () => {
  expect(rolloutHash(hashPrefix('flag.'), '')).toBe(0);
  expect(variantHash(hashPrefix('flag.'), '')).toBe(0);
});

test.each(thresholds.rollout)('$hash at $percentage %: $isIn', (row) => {
  expect(isInRollout(row.hash, row.percentage)).toBe(row.isIn);
});

test.each(thresholds.bounds)('bounds of $percentages', (row) => {
  expect(variantBounds(row.percentages)).toEqual(row.bounds);
});

test.each(thresholds.variants)('$hash in $percentages is variant $index', (row) => {
  expect(variantIndexAt(variantBounds(row.percentages), row.hash)).toBe(row.index);
});

const IDS = Array.from({ length: 1000 }, (_, n) => `distinct_id_${n}`);

test('the SDKs agree on simple-flag for 1,000 ids', () => {
  const prefix = hashPrefix('simple-flag.');
  const bits = IDS.map((id) => (isInRollout(rolloutHash(prefix, id), 45) ? '1' : '0')).join('');
  suites.simple.hexPer100.forEach((hex, i) => {
    const hundred = bits.slice(i * 100, i * 100 + 100);
    expect(BigInt(`0b${hundred}`)).toBe(BigInt(`0x${hex}`));
    expect(hundred.replaceAll('0', '')).toHaveLength(suites.simple.countsPer100[i] as number);
  });
  expect(sha256(bits)).toBe(suites.simple.sha256);
});

const MULTI = [50, 20, 20, 5, 5];

test('the SDKs agree on multivariate-flag for 1,000 ids', () => {
  const prefix = hashPrefix('multivariate-flag.');
  const bounds = variantBounds(MULTI);
  const digits = IDS.map((id) =>
    isInRollout(rolloutHash(prefix, id), 55)
      ? String(variantIndexAt(bounds, variantHash(prefix, id)) + 1)
      : '0',
  ).join('');
  expect(digits.match(/.{100}/g)).toEqual(suites.multivariate.digitsPer100);
  expect(sha256(digits)).toBe(suites.multivariate.sha256);
});

test.each(suites.first40)('the numbers behind distinct_id_$n', (row) => {
  const id = `distinct_id_${row.n}`;
  const [simple, multi] = [hashPrefix('simple-flag.'), hashPrefix('multivariate-flag.')];
  // The table gives 16 decimals.
  expect(rolloutHash(simple, id)).toBeCloseTo(row.simpleHash, 15);
  expect(rolloutHash(multi, id)).toBeCloseTo(row.multiHash, 15);
  expect(variantHash(multi, id)).toBeCloseTo(row.variantHash, 15);
  expect(isInRollout(rolloutHash(simple, id), 45)).toBe(row.simple);
  expect(isInRollout(rolloutHash(multi, id), 55)).toBe(row.multiIn);
});

test('variants partition the numbers: each falls into exactly one, or past the last', () => {
  const weights = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(weights, fc.double({ min: 0, max: 1, noNaN: true }), (raw, hash) => {
      const sum = raw.reduce((a, b) => a + b, 0) || 1;
      const bounds = variantBounds(raw.map((weight) => (weight * 100) / sum));
      const index = variantIndexAt(bounds, hash);
      const containing = bounds.filter((max, i) => hash >= (bounds[i - 1] ?? 0) && hash < max);
      expect(containing).toHaveLength(index === -1 ? 0 : 1);
      expect(index === -1).toBe(hash >= (bounds.at(-1) as number));
    }),
  );
});

test('raising a percentage takes nobody out', () => {
  const share = fc.double({ min: 0, max: 100, noNaN: true });
  fc.assert(
    fc.property(fc.string(), share, share, (id, a, b) => {
      const hash = rolloutHash(hashPrefix('flag.'), id);
      const [lower, higher] = a < b ? [a, b] : [b, a];
      expect(isInRollout(hash, lower) && !isInRollout(hash, higher)).toBe(false);
    }),
  );
});

test.each([0.5, 1, 5, 25, 50, 90])(
  'about %d %% of people are in a rollout of that size',
  (share) => {
    const prefix = hashPrefix('shares.');
    const n = 20_000;
    let count = 0;
    for (let i = 0; i < n; i += 1) {
      if (isInRollout(rolloutHash(prefix, `person-${i}`), share)) count += 1;
    }
    const standardError = Math.sqrt((share * (100 - share)) / n);
    expect(Math.abs((count * 100) / n - share)).toBeLessThan(4 * standardError);
  },
);

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
