// People's patterns run in a linear-time engine (RE2), so that none can stall the process. What RE2
// refuses (lookaround, backreferences) is refused when the flag is saved.
import { RE2JS } from 're2js';
import type { RegexTest } from './match.ts';

/** A test for the pattern, or undefined when RE2 does not take it. */
export function compileRe2(pattern: string): RegexTest | undefined {
  try {
    const compiled = RE2JS.compile(pattern);
    return (text) => compiled.test(text);
  } catch {
    return undefined;
  }
}
