// Recorded elements and their texts, as far down as they go: without recursion, since a page may nest them deeper
// than a stack reaches.
import { isJsonObject } from '#kernel/json';
import { NODE } from '../wire/rrweb.ts';
import { isWatchedTag, scrubAttributes } from './attributes.ts';
import { maskText } from './mask.ts';
import type { PrivacyRules } from './rules.ts';

type Fields = Record<string, unknown>;
/** Elements of a window by their id, in lower case: of those whose later changes are read with their tag. */
export type WatchedTags = Map<number, string>;
type Place = { readonly node: Fields; readonly depth: number; readonly isStyle: boolean };

/** Deeper elements are left out: browsers nest 512 deep when they parse, scripts a little more. */
const MAX_DEPTH = 1000;
const ELEMENT_NAME = /^[a-z][\w:.-]*$/i;
/** What posthog-js puts where a script was. */
const PLACEHOLDER = 'SCRIPT_PLACEHOLDER';

/** As many as a page has that embeds much; of later ones changes are read without their tag. */
const MAX_WATCHED = 1000;

/**
 * Changes a serialized node and all below it in place; notes which of them are to be watched. Answers whether it is a
 * node at all.
 */
export function scrubNode(root: unknown, rules: PrivacyRules, watched: WatchedTags): boolean {
  if (!isNode(root)) return false;
  const places: Place[] = [{ node: root, depth: 0, isStyle: false }];
  for (let place = places.pop(); place; place = places.pop()) {
    const { node, depth } = place;
    const isStyle =
      node['type'] === NODE.element ? scrubElement(node, rules, watched) : scrubText(place, rules);
    if (node['childNodes'] === undefined) continue;
    const children = Array.isArray(node['childNodes'])
      ? (node['childNodes'] as unknown[]).filter(isNode)
      : [];
    node['childNodes'] = depth < MAX_DEPTH ? children : [];
    if (depth >= MAX_DEPTH) continue;
    for (const child of children) places.push({ node: child, depth: depth + 1, isStyle });
  }
  return true;
}

/** Players find elements by any value: under an id that is no number, what is watched would change unseen. */
const isNode = (value: unknown): value is Fields =>
  isJsonObject(value) && Number.isInteger(value['id']);

/** Returns whether texts below are style sheets. */
function scrubElement(node: Fields, rules: PrivacyRules, watched: WatchedTags): boolean {
  const name = typeof node['tagName'] === 'string' ? node['tagName'] : '';
  const tag = name.toLowerCase();
  if (isWatchedTag(tag) && watched.size < MAX_WATCHED) watched.set(node['id'] as number, tag);
  if (!ELEMENT_NAME.test(name)) node['tagName'] = 'div';
  if (!isJsonObject(node['attributes'])) node['attributes'] = {};
  if (tag === 'script' || tag.endsWith(':script')) {
    node['tagName'] = 'noscript';
    node['attributes'] = {};
    const [first] = Array.isArray(node['childNodes']) ? (node['childNodes'] as unknown[]) : [];
    // The id stays: later mutations may name it.
    node['childNodes'] = isNode(first)
      ? [{ type: NODE.text, textContent: PLACEHOLDER, id: first['id'] }]
      : [];
    return true;
  }
  scrubAttributes(tag, node['attributes'] as Fields, rules);
  return tag === 'style' || tag.endsWith(':style');
}

function scrubText({ node, isStyle }: Place, rules: PrivacyRules): boolean {
  const { type, textContent } = node;
  if (type === NODE.comment) node['textContent'] = '';
  else if (typeof textContent === 'string' && !isStyle && node['isStyle'] !== true) {
    node['textContent'] = maskText(textContent, rules);
  }
  return isStyle;
}
