// How stored property values are read in SQL: as text, as a number, as a time. The rules are those of
// `#properties`, which flags and cohorts go by; comparison-sql.query.test.ts proves the two equal.

/** Where a value stands in SQL; a missing one reads as empty text. */
export type StoredValue = {
  /** `json`: the JSON text of the value, as in `props`. `text`: the value itself. */
  readonly kind: 'json' | 'text';
  readonly sql: string;
};

/** The text of a value: a string as it is, everything else as its JSON. Of a missing one: empty. */
export function textSql({ kind, sql }: StoredValue): string {
  if (kind === 'text') return sql;
  // A quoted text without a backslash is what is between the quotes: most are, and parsing takes longer.
  return `if(startsWith(${sql}, '"'), if(position(${sql}, '\\\\') = 0, substring(${sql}, 2, length(${sql}) - 2), JSONExtractString(${sql})), ${sql})`;
}

/** What counts as a number in a string: `numberOf` of `#properties/property-value`. */
const NUMBER = String.raw`'^[+-]?(?:\\d+(?:\\.\\d*)?|\\.\\d+)(?:[eE][+-]?\\d+)?$'`;

/** The number in a value (Nullable): numbers, and strings that are wholly a decimal number. */
export function numberSql(value: StoredValue): string {
  const { kind, sql } = value;
  const inText = (text: string) => `if(match(${text}, ${NUMBER}), toFloat64OrNull(${text}), NULL)`;
  if (kind === 'text') return inText(sql);
  // Only numbers begin like this in JSON; the rest of what ClickHouse reads as one (`nan`, `inf`) is no JSON.
  return `if(startsWith(${sql}, '"'), ${inText(`substring(${sql}, 2, length(${sql}) - 2)`)}, toFloat64OrNull(${sql}))`;
}

/** True for true, "true" in any case, and lists of nothing else. */
export function truthSql({ kind, sql }: StoredValue): string {
  if (kind === 'text') return `lower(${sql}) = 'true'`;
  return `(lower(${sql}) IN ('true', '"true"') OR (startsWith(${sql}, '[') AND replaceRegexpAll(lower(${sql}), '"true"|true|[\\\\[\\\\],]', '') = ''))`;
}

const ISO_TIME = String.raw`'^\\d{4}-\\d{2}-\\d{2}(?:[Tt ]\\d{2}:\\d{2}(?::\\d{2}(?:\\.\\d{1,9})?)?)?(?:[Zz]|[+-]\\d{2}:?\\d{2})?$'`;
const DIGITS = String.raw`'^-?\\d+(?:\\.\\d+)?$'`;
/** Numbers from here on are milliseconds. */
const SMALLEST_EPOCH_MS = '100000000000';

/** The instant in a value, in milliseconds since the epoch (Nullable): ISO 8601, or seconds or milliseconds. */
export function instantSql(value: StoredValue): string {
  const text = textSql(value);
  const iso = `toFloat64(toUnixTimestamp64Milli(parseDateTime64BestEffortOrNull(upper(${text}), 3, 'UTC')))`;
  const inText = `multiIf(match(${text}, ${DIGITS}), ${epochSql(text)}, match(${text}, ${ISO_TIME}), ${iso}, NULL)`;
  return value.kind === 'text'
    ? inText
    : `if(startsWith(${value.sql}, '"'), ${inText}, ${epochSql(value.sql)})`;
}

function epochSql(text: string): string {
  const number = `toFloat64OrNull(${text})`;
  return `if(abs(${number}) >= ${SMALLEST_EPOCH_MS}, ${number}, ${number} * 1000)`;
}

const VERSION = String.raw`'^\\s*[vV]?(\\d{1,15})(?:\\.(\\d{1,15}))?(?:\\.(\\d{1,15}))?(?:-([0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*))?(?:\\+.*)?\\s*$'`;

/**
 * The parts of a version, ready to be compared as a tuple by the rules of semver.org: three numbers, 1 for a
 * release, the identifiers of a pre-release. Guard it with {@link isVersionSql}.
 */
export function versionSql(value: StoredValue): string {
  const groups = `extractGroups(${textSql(value)}, ${VERSION})`;
  const number = (index: number) => `toUInt64OrZero(${groups}[${index}])`;
  const identifiers = `arrayMap(x -> (if(match(x, '^\\\\d+$'), 0, 1), toFloat64OrZero(if(match(x, '^\\\\d+$'), x, '')), if(match(x, '^\\\\d+$'), '', x)), splitByChar('.', ${groups}[4]))`;
  return `(${number(1)}, ${number(2)}, ${number(3)}, if(${groups}[4] = '', 1, 0), if(${groups}[4] = '', [], ${identifiers}))`;
}

export function isVersionSql(value: StoredValue): string {
  return `match(${textSql(value)}, ${VERSION})`;
}
