// What an audit entry says about a change: the fields that differ, with secrets removed. Pure, so that
// history screens can compute the same difference.
import { canonicalJson, isJsonObject } from '#kernel/json';

const SECRET_FIELDS = new Set(['password', 'password_hash', 'key_hash', 'token_hash', 'secret']);

/** A copy without the values of secret fields, at any depth. */
export function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      SECRET_FIELDS.has(key) ? '[removed]' : withoutSecrets(inner),
    ]),
  );
}

export type FieldChange = {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
};

/** The top-level fields that differ between two states of a resource, in the order of their names. */
export function changedFields(before: unknown, after: unknown): FieldChange[] {
  const from = isJsonObject(before) ? before : {};
  const to = isJsonObject(after) ? after : {};
  const names = new Set([...Object.keys(from), ...Object.keys(to)]);
  return [...names]
    .toSorted()
    .filter((name) => canonicalJson(from[name]) !== canonicalJson(to[name]))
    .map((field) => ({ field, before: from[field], after: to[field] }));
}
