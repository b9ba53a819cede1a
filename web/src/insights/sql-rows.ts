// The rows of a statement as a table, and as lines over time where they have a column of time.
import type { Answer } from '../api/insights.ts';
import { lineColor } from '../charts/palette.ts';
import type { Cell } from './csv.ts';
import type { Table } from './table.ts';
import type { Line } from './trend-lines.ts';

type SqlAnswer = {
  readonly columns: readonly string[];
  readonly types: readonly (readonly [string, string])[];
  readonly results: readonly (readonly unknown[])[];
  readonly hasMore: boolean;
};

export const sqlAnswer = (answer: Answer): SqlAnswer => answer as unknown as SqlAnswer;

const bare = (type: string): string =>
  /^(?:Nullable|LowCardinality)\((.*)\)$/.exec(type)?.[1] ?? type;
const isNumber = (type: string): boolean => /^(?:U?Int|Float|Decimal)/.test(bare(type));
const isTime = (type: string): boolean => bare(type).startsWith('Date');
const isText = (type: string): boolean => bare(type) === 'String';

/** Longer texts are cut on the page; the file has all. */
const MAX_SHOWN = 160;

export function sqlTable({ columns, types, results }: SqlAnswer): Table {
  return {
    columns: columns.map((name, index) => ({ name, isNumber: isNumber(types[index]?.[1] ?? '') })),
    fixed: columns.length > MANY_COLUMNS ? 1 : columns.length,
    rows: results.map((row, place) => ({
      key: String(place),
      // Made when it is looked at: of ten thousand rows a page is.
      get cells() {
        return row.map((value) => {
          const cell = cellOf(value);
          return { value: cell, shown: shownText(cell) };
        });
      },
    })),
  };
}

/** More are shown a page at a time. */
const MANY_COLUMNS = 31;

function cellOf(value: unknown): Cell {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value;
  return JSON.stringify(value);
}

function shownText(cell: Cell): string {
  const text = String(cell ?? 'null');
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

export type SqlChart = {
  readonly lines: readonly Line[];
  readonly days: readonly string[];
  readonly interval: string;
};

/** More points or lines than this are no chart. */
const MAX_STEPS = 2_000;
const MAX_LINES = 50;

/**
 * Lines over the first column of time: one for each column of numbers; of a single one, one for each value of a
 * column of texts beside it. Undefined where the rows have no such columns.
 */
export function chartOf({ columns, types, results }: SqlAnswer): SqlChart | undefined {
  const at = placesOf(types);
  if (at.time === undefined || at.numbers.length === 0 || results.length === 0) return undefined;
  const { time, numbers, text } = at;
  const seen = [...new Set(results.map((row) => dayOf(row[time])))].filter((day) => day !== '');
  const { days, interval } = axisOf(seen.toSorted());
  if (days.length === 0 || days.length > MAX_STEPS) return undefined;
  const steps = new Map(days.map((day, step) => [day, step]));
  const points = results.flatMap((row): Point[] => {
    const step = steps.get(dayOf(row[time]));
    if (step === undefined) return [];
    return numbers.map((index) => ({
      line: text === undefined ? (columns[index] ?? '') : nameIn(row[text]),
      step,
      value: row[index] === null ? null : Number(row[index]),
    }));
  });
  return { days, interval, lines: linesOf(points, days) };
}

type Point = { readonly line: string; readonly step: number; readonly value: number | null };

const nameIn = (value: unknown): string => (typeof value === 'string' ? value : '(none)');

/** The columns that a chart is made of; texts tell lines apart where there is one of them and one of numbers. */
function placesOf(types: SqlAnswer['types']) {
  const placed = types.map(([, type], index) => ({ type, index }));
  const numbers = placed.filter(({ type }) => isNumber(type)).map(({ index }) => index);
  const texts = placed.filter(({ type }) => isText(type)).map(({ index }) => index);
  return {
    time: placed.find(({ type }) => isTime(type))?.index,
    numbers,
    text: numbers.length === 1 && texts.length === 1 ? texts[0] : undefined,
  };
}

function linesOf(points: readonly Point[], days: readonly string[]): Line[] {
  const byLine = [...Map.groupBy(points, ({ line }) => line)].slice(0, MAX_LINES);
  return byLine.map(([name, of], index) => {
    const values = days.map((): number | null => null);
    for (const { step, value } of of) if (value !== null) values[step] = value;
    return lineOf(name, index, values, days);
  });
}

const lineOf = (
  name: string,
  index: number,
  values: readonly (number | null)[],
  days: readonly string[],
): Line => ({
  key: `${index} ${name}`,
  group: `${index} ${name}`,
  name,
  color: lineColor(index),
  isPrevious: false,
  behind: null,
  breakdown: undefined,
  values,
  days,
  total: null,
});

/** `2026-11-20`, `2026-11-20 14:00:00` in UTC; empty for no time. */
function dayOf(value: unknown): string {
  const [, day = '', time] = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d))?/.exec(String(value)) ?? [];
  return time === undefined ? day : `${day} ${time}`;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const STEPS = [
  { interval: 'minute', stepMs: 60_000 },
  { interval: 'hour', stepMs: HOUR_MS },
  { interval: 'day', stepMs: DAY_MS },
  { interval: 'week', stepMs: 7 * DAY_MS },
] as const;

const msOf = (day: string): number =>
  Date.parse(`${day.slice(0, 10)}T${day.slice(11) || '00:00:00'}Z`);

/** The axis that times lie on: where all are whole intervals apart, those between are there as well. */
function axisOf(sorted: readonly string[]): Pick<SqlChart, 'days' | 'interval'> {
  const [first = '', last = ''] = [sorted[0], sorted.at(-1)];
  const isByClock = sorted.some((day) => day.length > 10 && !day.endsWith('00:00:00'));
  const hasClock = sorted.some((day) => day.length > 10);
  const regular = STEPS.findLast(
    ({ stepMs }) =>
      sorted.every((day) => (msOf(day) - msOf(first)) % stepMs === 0) &&
      (stepMs < DAY_MS ? isByClock : !isByClock),
  );
  const steps = regular ? (msOf(last) - msOf(first)) / regular.stepMs + 1 : 0;
  if (!regular || steps > MAX_STEPS || sorted.length < 2) {
    return { days: sorted, interval: isByClock ? 'minute' : 'day' };
  }
  const name = (ms: number) => {
    const text = new Date(ms).toISOString();
    return hasClock ? `${text.slice(0, 10)} ${text.slice(11, 19)}` : text.slice(0, 10);
  };
  const days = Array.from({ length: steps }, (_, step) =>
    name(msOf(first) + step * regular.stepMs),
  );
  return { days, interval: regular.interval };
}
