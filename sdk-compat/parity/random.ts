// Choices from seeded randomness.
import type { Rng } from '../../server/src/kernel/rng.ts';

export const chance = (rng: Rng, probability: number): boolean => rng() < probability;

export function pick<T>(rng: Rng, from: readonly T[]): T {
  const picked = from[Math.floor(rng() * from.length)];
  if (picked === undefined) throw new Error('nothing to pick from');
  return picked;
}

/** Up to `max` different ones. */
export function sample<T>(rng: Rng, from: readonly T[], max: number): T[] {
  const picked = new Set<T>();
  for (let i = Math.floor(rng() * (max + 1)); i > 0 && from.length > 0; i -= 1) {
    picked.add(pick(rng, from));
  }
  return [...picked];
}

export function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}
