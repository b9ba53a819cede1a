import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RecentUuids } from './uuid-set.ts';

const options = { maxEntries: 1_000_000, seed: 7, completeSinceMs: 500 };

test('is an exact set of environment and uuid', () => {
  const entry = fc.tuple(fc.integer({ min: 1, max: 3 }), fc.uuid());
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 200 }), fc.nat(), (entries, seed) => {
      const set = new RecentUuids({ ...options, seed });
      const reference = new Set<string>();
      for (const [environment, uuid] of [...entries, ...entries]) {
        const name = `${environment}:${uuid}`;
        expect(set.add(environment, uuid, 1000)).toBe(!reference.has(name));
        reference.add(name);
      }
    }),
  );
});

test('holds on to everything while it grows', () => {
  const set = new RecentUuids(options);
  const uuid = (i: number): string => `01a1f921-288b-7738-869e-${i.toString(16).padStart(12, '0')}`;
  for (let i = 0; i < 50_000; i += 1) expect(set.add(1, uuid(i), i)).toBe(true);
  for (let i = 0; i < 50_000; i += 1) expect(set.add(1, uuid(i), i)).toBe(false);
  expect(set.completeSinceMs).toBe(500);
});

test('forgets the oldest when it is full and says since when it is complete', () => {
  const set = new RecentUuids({ ...options, maxEntries: 40 });
  const uuid = (i: number): string => `01a1f921-288b-7738-869e-${String(i).padStart(12, '0')}`;
  for (let i = 0; i < 100; i += 1) set.add(1, uuid(i), 1000 + i);
  const since = set.completeSinceMs;
  expect(since).toBeGreaterThan(1000 + 100 - 40);
  for (let i = since - 1000; i < 100; i += 1) expect(set.add(1, uuid(i), 2000)).toBe(false);
  expect(set.add(1, uuid(0), 2000)).toBe(true);
});
