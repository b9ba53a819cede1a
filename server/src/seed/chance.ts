// Chance with a memory: the same choices for the same seed.
import { type Rng, createRng } from '#kernel/rng';

/** A sequence of its own for each part of what is made, so that one part does not move the others. */
export function rngOf(seed: number, part: number): Rng {
  const rng = createRng(Math.imul(seed, 0x9e3779b1) ^ Math.imul(part + 1, 0x85ebca6b));
  // The first numbers of neighbouring seeds are alike.
  rng();
  return rng;
}

/** One of them, which must not be none. */
export function pick<T>(rng: Rng, items: readonly T[]): T {
  const item = items[Math.floor(rng() * items.length)];
  if (item === undefined) throw new RangeError('There is nothing to pick from.');
  return item;
}

/** One of them, by their weights. */
export function weighted<T extends { readonly weight: number }>(rng: Rng, items: readonly T[]): T {
  let rest = rng() * items.reduce((sum, { weight }) => sum + weight, 0);
  for (const item of items) {
    rest -= item.weight;
    if (rest < 0) return item;
  }
  return pick(rng, items);
}

/** Waiting times: many short ones, few long ones. */
export function exponential(rng: Rng, mean: number): number {
  return -Math.log(1 - rng()) * mean;
}

/** Around `median`, skewed to the right as loading times are. */
export function logNormal(rng: Rng, median: number, spread: number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - rng())) * Math.cos(2 * Math.PI * rng());
  return median * Math.exp(spread * normal);
}

/** A version 7 UUID (RFC 9562 §5.7) of a moment, milliseconds since the epoch. */
export function uuidAt(rng: Rng, atMs: number): string {
  const time = Math.floor(atMs).toString(16).padStart(12, '0');
  const hex = (digits: number) =>
    Math.floor(rng() * 16 ** digits)
      .toString(16)
      .padStart(digits, '0');
  const variant = '89ab'[Math.floor(rng() * 4)] ?? '8';
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(3)}-${variant}${hex(3)}-${hex(6)}${hex(6)}`;
}
