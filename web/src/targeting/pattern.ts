// Regular expressions of conditions, as far as a browser can judge what RE2 on the server will do.

/** Longest pattern that is accepted. */
const MAX_PATTERN_LENGTH = 1000;
/** What RE2 leaves out, so that every pattern runs in linear time. */
const NOT_RE2 = /\(\?<?[=!]|\\[1-9]|\\k</;
/** What RE2 has and browsers do not, or read otherwise: flags inside, `(?P<name>…)`, `\A`, `[[:alpha:]]`. */
const ONLY_RE2 = /\(\?[imsU-]|\(\?P<|\\[AzQECpP]|\[\[:/;

/** The pattern as a browser reads it, null when it cannot. */
function browserPattern(pattern: string): RegExp | null {
  // Without `u` as well: it forbids escapes such as `\-`, which RE2 takes.
  for (const flags of ['u', '']) {
    try {
      return new RegExp(pattern, flags);
    } catch {
      continue;
    }
  }
  return null;
}

/** What is wrong with a regular expression, as far as a browser can tell; the server knows for sure. */
export function patternProblem(pattern: string): string | null {
  if (pattern === '') return 'Enter a pattern.';
  if (pattern.length > MAX_PATTERN_LENGTH) return `At most ${MAX_PATTERN_LENGTH} characters.`;
  if (NOT_RE2.test(pattern)) return 'Lookaround and backreferences are not supported.';
  if (ONLY_RE2.test(pattern) || browserPattern(pattern)) return null;
  return 'Not a valid regular expression.';
}

/** Whether a pattern is found in a text; null when a browser cannot tell. */
export function patternMatches(pattern: string, text: string): boolean | null {
  if (patternProblem(pattern) !== null || ONLY_RE2.test(pattern)) return null;
  return browserPattern(pattern)?.test(text) ?? null;
}
