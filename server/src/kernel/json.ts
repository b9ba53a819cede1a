// JSON values as a type, and the canonical text used for comparing and hashing them.

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };
export type JsonObject = { readonly [key: string]: JsonValue };

/** True for a plain JSON object (not null, not an array). */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * JSON text with object keys sorted, so that equal values have equal texts. Otherwise that of `JSON.stringify`, written
 * by hand because a replacer takes twice the time (8 µs for a request's subject).
 */
export function canonicalJson(value: unknown): string {
  return canonicalText(value) as string;
}

/** Undefined for what JSON has no text for. */
function canonicalText(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) {
    return `[${value.map((item) => canonicalText(item) ?? 'null').join(',')}]`;
  }
  const fields = value as Record<string, unknown>;
  if (typeof fields['toJSON'] === 'function') return JSON.stringify(value);
  const keys = Object.keys(fields);
  if (keys.length > 1) keys.sort();
  let text = '';
  for (const key of keys) {
    const field = canonicalText(fields[key]);
    if (field !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${field}`;
  }
  return `{${text}}`;
}

/** Text that PostgreSQL and ClickHouse can both hold: without NUL and lone surrogates. */
export function storableText(value: string): string {
  return value.toWellFormed().replaceAll('\0', '\uFFFD');
}
