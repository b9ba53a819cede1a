// How property values are read for comparison: as text, as a number, as true or false. The rules are
// those of PostHog's flag server, so that both decide alike.
import { type JsonObject, canonicalJson } from '#kernel/json';

/** The text of a value: a string as it is, everything else as compact JSON with sorted keys. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'object' || value === null) return 'null';
  return textOfObject(value);
}

// A property is asked for by many conditions; a large list is turned into text once for all of them.
const objectTexts = new WeakMap<object, string>();

function textOfObject(value: object): string {
  const known = objectTexts.get(value);
  if (known !== undefined) return known;
  const text = canonicalJson(value);
  objectTexts.set(value, text);
  return text;
}

const NON_ASCII = /[^\0-\x7f]/;

/** Lower case for A to Z only: what the substring operators compare. */
export function asciiLower(text: string): string {
  if (!NON_ASCII.test(text)) return text.toLowerCase();
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

// Every digit can be matched in one way only: with two, a long run of digits would take quadratic time.
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/** The number in a value: numbers, and strings that are wholly a decimal number. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isNaN(value) ? undefined : value;
  if (typeof value === 'string' && NUMBER.test(value)) return Number(value);
  return undefined;
}

/** True for a filter value that turns `exact` into a comparison of truth: true, "false", [], ["true"]. */
export function isBooleanLike(value: unknown): boolean {
  if (typeof value === 'boolean') return true;
  if (typeof value === 'string') return /^(?:true|false)$/i.test(value);
  return Array.isArray(value) && value.every(isBooleanLike);
}

/** Truth by the rules of `exact`: only true, "true" in any case, and lists of nothing else. */
export function isTruthy(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string') return value.length === 4 && value.toLowerCase() === 'true';
  return Array.isArray(value) && value.every(isTruthy);
}

/** The value of an own property; undefined when missing (JSON knows no undefined). */
export function ownValue(properties: JsonObject | undefined, key: string): unknown {
  return properties !== undefined && Object.hasOwn(properties, key) ? properties[key] : undefined;
}
