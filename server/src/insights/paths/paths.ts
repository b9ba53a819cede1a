// Paths: which way people take from one page, screen or event to the next.
//
// - An event is a stop: the address of a page view without its closing slash, the name of a screen, else the
//   event's name. Stops without a name, and those that are left out, do not count.
// - A pause of more than half an hour begins a new path. The same stop several times in a row is one.
// - Of a path the first stops count; from the first stop at the start point on where one is given; up to the first
//   at the end point after it, and then the last stops. Between two points a long path is shown by both its ends.
import { type Calendar, type Range, resolveRange } from '../time/date-range.ts';
import type { Narrowing } from '../question.ts';

export const EVENT_TYPES = ['$pageview', '$screen', 'custom_event'] as const;

export type PathsFilter = {
  readonly includeEventTypes?: readonly (typeof EVENT_TYPES)[number][] | undefined;
  readonly startPoint?: string | undefined;
  readonly endPoint?: string | undefined;
  /** Patterns with `*`; what matches one is shown as it. */
  readonly pathGroupings?: readonly string[] | undefined;
  readonly excludeEvents?: readonly string[] | undefined;
  readonly stepLimit?: number | undefined;
  readonly edgeLimit?: number | undefined;
  readonly minEdgeWeight?: number | undefined;
  readonly maxEdgeWeight?: number | undefined;
  /** What a regular expression matches in a stop becomes the alias. */
  readonly localPathCleaningFilters?:
    | readonly { readonly alias: string; readonly regex: string }[]
    | undefined;
  /** Of the people behind an edge: the stop it leaves, and the one it leads to. */
  readonly pathStartKey?: string | undefined;
  readonly pathEndKey?: string | undefined;
  /** Of people: the stop after which they went nowhere. */
  readonly pathDropoffKey?: string | undefined;
};

export type PathsQuery = Narrowing & {
  readonly kind: 'PathsQuery';
  readonly pathsFilter: PathsFilter;
  readonly aggregation_group_type_index?: number | undefined;
};

export type PathsPlan = { readonly query: PathsQuery; readonly range: Range };

export const DEFAULT_STEPS = 5;
export const DEFAULT_EDGES = 50;
/** Stands for what is left out of the middle of a long path. */
export const OMITTED = '...';

export function planPaths(
  query: PathsQuery,
  calendar: Calendar,
  earliestMs: number | undefined,
): PathsPlan {
  return { query, range: resolveRange(query.dateRange, calendar, { interval: 'day', earliestMs }) };
}

export type PathEdge = {
  /** Place in the path and stop: `1_/cart`. */
  readonly source: string;
  readonly target: string;
  /** How many paths take it. */
  readonly value: number;
  /** Milliseconds from stop to stop. */
  readonly average_conversion_time: number;
};
