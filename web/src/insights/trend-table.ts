// The numbers of a trend as a table.
import { shortName } from '../charts/time-axis.ts';
import { changeWords, formatValue } from './numbers.ts';
import type { Table } from './table.ts';
import type { Line } from './trend-lines.ts';

type Pick = (line: Line, step: number | null) => void;

const nameOf = ({ name, isPrevious }: Line): string => (isPrevious ? `${name} (before)` : name);

type Format = (value: number | null) => string;
type TrendTableWords = {
  /** What the value of the whole range is. */
  readonly totalName?: string;
  readonly format?: Format;
  /** An average of intervals says something. */
  readonly hasAverage?: boolean;
  /** Somebody may be behind zero as well. */
  readonly picksZero?: boolean;
};

/** One row per line, with a column for every interval. */
export function trendTable(
  lines: readonly Line[],
  interval: string,
  onPick: Pick | undefined,
  {
    totalName = 'Sum',
    format = formatValue,
    hasAverage = true,
    picksZero = false,
  }: TrendTableWords = {},
): Table {
  const days = lines.find(({ isPrevious }) => !isPrevious)?.days ?? [];
  return {
    columns: [
      { name: 'Name' },
      { name: totalName, isNumber: true },
      ...(hasAverage ? [{ name: 'Average', isNumber: true }] : []),
      ...days.map((day) => ({ name: columnName(day, interval), isNumber: true })),
    ],
    fixed: hasAverage ? 3 : 2,
    rows: paired(lines).map((line) => ({
      key: line.key,
      // Made when it is looked at: of ten thousand rows a page is.
      get cells() {
        return [
          { value: nameOf(line) },
          { value: line.total, shown: format(line.total) },
          ...(hasAverage ? [averageCell(line.values, format)] : []),
          ...line.values.map((value, step) => ({
            value,
            shown: format(value),
            onPick:
              onPick && line.behind && (value || (picksZero && value === 0))
                ? () => onPick(line, step)
                : undefined,
          })),
        ];
      },
    })),
  };
}

/** Each line with the one of the period before below it. */
function paired(lines: readonly Line[]): readonly Line[] {
  const groups = [...new Set(lines.map(({ group }) => group))];
  const place = new Map(groups.map((group, index) => [group, index]));
  return lines.toSorted(
    (a, b) =>
      (place.get(a.group) ?? 0) - (place.get(b.group) ?? 0) ||
      Number(a.isPrevious) - Number(b.isPrevious),
  );
}

const columnName = (day: string | number, interval: string): string =>
  interval === 'hour' || interval === 'minute'
    ? String(day).slice(5, 16)
    : shortName(String(day), interval);

function averageCell(values: readonly (number | null)[], format: Format) {
  const known = values.filter((value) => value !== null);
  const average = known.length === 0 ? null : known.reduce((a, b) => a + b, 0) / known.length;
  return { value: average, shown: format(average) };
}

/** One row per line; with the period before beside it where there is one. */
export function totalTable(lines: readonly Line[], onPick: Pick | undefined): Table {
  const hasPrevious = lines.some(({ isPrevious }) => isPrevious);
  const before = new Map(
    lines.filter(({ isPrevious }) => isPrevious).map((line) => [line.group, line] as const),
  );
  const current = lines.filter(({ isPrevious }) => !isPrevious);
  return {
    columns: [
      { name: 'Name' },
      { name: 'Value', isNumber: true },
      ...(hasPrevious
        ? [
            { name: 'Before', isNumber: true },
            { name: 'Change', isNumber: true },
          ]
        : []),
    ],
    fixed: hasPrevious ? 4 : 2,
    rows: current.map((line) => {
      const past = before.get(line.group);
      return {
        key: line.key,
        cells: [
          { value: line.name },
          totalCell(line, onPick),
          ...(hasPrevious
            ? [
                past ? totalCell(past, onPick) : { value: null },
                { value: changeWords(line.total, past?.total ?? null) ?? null },
              ]
            : []),
        ],
      };
    }),
  };
}

function totalCell(line: Line, onPick: Pick | undefined) {
  return {
    value: line.total,
    shown: formatValue(line.total),
    onPick: onPick && line.behind && line.total ? () => onPick(line, null) : undefined,
  };
}
