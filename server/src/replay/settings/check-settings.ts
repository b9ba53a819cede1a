// Whether settings can be used: patterns that browsers and the server both understand, selectors that select.
import type { RecordingSettings } from './settings.ts';

export type Problem = { readonly attr: string; readonly detail: string };

/** Says what is wrong with a regular expression; undefined when nothing is. */
export type CheckPattern = (pattern: string) => string | undefined;

/** The first problem; undefined when there is none. Sizes are checked by the contract. */
export function checkSettings(
  settings: RecordingSettings,
  checkPattern: CheckPattern,
): Problem | undefined {
  for (const [attr, patterns] of [
    ['url_triggers', settings.urlTriggers],
    ['url_blocklist', settings.urlBlocklist],
  ] as const) {
    for (const [index, pattern] of patterns.entries()) {
      const detail = checkPattern(pattern);
      if (detail !== undefined) return { attr: `${attr}.${index}`, detail };
    }
  }
  for (const [attr, selector] of [
    ['masking.mask_text_selector', settings.masking.maskTextSelector],
    ['masking.block_selector', settings.masking.blockSelector],
  ] as const) {
    if (selector !== null && !isSelector(selector)) {
      return { attr, detail: 'This is no CSS selector, and would stop the recorder.' };
    }
  }
  return undefined;
}

/** Brackets and quotes in pairs, and no characters that selectors do not have: what else is wrong, browsers say. */
function isSelector(text: string): boolean {
  if (text.trim() === '' || /[{};<]|,\s*(?:,|$)|^\s*[,>+~]/.test(text)) return false;
  const open: string[] = [];
  let quote = '';
  for (const character of text) {
    if (quote !== '') quote = character === quote ? '' : quote;
    else if (character === '"' || character === "'") quote = character;
    else if (character === '(' || character === '[') open.push(character === '(' ? ')' : ']');
    else if ((character === ')' || character === ']') && open.pop() !== character) return false;
  }
  return quote === '' && open.length === 0;
}
