// The element that was clicked and the ones around it, out of what autocapture sends: one string
// (`$elements_chain`, grammar in PostHog's protocol) or, from older libraries, a list.
import { type JsonObject, type JsonValue, isJsonObject } from '#kernel/json';

/** An element as PostHog's events API shows it; the innermost has order 0. */
export type EventElement = {
  readonly tag_name: string;
  readonly text: string | null;
  readonly href: string | null;
  readonly attr_id: string | null;
  readonly attr_class: string[];
  readonly nth_child: number | null;
  readonly nth_of_type: number | null;
  /** Other attributes; names start `attr__`. */
  readonly attributes: Record<string, string>;
  readonly order: number;
};

/** A page nests deeper only by mistake. */
const MAX_ELEMENTS = 200;

const HEAD = /^((?:[^:"]|:(?![a-zA-Z_\-0-9]*="))*)(?::(.*))?$/s;
// Starts only where a name does: from within a long one every start would be tried.
const ATTRIBUTE = /(?<![a-zA-Z_\-0-9])([a-zA-Z_\-0-9]+)="((?:[^"\\]|\\.)*)"/gs;

/** The elements of an event with these properties; none for most. */
export function readElements(properties: JsonObject): EventElement[] {
  const { $elements_chain: chain, $elements: list } = properties;
  if (typeof chain === 'string' && chain !== '') {
    return splitChain(chain).map((text, order) => parseElement(text, order));
  }
  if (!Array.isArray(list)) return [];
  return list.slice(0, MAX_ELEMENTS).filter(isJsonObject).map(fromListed);
}

/** Splits at semicolons outside of quotes. */
function splitChain(chain: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let at = 0; at < chain.length && parts.length < MAX_ELEMENTS; at += 1) {
    const char = chain[at];
    if (isQuoted && char === '\\') at += 1;
    else if (char === '"') isQuoted = !isQuoted;
    else if (char === ';' && !isQuoted) {
      parts.push(chain.slice(start, at));
      start = at + 1;
    }
  }
  if (start < chain.length && parts.length < MAX_ELEMENTS) parts.push(chain.slice(start));
  return parts;
}

function parseElement(text: string, order: number): EventElement {
  const [, head = '', attributeText = ''] = HEAD.exec(text) ?? [];
  const [tag = '', ...classes] = head.replace(/:$/, '').split('.');
  const all = new Map<string, string>();
  for (const [, name = '', value = ''] of attributeText.matchAll(ATTRIBUTE)) {
    all.set(name, value.replaceAll(/\\(["\\])/g, '$1'));
  }
  return {
    tag_name: tag,
    text: all.get('text') ?? null,
    href: all.get('href') ?? null,
    attr_id: all.get('attr_id') ?? null,
    attr_class: classes.filter((name) => name !== ''),
    nth_child: wholeNumber(all.get('nth-child')),
    nth_of_type: wholeNumber(all.get('nth-of-type')),
    attributes: Object.fromEntries([...all].filter(([name]) => name.startsWith('attr__'))),
    order,
  };
}

function fromListed(element: JsonObject, order: number): EventElement {
  const attributes: Record<string, string> = {};
  for (const [name, value] of Object.entries(element)) {
    if (name.startsWith('attr__') && typeof value === 'string') attributes[name] = value;
  }
  const { classes } = element;
  const attrClass = Array.isArray(classes)
    ? classes.filter((name) => typeof name === 'string')
    : (attributes['attr__class'] ?? '').split(/\s+/).filter((name) => name !== '');
  return {
    tag_name: text(element['tag_name']) ?? '',
    text: text(element['$el_text']) ?? text(element['text']),
    href: text(element['attr__href']) ?? text(element['href']),
    attr_id: text(element['attr__id']) ?? text(element['attr_id']),
    attr_class: attrClass,
    nth_child: wholeNumber(element['nth_child']),
    nth_of_type: wholeNumber(element['nth_of_type']),
    attributes,
    order,
  };
}

function text(value: JsonValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

function wholeNumber(value: JsonValue | undefined): number | null {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return Number.isSafeInteger(number) ? (number as number) : null;
}
