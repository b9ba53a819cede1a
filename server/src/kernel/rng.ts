// Seeded randomness for tests, simulations and the demo. Never for secrets.

/** Uniform numbers in [0, 1). */
export type Rng = () => number;

/** mulberry32: 32 bits of state, good enough for simulations, the same sequence everywhere. */
export function createRng(seed: number): Rng {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
