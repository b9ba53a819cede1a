// Attributes of recorded elements: those that could run something, go somewhere or ask somebody are taken out, texts
// are masked.
import { maskText, maskUrl } from './mask.ts';
import type { PrivacyRules } from './rules.ts';

type Attributes = Record<string, unknown>;

const DROPPED: ReadonlySet<string> = new Set([
  'srcdoc',
  'formaction',
  'ping',
  'nonce',
  'integrity',
  'http-equiv',
  'manifest',
  'autofocus',
]);
/** Nothing that a person wrote, and often long. */
const UNREAD: ReadonlySet<string> = new Set([
  'style',
  'class',
  'd',
  '_csstext',
  'points',
  'transform',
]);
const ADDRESSES: ReadonlySet<string> = new Set([
  'href',
  'xlink:href',
  'src',
  'rr_src',
  'action',
  'poster',
  'data',
  'cite',
  'background',
  'longdesc',
]);
/** Where a frame or plugin gets its content from. */
const FRAME_SOURCES = ['src', 'rr_src', 'data', 'code', 'codebase', 'archive', 'classid'];
const FRAMES: ReadonlySet<string> = new Set([
  'iframe',
  'frame',
  'object',
  'embed',
  'applet',
  'portal',
  'fencedframe',
]);
const ANIMATIONS: ReadonlySet<string> = new Set([
  'animate',
  'set',
  'animatetransform',
  'animatemotion',
]);

/** Whether it matters of later changes of an element's attributes that it is one of these; `tag` in lower case. */
export const isWatchedTag = (tag: string): boolean =>
  FRAMES.has(tag) || ANIMATIONS.has(tag) || tag === 'base';

/** Changes `attributes` in place. `tag` is in lower case; empty where it is not known, as in mutations. */
export function scrubAttributes(tag: string, attributes: Attributes, rules: PrivacyRules): void {
  scrubByTag(tag, attributes, rules);
  for (const name of Object.keys(attributes)) {
    const value = attributes[name];
    const lower = name.toLowerCase();
    if (isDangerous(lower, value)) {
      delete attributes[name];
      continue;
    }
    if (typeof value !== 'string' || UNREAD.has(lower) || isLongData(value)) continue;
    attributes[name] = ADDRESSES.has(lower)
      ? maskUrl(value, rules)
      : maskText(value, isWords(lower) ? rules : { ...rules, maskAllText: false });
  }
}

function scrubByTag(
  tag: string,
  attributes: Attributes,
  { keepCanvas }: Pick<PrivacyRules, 'keepCanvas'>,
): void {
  if (tag === 'base') dropWhere(attributes, () => true);
  if (tag === 'canvas' && !keepCanvas) dropWhere(attributes, (name) => name === 'rr_dataurl');
  if (FRAMES.has(tag)) dropWhere(attributes, (name) => FRAME_SOURCES.includes(name));
  // Of an element that was recorded earlier: pictures have a `src` as well, and nothing but frames the others.
  if (tag === '') dropWhere(attributes, (name) => name !== 'src' && FRAME_SOURCES.includes(name));
  if (tag === 'meta' && hasName(attributes, 'http-equiv')) {
    dropWhere(attributes, (name) => name === 'content' || name === 'http-equiv');
  }
  if (tag === 'link' && !isStyleSheet(attributes)) {
    // Fetched ahead, connected ahead, imported: nothing that is seen.
    dropWhere(attributes, (name) => name === 'href' || name === 'imagesrcset');
  }
  if (ANIMATIONS.has(tag)) {
    const target = valueOf(attributes, 'attributename');
    if (/^(?:on|xlink:|href|src)/i.test(target)) {
      dropWhere(attributes, (name) =>
        ['attributename', 'to', 'from', 'by', 'values'].includes(name),
      );
    }
  }
}

function dropWhere(attributes: Attributes, isMeant: (lowerName: string) => boolean): void {
  for (const name of Object.keys(attributes))
    if (isMeant(name.toLowerCase())) delete attributes[name];
}

const hasName = (attributes: Attributes, lowerName: string): boolean =>
  Object.keys(attributes).some((name) => name.toLowerCase() === lowerName);

function valueOf(attributes: Attributes, lowerName: string): string {
  const name = Object.keys(attributes).find((one) => one.toLowerCase() === lowerName);
  return name === undefined ? '' : String(attributes[name]).trim();
}

function isStyleSheet(attributes: Attributes): boolean {
  const rel = valueOf(attributes, 'rel').toLowerCase().split(/\s+/);
  return rel.includes('stylesheet') || rel.includes('icon');
}

function isDangerous(lowerName: string, value: unknown): boolean {
  if (/^[^a-z]*on/.test(lowerName) || DROPPED.has(lowerName)) return true;
  if (typeof value !== 'string') return false;
  if (lowerName === 'rr_dataurl') return !/^(?:data:image\/|blob:)/.test(value);
  if (!hasBadScheme(value)) return false;
  // A drawing as an image runs nothing.
  const isDrawing = /^\s*data:image\/svg/i.test(value);
  return !isDrawing || lowerName === 'href' || lowerName === 'xlink:href';
}

/** As much as tells a scheme that runs something. */
const SCHEME_CHARS = 20;

/** Whether an address would run something. Browsers skip white space and control characters in it. */
export function hasBadScheme(value: string): boolean {
  const first = value.codePointAt(0) ?? 0;
  if (first > 0x20 && !'jJvVdD'.includes(value[0] ?? '')) return false;
  let start = '';
  for (const character of value) {
    if (character > ' ' && character !== '\u007f') start += character.toLowerCase();
    if (start.length >= SCHEME_CHARS) break;
  }
  return /^(?:javascript:|vbscript:|data:(?:text\/|application\/|image\/svg))/.test(start);
}

/** Attributes that people read. */
const isWords = (lowerName: string): boolean =>
  /^(?:alt|title|placeholder|value|label|content|summary|aria-label|aria-description|data-.*)$/.test(
    lowerName,
  );

const isLongData = (value: string): boolean =>
  value.startsWith('data:') || value.startsWith('blob:');
