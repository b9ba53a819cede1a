// The parts of a flag in which environments can differ, in words.
import type { Part } from '../api/environments.ts';

export const PART_WORDS: Readonly<Record<Part, string>> = {
  switch: 'Switch',
  targeting: 'Who gets it',
  variants: 'Variants',
  payloads: 'Payloads',
};

const PARTS = Object.keys(PART_WORDS) as Part[];

/** How often each part differs among some flags, in the order of {@link PARTS}. */
export function partsOf(differences: readonly { readonly parts: readonly Part[] }[]): Part[] {
  return PARTS.filter((part) => differences.some(({ parts }) => parts.includes(part)));
}
