// What messages of the same error have in common: what differs from one time to the next is folded.

const MAX_READ_CHARS = 2000;
const MAX_SHAPE_CHARS = 300;

/**
 * In this order: an address holds ids, an id holds numbers. Each is linear in the length of the text. Quotes count
 * only outside of words: `can't` opens none.
 */
const FOLDS: readonly (readonly [RegExp, string])[] = [
  [/\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s"'`<>)\]]+/giu, '<url>'],
  [/"[^"\n]{0,500}"|`[^`\n]{0,500}`|(?<!\w)'[^'\n]{0,500}'(?!\w)/gu, '<quoted>'],
  [/[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{1,64}/gu, '<email>'],
  [/\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/giu, '<id>'],
  [/\b0x[0-9a-f]+\b/giu, '<id>'],
  // Hashes and object ids: long, of letters and digits.
  [/\b(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{8,}\b/giu, '<id>'],
  [/[+-]?\d+(?:[.,:]\d+)*/gu, '<n>'],
  [/\s+/gu, ' '],
];

/** `No price for item 17` and `No price for item 4` have the same: `No price for item <n>`. */
export function messageShape(message: string): string {
  let shape = message.slice(0, MAX_READ_CHARS);
  for (const [pattern, folded] of FOLDS) shape = shape.replaceAll(pattern, folded);
  return shape.trim().slice(0, MAX_SHAPE_CHARS);
}
