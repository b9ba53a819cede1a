// How the filters of a dashboard override the question of a tile: the range takes the place of the question's own,
// with an interval that suits it; conditions are added to its own. SQL is overridden where it asks for filters.
import { fittingInterval } from '#insights/fitting-interval';
import type { DateRange, Filters, Interval } from '#insights/question';
import type { DashboardFilters } from './dashboard.ts';

/** What public links show: numbers about events. Lists of people are none of it, nor SQL, which may list any. */
export const LINKED_KINDS = [
  'TrendsQuery',
  'FunnelsQuery',
  'RetentionQuery',
  'StickinessQuery',
  'LifecycleQuery',
  'PathsQuery',
] as const;

/** Retention counts in periods of its own, paths in none. */
const WITHOUT_INTERVAL: readonly string[] = ['RetentionQuery', 'PathsQuery'];

type Overridable = {
  readonly kind: string;
  /** Of SQL. */
  readonly query?: unknown;
  readonly filters?: object | null | undefined;
  readonly dateRange?: DateRange | null | undefined;
  readonly properties?: unknown;
  readonly interval?: Interval | null | undefined;
};

/** More in one list than a question may have are nested. */
const MAX_LIST = 100;

/** The question as the dashboard asks it. A question that is not shown stays as it is. */
export function overriddenQuery<Q extends Overridable>(query: Q, filters: DashboardFilters): Q {
  if (query.kind === SQL) return overriddenSql(query, filters);
  if (!LINKED_KINDS.some((kind) => kind === query.kind)) return query;
  return { ...query, ...overriddenRange(query, filters), ...overriddenConditions(query, filters) };
}

/** Whether the filters change what the question asks. */
export function overrides(query: Overridable, filters: DashboardFilters): boolean {
  const { date_from, date_to, properties } = filters;
  const saysSomething = Boolean(date_from) || Boolean(date_to) || hasConditions(properties);
  return saysSomething && (query.kind !== SQL || ASKS_FOR_FILTERS.test(String(query.query)));
}

const SQL = 'HogQLQuery';
/** `{filters}`, `{filters.dateRange.from}`. */
const ASKS_FOR_FILTERS = /\{\s*filters\b/;

function overriddenSql<Q extends Overridable>(query: Q, filters: DashboardFilters): Q {
  if (!overrides(query, filters)) return query;
  const own: { readonly properties?: unknown } = query.filters ?? {};
  const range = rangeOf(filters);
  const changed = { ...(range ? { dateRange: range } : {}), ...overriddenConditions(own, filters) };
  return { ...query, filters: { ...own, ...changed } };
}

function rangeOf({ date_from, date_to }: DashboardFilters): DateRange | undefined {
  if (!date_from && !date_to) return undefined;
  return { ...(date_from ? { date_from } : {}), ...(date_to ? { date_to } : {}) };
}

function overriddenRange(query: Overridable, filters: DashboardFilters) {
  const dateRange = rangeOf(filters);
  if (!dateRange) return {};
  if (WITHOUT_INTERVAL.includes(query.kind)) return { dateRange };
  return { dateRange, interval: fittingInterval(dateRange, query.interval) };
}

function overriddenConditions(
  { properties: own }: Pick<Overridable, 'properties'>,
  { properties }: DashboardFilters,
) {
  if (!hasConditions(properties)) return {};
  if (!hasConditions(own)) return { properties };
  const isList = Array.isArray(own) && Array.isArray(properties);
  if (isList && own.length + properties.length <= MAX_LIST) {
    return { properties: [...own, ...properties] };
  }
  return { properties: { type: 'AND' as const, values: [groupOf(own), groupOf(properties)] } };
}

function hasConditions(filters: unknown): filters is Filters {
  if (Array.isArray(filters)) return filters.length > 0;
  return typeof filters === 'object' && filters !== null && hasConditions(valuesOf(filters));
}

const valuesOf = (group: object): unknown => ('values' in group ? group.values : undefined);

const groupOf = (filters: Filters) =>
  Array.isArray(filters) ? { type: 'AND' as const, values: filters } : filters;

/** The question within what was saved: bare, or in the node that says how PostHog draws it. */
export function questionIn(saved: unknown): unknown {
  if (typeof saved !== 'object' || saved === null) return undefined;
  return 'source' in saved ? saved.source : saved;
}
