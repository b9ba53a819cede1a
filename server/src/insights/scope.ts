// What a query is asked in: the environment and what is true of it at the time.
import type { Cohorts } from './sql/asked-cohorts.ts';
import type { Calendar, Range } from './time/date-range.ts';
import type { Filters } from './question.ts';
import type { Sql } from './sql/sql.ts';

export type Scope = {
  readonly environmentId: number;
  readonly calendar: Calendar;
  /** Names of the environment's group types by their index. */
  readonly groupTypes: readonly (string | undefined)[];
  /** False while no id has changed its person: queries are cheaper then. */
  readonly hasOverrides: boolean;
  /** Where the tables are, in statements that hold names of others' making. */
  readonly database?: string | undefined;
  /** The conditions that real people meet. */
  readonly testAccountFilters: Filters;
  /** The cohorts that are asked for. */
  readonly cohorts: Cohorts;
  /** Told of every stretch of time whose events are read; without an end, of all on that side. */
  readonly onRead?: ((range: Partial<Range>) => void) | undefined;
  /** Whether a regular expression is one that RE2 takes, within its limits. */
  isUsablePattern(pattern: string): boolean;
};

/** Answers statements for one query, within its bounds of time and memory; rows are lists of columns. */
type Ask = <Row>(sql: Sql) => Promise<Row[]>;

/** What answering one query may use. */
export type Inquiry = {
  readonly scope: Scope;
  readonly ask: Ask;
};

/** What every kind of query is answered with. */
export type Answer = {
  /** Their form depends on the kind of query. */
  readonly results: unknown;
  readonly resolved_date_range: { readonly date_from: string; readonly date_to: string };
};

export function answerOf(results: unknown, range: Range): Answer {
  return {
    results,
    resolved_date_range: {
      date_from: new Date(range.fromMs).toISOString(),
      date_to: new Date(range.toMs).toISOString(),
    },
  };
}
