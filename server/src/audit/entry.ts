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

/** The fields by which people know a resource, the best first. */
const LABEL_FIELDS = ['key', 'flag_key', 'flagKey', 'label', 'email', 'name'] as const;
const MAX_LABEL_CHARACTERS = 400;

/** What people call the resource that this is a state of; null when it has no name. */
export function labelOf(state: unknown): string | null {
  if (!isJsonObject(state)) return null;
  const name = LABEL_FIELDS.map((field) => state[field]).find(
    (value): value is string => typeof value === 'string' && value !== '',
  );
  return name?.slice(0, MAX_LABEL_CHARACTERS) ?? null;
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

/** An entry as the API answers it. */
export type EntryBody = {
  readonly id: string;
  readonly at: string;
  readonly actor: {
    readonly kind: string;
    readonly id: string;
    readonly label: string;
    readonly user_id: string | null;
  };
  readonly action: string;
  readonly resource_kind: string;
  readonly resource_id: string;
  readonly resource_label: string | null;
  readonly environment_id: number | null;
  readonly changes: FieldChange[];
  readonly reason: string | null;
  readonly origin: {
    readonly ip: string;
    readonly user_agent: string | null;
    readonly session: string | null;
  } | null;
};
