// What strangers may see of a question or a metric by a public link.

/** Without conditions: what strangers may know of a question or its answer. */
export function withoutConditions(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutConditions);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => !PRIVATE_FIELDS.has(key));
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutConditions(inner)]));
}

const PRIVATE_FIELDS = new Set(['properties', 'filterTestAccounts', 'exclusions', 'cache_key']);
