// Finds the addresses in what people write. Everything else stays text, so nothing they write can do more
// than be read.

export type TextPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly href: string };

const ADDRESS = /https?:\/\/[^\s<>"']+/g;
/** A sentence's end is rarely the address's. */
const TRAILING = /[.,;:!?)\]}]+$/;

/** The text in order, http(s) addresses apart; any other scheme stays text. */
export function withLinks(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = match[0].replace(TRAILING, '');
    const url = URL.canParse(address) ? new URL(address) : null;
    if (!url) continue;
    if (match.index > end) parts.push({ kind: 'text', text: text.slice(end, match.index) });
    parts.push({ kind: 'link', text: address, href: url.href });
    end = match.index + address.length;
  }
  if (end < text.length) parts.push({ kind: 'text', text: text.slice(end) });
  return parts;
}
