// What differs between two JSON values, place by place: how two versions of a flag are compared.
import { type JsonValue, canonicalJson, isJsonObject } from '#kernel/json';

export type JsonDifference = {
  /** JSON Pointer (RFC 6901). */
  readonly path: string;
  /** Absent where it was added. */
  readonly before?: JsonValue;
  /** Absent where it was removed. */
  readonly after?: JsonValue;
};

/** Every smallest place that differs; list elements are compared by their position. */
export function diffJson(before: JsonValue, after: JsonValue, path = ''): JsonDifference[] {
  if (canonicalJson(before) === canonicalJson(after)) return [];
  if (!isComposite(before) || !isComposite(after)) return [{ path, before, after }];
  if (Array.isArray(before) !== Array.isArray(after)) return [{ path, before, after }];
  const from = before as Readonly<Record<string, JsonValue>>;
  const to = after as Readonly<Record<string, JsonValue>>;
  const names = new Set([...Object.keys(from), ...Object.keys(to)]);
  return [...names].flatMap((name) => {
    const at = `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const [old, now] = [ownValue(from, name), ownValue(to, name)];
    if (old === undefined) return now === undefined ? [] : [{ path: at, after: now }];
    return now === undefined ? [{ path: at, before: old }] : diffJson(old, now, at);
  });
}

const isComposite = (value: JsonValue): boolean => Array.isArray(value) || isJsonObject(value);

const ownValue = (holder: Readonly<Record<string, JsonValue>>, name: string) =>
  Object.hasOwn(holder, name) ? holder[name] : undefined;
