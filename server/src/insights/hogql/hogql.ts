// SQL over the environment's events: what is asked.
import type { Narrowing } from '../question.ts';
import { type Calendar, type Range, resolveRange } from '../time/date-range.ts';

export type HogqlValue = string | number | boolean | null | readonly string[] | readonly number[];

export type HogqlQuery = {
  readonly kind: 'HogQLQuery';
  /** One SELECT of ClickHouse's SQL over the views of docs/sql.md. */
  readonly query: string;
  /** What stands in place of `{name}`. */
  readonly values?: Readonly<Record<string, HogqlValue>> | undefined;
  readonly filters?: HogqlFilters | undefined;
  /** What stands in place of `{variables.code_name}`, by any id. */
  readonly variables?:
    | Readonly<
        Record<
          string,
          {
            readonly code_name: string;
            readonly value?: HogqlValue | undefined;
            readonly isNull?: boolean | undefined;
          }
        >
      >
    | undefined;
};

/** What `{filters}` and `{filters.dateRange.from}` stand for. */
export type HogqlFilters = Pick<Narrowing, 'dateRange' | 'properties' | 'filterTestAccounts'>;

/** The stretch of time that the filters mean; an end that they do not say is open. */
export function filtersRange({ dateRange }: HogqlFilters, calendar: Calendar): Partial<Range> {
  const { date_from: from, date_to: to } = dateRange ?? {};
  const isOpen = !from || from === 'all';
  const range = resolveRange(
    { ...dateRange, ...(isOpen ? { date_from: EARLIEST } : {}) },
    calendar,
  );
  return {
    ...(isOpen ? {} : { fromMs: range.fromMs }),
    ...(to || !isOpen ? { toMs: range.toMs } : {}),
  };
}

const EARLIEST = '1990-01-01';

/** Most rows of an answer. */
export const MAX_ROWS = 50_000;
