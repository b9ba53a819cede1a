// A list of events: chosen expressions of each, or of groups of them, as a statement over the view of events.
import { fail } from '#kernel/errors';
import { type Calendar, type Range, resolveRange } from '../time/date-range.ts';
import { isAggregateFunction } from '../hogql/hogql-functions.ts';
import { MAX_ROWS } from '../hogql/hogql.ts';
import type { Filters } from '../question.ts';

export type EventsQuery = {
  readonly kind: 'EventsQuery';
  /** Expressions; `*` is the whole event, `person` the person that it belongs to. */
  readonly select: readonly string[];
  /** Conditions that all hold. */
  readonly where?: readonly string[] | undefined;
  readonly event?: string | undefined;
  readonly events?: readonly string[] | undefined;
  readonly personId?: string | undefined;
  readonly properties?: Filters | undefined;
  readonly fixedProperties?: Filters | undefined;
  readonly filterTestAccounts?: boolean | undefined;
  /** Left out: the last 24 hours. */
  readonly after?: string | undefined;
  readonly before?: string | undefined;
  readonly orderBy?: readonly string[] | undefined;
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
};

export const DEFAULT_LIMIT = 100;
const DEFAULT_AFTER = '-24h';

/** What `*` consists of. */
export const EVENT_FIELDS = [
  'uuid',
  'event',
  'properties',
  'timestamp',
  'distinct_id',
  'person_id',
  'received_at',
] as const;

const SHORTHANDS: Readonly<Record<string, string>> = {
  '*': `tuple(${EVENT_FIELDS.join(', ')})`,
  person: 'tuple(person_id, distinct_id)',
};

/** An expression without the comment that names it, as PostHog's table writes them. */
export const withoutComment = (expression: string): string =>
  expression.replace(/\s--[^\n']*$/, '').trim();

/** One row more than asked for, so that it is known whether there are more. */
export function eventsStatement(query: EventsQuery): string {
  const { select, where = [], limit = DEFAULT_LIMIT, offset = 0 } = query;
  const columns = select.map((one) => SHORTHANDS[withoutComment(one)] ?? one);
  const isGrouped = columns.some(hasAggregate);
  const clauses = [
    `SELECT ${list(columns)} FROM events`,
    conditions(
      'WHERE',
      where.filter((one) => !hasAggregate(one)),
    ),
    ...(isGrouped ? ['GROUP BY ALL'] : []),
    conditions('HAVING', where.filter(hasAggregate)),
    `ORDER BY ${list(orderOf(query, columns, isGrouped))}`,
    `LIMIT ${Math.min(limit + 1, MAX_ROWS)} OFFSET ${offset}`,
  ];
  return clauses.filter((clause) => clause !== '').join('\n');
}

// A comment ends with its line.
const list = (expressions: readonly string[]): string => expressions.join('\n, ');

function conditions(keyword: string, all: readonly string[]): string {
  return all.length === 0 ? '' : `${keyword} ${all.map((one) => `(${one}\n)`).join(' AND ')}`;
}

/** The newest events first, the largest groups first; events of the same instant in an order that stays. */
function orderOf(
  { orderBy = [] }: EventsQuery,
  columns: readonly string[],
  isGrouped: boolean,
): readonly string[] {
  if (!isGrouped) return [...(orderBy.length > 0 ? orderBy : ['timestamp DESC']), 'uuid DESC'];
  if (orderBy.length > 0) return orderBy;
  // By their places among the columns.
  return [`${columns.findIndex(hasAggregate) + 1} DESC`, ...columns.map((_, i) => String(i + 1))];
}

function hasAggregate(expression: string): boolean {
  const withoutTexts = expression.replaceAll(/'(?:\\[^]|''|[^'\\])*'/g, "''");
  if (/\bOVER\s*\(/i.test(withoutTexts)) return false;
  return [...withoutTexts.matchAll(/(\w+)\s*\(/g)].some(([, name = '']) =>
    isAggregateFunction(name),
  );
}

/** @throws invalid_input naming `after` or `before` */
export function eventsRange(
  { after = DEFAULT_AFTER, before }: EventsQuery,
  calendar: Calendar,
): Partial<Range> {
  const isAll = after === 'all';
  const dateRange = {
    date_from: isAll ? '1990-01-01' : after,
    date_to: before,
    explicitDate: true,
  };
  const { fromMs, toMs } = namingEnds(() => resolveRange(dateRange, calendar));
  return { ...(isAll ? {} : { fromMs }), ...(before === undefined ? {} : { toMs }) };
}

function namingEnds<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    const attr = String((error as { attr?: unknown }).attr).endsWith('date_to')
      ? 'before'
      : 'after';
    return fail('invalid_input', { detail: (error as Error).message, attr, cause: error });
  }
}
