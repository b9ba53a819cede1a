// People's patterns run in a linear-time engine (RE2), so that none can stall the process. What RE2
// refuses (lookaround, backreferences) is refused when the flag is saved.
import { RE2JS } from 're2js';
import type { RegexTest } from './match.ts';

/**
 * Linear in the text, but also in the pattern: `[a-z]{500}` ninety times takes 0.8 s on 10,000 characters
 * (measured, re2js 2.10). Usual patterns have 10 to 100 instructions.
 */
const MAX_PROGRAM_SIZE = 1_000;
/** Property values come from anyone; one longer than this is not searched and matches no pattern. */
const MAX_TEXT_CHARACTERS = 10_000;

/** A test for the pattern, or undefined when RE2 does not take it or it is too costly. */
export function compileRe2(pattern: string): RegexTest | undefined {
  try {
    const compiled = RE2JS.compile(pattern);
    if (compiled.programSize() > MAX_PROGRAM_SIZE) return undefined;
    return (text) => (text.length > MAX_TEXT_CHARACTERS ? undefined : compiled.test(text));
  } catch {
    return undefined;
  }
}
