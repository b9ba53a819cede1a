// A question in an address, so that a link shows others the same and the way back works.
import type { InsightQuery, SqlDisplay } from '../api/insights.ts';
import { KINDS } from './query.ts';

/** The question as text. Fields that say nothing are left out, so that the same question has one address. */
export const queryText = (query: InsightQuery): string => JSON.stringify(tidied(query));

/** The question in a text; null when it is none that the explorer can show. */
export function parseQuery(text: string | undefined): InsightQuery | null {
  if (text === undefined) return null;
  try {
    return asQuery(JSON.parse(text));
  } catch {
    return null;
  }
}

/**
 * The question in what was saved, bare or within the node that says how PostHog draws it; null when the
 * explorer has no way to show it. What the fields hold is for the server to judge.
 */
export function asQuery(value: unknown): InsightQuery | null {
  if (!isRecord(value)) return null;
  const { kind, source, series, retentionFilter, pathsFilter, query: text, display } = value;
  if (source !== undefined) {
    const query = asQuery(source);
    return query?.kind === 'HogQLQuery' && isSqlDisplay(display) ? { ...query, display } : query;
  }
  if (!KINDS.some((one) => one.kind === kind)) return null;
  const isWhole =
    {
      RetentionQuery: () => isRecord(retentionFilter),
      PathsQuery: () => isRecord(pathsFilter),
      HogQLQuery: () => typeof text === 'string',
    }[kind as string] ??
    (() => Array.isArray(series) && series.length > 0 && series.every(isRecord));
  return isWhole() ? (value as InsightQuery) : null;
}

const SQL_DISPLAYS: readonly unknown[] = ['ActionsTable', 'ActionsLineGraph', 'ActionsBar'];
const isSqlDisplay = (value: unknown): value is SqlDisplay => SQL_DISPLAYS.includes(value);

/** A question as it is saved: how the rows of SQL are drawn stands in the node around it. */
export function savedForm(query: InsightQuery) {
  if (query.kind !== 'HogQLQuery') return query;
  const { display, ...source } = query;
  return display === undefined
    ? source
    : { kind: 'DataVisualizationNode' as const, source, display };
}

/** Whether two questions are the same but for the order and emptiness of fields. */
export function isSameQuery(a: InsightQuery, b: InsightQuery): boolean {
  return canonicalText(a) === canonicalText(b);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Without undefined, null, empty objects and empty lists of conditions. */
function tidied(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(tidied);
  if (!isRecord(value)) return value;
  const entries = Object.entries(value)
    .map(([key, inner]) => [key, tidied(inner)] as const)
    .filter(([key, inner]) => saysSomething(key, inner));
  return Object.fromEntries(entries);
}

/** Where null means something: any event; the value of a condition. */
const TELLING_NULL = new Set(['event', 'id', 'value']);

/** Without these a question would be none of its kind. */
const WHOLE_WHEN_EMPTY = new Set(['retentionFilter', 'pathsFilter']);

function saysSomething(key: string, value: unknown): boolean {
  if (value === undefined) return false;
  if (value === null) return TELLING_NULL.has(key);
  if (Array.isArray(value)) return key !== 'properties' || value.length > 0;
  return !isRecord(value) || Object.keys(value).length > 0 || WHOLE_WHEN_EMPTY.has(key);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isRecord(value)) return value;
  const keys = Object.keys(value).toSorted();
  return Object.fromEntries(keys.map((key) => [key, sorted(value[key])]));
}

/** The same text for values that mean the same. */
export const canonicalText = (value: unknown): string => JSON.stringify(sorted(tidied(value)));
