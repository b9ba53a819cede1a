// Regular expressions that RE2, JavaScript, Python, Ruby and Go read alike. Everything else is left to the
// server: SDKs that evaluate flags by themselves would read it in their own way, or not at all.

/** A syntax character or a hyphen or slash, taken literally. */
const ESCAPED = String.raw`\\[\^$.*+?()[\]{}|\\/-]`;
/** Sets of characters: no ranges over escapes, no set operations, no POSIX names. */
const CLASS = String.raw`\[\^?(?:[A-Za-z0-9]-[A-Za-z0-9]|[A-Za-z0-9 _@.,:;!#%=<>'"/]|${ESCAPED}|\\[dDwW])+-?\]`;
const ATOM = String.raw`(?:[A-Za-z0-9 _@,:;!#%&=~<>'"/\`-]|${ESCAPED}|\\[dDwW]|\.|${CLASS}|\))`;
const REPEATED = String.raw`(?:(?:[*+?]|\{\d{1,3}(?:,\d{0,3})?\})\??)?`;
const PORTABLE = new RegExp(String.raw`^(?:${ATOM}${REPEATED}|\((?:\?:)?(?!\))|[\^$|])*$`);

/**
 * True for a pattern (one that RE2 takes) that means the same in every SDK. Left open is what lies in the
 * text: Python's `$` also matches before a last newline, and its `\d` and `\w` know more than ASCII.
 */
export function isPortableRegex(pattern: string): boolean {
  return PORTABLE.test(pattern);
}

/** A pattern that matches exactly these texts, letter case and all. */
export function exactly(texts: readonly string[]): string {
  return `^(?:${texts.map((text) => text.replace(/[\^$.*+?()[\]{}|\\]/g, String.raw`\$&`)).join('|')})$`;
}
