// JSON as clients in the wild write it: NaN and Infinity become null, and text that the stores cannot
// hold (NUL, lone surrogates) is replaced. Everything else must be JSON.
import { fail } from '#kernel/errors';
import { storableText } from '#kernel/json';

const UNSTORABLE_ESCAPE = /\\u(?:0000|[dD][89a-fA-F])/;
/** The closing quote may be missing: text without it would be searched again from each later quote. */
const STRING_OR_BARE_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"?|-?\b(?:NaN|Infinity)\b/gs;

/** @throws invalid_payload with the parser's own words, which name the position */
export function parseJson(text: string): unknown {
  // Decoding UTF-8 leaves no half of a pair, but lz-string can.
  const content = text.toWellFormed();
  const value = parseUnchanged(content);
  // Only an escape can bring these in now: raw control characters are no JSON. So most bodies are
  // never walked.
  return UNSTORABLE_ESCAPE.test(content) ? storable(value) : value;
}

/** The same, with texts as they are. @throws as {@link parseJson} */
export function parseUnchanged(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch (error) {
    if (/NaN|Infinity/.test(content)) {
      try {
        return JSON.parse(
          content.replace(STRING_OR_BARE_NUMBER, (found) => (found[0] === '"' ? found : 'null')),
        );
      } catch {
        // The first error speaks of the text as it was sent.
      }
    }
    const reason = error instanceof Error ? error.message : 'unreadable';
    fail('invalid_payload', { detail: `The body is not valid JSON: ${reason}`, cause: error });
  }
}

// A stack of its own: JSON may be nested deeper than functions can be.
function storable(value: unknown): unknown {
  const root = { value };
  const open: Record<string, unknown>[] = [root];
  for (let at = open.pop(); at; at = open.pop()) {
    for (const key of Object.keys(at)) {
      const inner = at[key];
      const cleanKey = Array.isArray(at) ? key : storableText(key);
      if (cleanKey !== key) delete at[key];
      if (typeof inner === 'string') define(at, cleanKey, storableText(inner));
      else {
        if (cleanKey !== key) define(at, cleanKey, inner);
        if (typeof inner === 'object' && inner !== null)
          open.push(inner as Record<string, unknown>);
      }
    }
  }
  return root.value;
}

// Assignment would run the setter of a key named `__proto__`.
function define(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}
