// Where an id falls: the number from 0 to 1 that decides rollout and variant, equal in every PostHog
// SDK, so that a person keeps their bucket wherever the flag is evaluated.
import { type HashPrefix, sha1First60Bits } from './sha1.ts';

/** What 2^60 - 1, the largest 60-bit number, rounds to in binary64. The SDKs divide by the same. */
const LARGEST_HASH = 2 ** 60;
/** The server cuts distinct ids to this many Unicode characters before it hashes them. */
const DISTINCT_ID_MAX_CHARACTERS = 200;

const VARIANT_SALT = 'variant';

/** SHA-1 of prefix + id + salt as a number from 0 to 1. */
export function hashOf(prefix: HashPrefix, id: string, salt: string): number {
  return sha1First60Bits(prefix, id, salt) / LARGEST_HASH;
}

/**
 * The number that a flag's percentage is compared with. An empty id counts as 0, as it does on PostHog's
 * server (its SDKs hash the empty text).
 */
export function rolloutHash(prefix: HashPrefix, id: string): number {
  return id === '' ? 0 : hashOf(prefix, id, '');
}

/** The number that picks the variant; independent of the rollout number. */
export function variantHash(prefix: HashPrefix, id: string): number {
  return id === '' ? 0 : hashOf(prefix, id, VARIANT_SALT);
}

/** True when a number from {@link rolloutHash} is among the first `percentage` (0 to 100) of all. */
export function isInRollout(hash: number, percentage: number): boolean {
  return percentage === 100 || hash <= percentage / 100;
}

/**
 * Upper bounds of the variants in stored order, each exclusive. Summed in this order in binary64: the
 * SDKs add the same way, and another order would move people at the edges.
 */
export function variantBounds(percentages: readonly number[]): number[] {
  let bound = 0;
  return percentages.map((percentage) => {
    bound += percentage / 100;
    return bound;
  });
}

/** The index of the variant that a number from {@link variantHash} falls into, or -1 past the last. */
export function variantIndexAt(bounds: readonly number[], hash: number): number {
  for (let i = 0; i < bounds.length; i += 1) {
    if (hash < (bounds[i] as number)) return i;
  }
  return -1;
}

/** The index of the variant that everybody gets, or -1 where the number chooses. */
export function onlyVariantIndex(bounds: readonly number[]): number {
  return bounds.findIndex((bound, i) => bound - (bounds[i - 1] ?? 0) >= 1);
}

/** A distinct id as it is hashed: at most 200 Unicode characters. */
export function truncateDistinctId(distinctId: string): string {
  // A text of 200 UTF-16 units never has more characters than that.
  if (distinctId.length <= DISTINCT_ID_MAX_CHARACTERS) return distinctId;
  let end = 0;
  for (let count = 0; count < DISTINCT_ID_MAX_CHARACTERS && end < distinctId.length; count += 1) {
    end += (distinctId.codePointAt(end) ?? 0) > 0xffff ? 2 : 1;
  }
  return distinctId.slice(0, end);
}
