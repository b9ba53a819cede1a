// What a number is broken down by. In SQL a value is one text: the label, or the JSON list of labels when there
// are several breakdowns.
import type { EventSource, PropertyRef } from './event-source.ts';
import { type StoredValue, numberSql, textSql } from './value-sql.ts';

/** One property to tell values apart by. */
export type BreakdownPart = PropertyRef & {
  /** Without query, fragment and closing slash. */
  readonly normalizeUrl: boolean;
  /** Edges of number ranges, lowest first; left out: every value by itself. */
  readonly edges?: readonly number[] | undefined;
};

export type Breakdown = {
  readonly parts: readonly BreakdownPart[];
  /** Most values shown; the rest is put together. */
  readonly limit: number;
  readonly hidesOther: boolean;
};

/** The names that PostHog's API has for what has no value, and for the rest beyond the limit. */
export const NO_VALUE = '$$_posthog_breakdown_null_$$';
const OTHER = '$$_posthog_breakdown_other_$$';

/** What is beyond the limit, as one value. */
export function otherLabel({ parts }: Breakdown): string {
  return parts.length === 1 ? OTHER : JSON.stringify(parts.map(() => OTHER));
}

/** A value as the API shows it: a text, or several. */
export function labelOf({ parts }: Breakdown, text: string): string | readonly string[] {
  return parts.length === 1 ? text : (JSON.parse(text) as string[]);
}

/** The text of a value that the API was given back. */
export function textOfLabel({ parts }: Breakdown, label: string | readonly string[]): string {
  const values = [label].flat();
  return parts.length === 1 ? (values[0] ?? '') : JSON.stringify(values);
}

/** Expressions over events, cheap to group by, from which {@link BreakdownSql.label} is made afterwards. */
export type BreakdownSql = {
  /** `<expression> AS r0`, … */
  readonly columns: readonly string[];
  /** Their names. */
  readonly names: readonly string[];
  /** The label in terms of the names. */
  readonly label: string;
  /** Whether there is a value at all, in terms of the names. */
  readonly isSet: string;
};

export function breakdownSql(breakdown: Breakdown, source: EventSource): BreakdownSql {
  const values = breakdown.parts.map((part, i) =>
    source.value(part, `breakdownFilter.breakdowns.${i}`),
  );
  const names = values.map((_, i) => `r${i}`);
  const named = values.map(({ kind }, i): StoredValue => ({ kind, sql: names[i] ?? '' }));
  const labels = breakdown.parts.map((part, i) => labelSql(part, named[i] ?? NOTHING, source));
  return {
    columns: values.map(({ sql }, i) => `toString(${sql}) AS r${i}`),
    names,
    label: labels.length === 1 ? (labels[0] ?? `''`) : `toJSONString([${labels.join(', ')}])`,
    isSet: `(${named.map((value) => `NOT ${hasNoValueSql(value)}`).join(' OR ')})`,
  };
}

const NOTHING: StoredValue = { kind: 'text', sql: `''` };

function hasNoValueSql({ kind, sql }: StoredValue): string {
  return kind === 'json' ? `${sql} IN ('', 'null', '""')` : `${sql} = ''`;
}

function labelSql(part: BreakdownPart, value: StoredValue, { params }: EventSource): string {
  if (part.edges) return rangeSql(value, part.edges, params.add('Array(Float64)', part.edges));
  const text = part.normalizeUrl ? normalizedUrlSql(textSql(value)) : textSql(value);
  return `if(${hasNoValueSql(value)}, '${NO_VALUE}', ${text})`;
}

function normalizedUrlSql(text: string): string {
  const path = `replaceRegexpOne(replaceRegexpOne(${text}, '[?#].*$', ''), '/+$', '')`;
  return `if(${path} = '', '/', ${path})`;
}

/** `[low,high]`: from low on and below high, of the last range with high. */
function rangeSql(value: StoredValue, edges: readonly number[], param: string): string {
  const number = numberSql(value);
  // The last edge at or below the number, but of the last range the lower one.
  const place = `least(arrayLastIndex(edge -> edge <= assumeNotNull(${number}), ${param}), ${edges.length - 1})`;
  const range = `concat('[', toString(${param}[${place}]), ',', toString(${param}[${place} + 1]), ']')`;
  return `if(isNull(${number}), '${NO_VALUE}', ${range})`;
}
