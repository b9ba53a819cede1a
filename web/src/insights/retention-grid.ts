// The answer to a retention query as grids: one for each value, and a curve that says what is usual.
import type { Answer } from '../api/insights.ts';
import type { Picked } from './editor.ts';
import { nodeName, nodeOf, type RetentionQuery } from './query.ts';
import type { Table } from './table.ts';
import { type Line, valueColor } from './trend-lines.ts';
import { type BreakdownValue, breakdownWords, type ValueWords } from './value-words.ts';

type RowResult = {
  /** When the interval begins. */
  readonly date: string;
  readonly values: readonly { readonly count: number | null; readonly is_incomplete: boolean }[];
  readonly breakdown_value?: BreakdownValue;
};

export type RetentionCell = {
  /** Null: the interval has not begun. */
  readonly people: number | null;
  /** Of the row's people, from 0 to 1. */
  readonly share: number | null;
  /** Not over yet: more may come back. */
  readonly isOpen: boolean;
};

type RetentionRow = {
  /** When the interval begins, as people read it. */
  readonly name: string;
  readonly size: number;
  readonly cells: readonly RetentionCell[];
};

/** The people with one value. */
export type Grid = {
  readonly key: string;
  readonly name: string;
  readonly breakdown: BreakdownValue | undefined;
  readonly size: number;
  readonly rows: readonly RetentionRow[];
};

/** The largest first. */
export function gridsOf(
  { results, timezone }: Answer,
  period: string,
  words: ValueWords = breakdownWords,
): Grid[] {
  const byValue = Map.groupBy(results as readonly RowResult[], ({ breakdown_value: value }) =>
    JSON.stringify(value ?? null),
  );
  const nameOf = rowNames(timezone, period);
  const grids = [...byValue].map(([key, rows]): Grid => {
    const value = rows[0]?.breakdown_value;
    return {
      key,
      name: value === undefined ? 'Everybody' : words(value),
      breakdown: value,
      size: rows.reduce((sum, { values }) => sum + (values[0]?.count ?? 0), 0),
      rows: rows.map((row) => rowOf(row, nameOf(row.date))),
    };
  });
  return grids.toSorted((a, b) => b.size - a.size);
}

function rowOf({ values }: RowResult, name: string): RetentionRow {
  const size = values[0]?.count ?? 0;
  return {
    name,
    size,
    cells: values.map(({ count, is_incomplete: isOpen }) => ({
      people: count,
      share: count === null || size === 0 ? null : count / size,
      isOpen,
    })),
  };
}

function rowNames(timeZone: string, period: string): (date: string) => string {
  const options: Intl.DateTimeFormatOptions =
    period === 'Month'
      ? { month: 'short', year: 'numeric' }
      : period === 'Hour'
        ? { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }
        : { day: 'numeric', month: 'short' };
  const format = new Intl.DateTimeFormat('en-GB', { ...options, timeZone });
  return (date) => format.format(new Date(date));
}

/**
 * Of all rows together, who came back after each interval, in per cent. Intervals that are not over are left
 * out: they would pull the end of every curve down.
 */
export function curvesOf(grids: readonly Grid[]): Line[] {
  return grids.map(({ key, name, breakdown, rows }, index) => {
    const intervals = Math.max(0, ...rows.map(({ cells }) => cells.length));
    return {
      key,
      group: key,
      name,
      color: valueColor(breakdown, index),
      isPrevious: false,
      behind: null,
      breakdown,
      values: Array.from({ length: intervals }, (_, after) => shareAfter(rows, after)),
      days: Array.from({ length: intervals }, (_, after) => after),
      total: null,
    };
  });
}

function shareAfter(rows: readonly RetentionRow[], after: number): number | null {
  const closed = rows.filter(({ cells }) => {
    const cell = cells[after];
    return cell && cell.people !== null && (after === 0 || !cell.isOpen);
  });
  const people = closed.reduce((sum, { cells }) => sum + (cells[after]?.people ?? 0), 0);
  const of = closed.reduce((sum, { size }) => sum + size, 0);
  return of === 0 ? null : (100 * people) / of;
}

/** @param after how many intervals later */
export function peopleOfCell(
  query: RetentionQuery,
  { breakdown, name, rows }: Grid,
  row: number,
  after: number,
): Picked {
  const filter = query.retentionFilter;
  const [target, returning] = [filter.targetEntity ?? {}, filter.returningEntity ?? {}].map((one) =>
    nodeName(nodeOf(one)),
  );
  const when = rows[row]?.name ?? '';
  const later = `${filter.period ?? 'Day'} ${after}`;
  const what = after === 0 ? `${target}, ${when}` : `${returning} on ${later}, since ${when}`;
  return {
    title: breakdown === undefined ? what : `${name}: ${what}`,
    source: {
      kind: 'InsightActorsQuery',
      source: query,
      interval: row,
      day: after,
      ...(breakdown === undefined ? {} : { breakdown: breakdown as string | string[] }),
    },
  };
}

/** All grids, for the file: counts of people. */
export function retentionTable(grids: readonly Grid[], period: string): Table {
  const isBroken = grids.some(({ breakdown }) => breakdown !== undefined);
  const intervals = Math.max(
    0,
    ...grids.flatMap(({ rows }) => rows.map(({ cells }) => cells.length)),
  );
  return {
    columns: [
      ...(isBroken ? [{ name: 'Value' }] : []),
      { name: 'Began' },
      ...Array.from({ length: intervals }, (_, after) => ({
        name: `${period} ${after}`,
        isNumber: true,
      })),
    ],
    fixed: isBroken ? 2 : 1,
    rows: grids.flatMap(({ key, name, rows }) =>
      rows.map((row) => ({
        key: `${key} ${row.name}`,
        cells: [
          ...(isBroken ? [{ value: name }] : []),
          { value: row.name },
          ...Array.from({ length: intervals }, (_, after) => ({
            value: row.cells[after]?.people ?? null,
          })),
        ],
      })),
    ),
  };
}
