// Trends: what is asked, what is to be read for it, and the answer from what was read.
import { fail } from '#kernel/errors';
import type { BreakdownFilter } from '../sql/breakdown-filter.ts';
import { type Breakdown, labelOf, otherLabel } from '../sql/breakdown.ts';
import { type Calendar, resolveRange } from '../time/date-range.ts';
import { type Formula, compileFormula } from './formula.ts';
import { type MathName, type Measure, isZeroWithoutEvents, measureOf } from '../sql/measure.ts';
import { type CompareFilter, type Period, periodsOf } from '../time/periods.ts';
import type { EventsNode, Interval, Narrowing } from '../question.ts';
import type { TrendQuestion } from './trends-sql.ts';

export const TOTAL_DISPLAYS = [
  'BoldNumber',
  'ActionsPie',
  'ActionsBarValue',
  'ActionsTable',
  'WorldMap',
] as const;
export const TIME_DISPLAYS = [
  'ActionsLineGraph',
  'ActionsBar',
  'ActionsUnstackedBar',
  'ActionsAreaGraph',
  'ActionsLineGraphCumulative',
] as const;
type Display = (typeof TOTAL_DISPLAYS)[number] | (typeof TIME_DISPLAYS)[number];

export type TrendsSeries = EventsNode & {
  readonly math?: MathName | undefined;
  readonly math_property?: string | undefined;
  readonly math_property_type?: 'event' | 'person' | 'group' | 'session' | undefined;
  readonly math_group_type_index?: number | undefined;
};

type FormulaNode = { readonly formula: string; readonly custom_name?: string | undefined };

export type TrendsQuery = Narrowing & {
  readonly kind: 'TrendsQuery';
  readonly series: readonly TrendsSeries[];
  readonly interval?: Interval | undefined;
  readonly breakdownFilter?: BreakdownFilter | undefined;
  readonly compareFilter?: CompareFilter | undefined;
  readonly trendsFilter?:
    | {
        readonly display?: Display | undefined;
        readonly formula?: string | undefined;
        readonly formulas?: readonly string[] | undefined;
        readonly formulaNodes?: readonly FormulaNode[] | undefined;
        readonly smoothingIntervals?: number | undefined;
      }
    | undefined;
  readonly aggregation_group_type_index?: number | undefined;
};

export type TrendsPlan = {
  readonly query: TrendsQuery;
  readonly series: readonly Measure[];
  readonly periods: readonly [Period, ...Period[]];
  /** One value for a whole period. */
  readonly isTotal: boolean;
  readonly isCumulative: boolean;
  readonly formulas: readonly (FormulaNode & { readonly compute: Formula })[];
};

/** @throws invalid_input for what makes no sense together */
export function planTrends(
  query: TrendsQuery,
  calendar: Calendar,
  earliestMs: number | undefined,
): TrendsPlan {
  const filter = query.trendsFilter ?? {};
  const isTotal = isTotalDisplay(filter.display);
  const interval = isTotal ? 'day' : (query.interval ?? 'day');
  const range = resolveRange(query.dateRange, calendar, { interval, earliestMs });
  const isCumulative = filter.display === 'ActionsLineGraphCumulative';
  const series = query.series.map((one, i) =>
    measureOf(one.math ?? 'total', one.math_property, `series.${i}`),
  );
  for (const [i, measure] of series.entries()) refuseUnfit(measure, i, interval, isCumulative);
  const periods = periodsOf(range, interval, query.compareFilter, calendar);
  return { query, series, periods, isTotal, isCumulative, formulas: formulasOf(query) };
}

const isTotalDisplay = (display: Display | undefined): boolean =>
  TOTAL_DISPLAYS.some((total) => total === display);

function refuseUnfit(
  measure: Measure,
  index: number,
  interval: Interval,
  isCumulative: boolean,
): void {
  const attr = `series.${index}.math`;
  if (measure.kind === 'active' && (interval === 'hour' || interval === 'minute')) {
    fail('invalid_input', { detail: 'Active people are counted by day, week or month.', attr });
  }
  const adds =
    measure.kind === 'total' ||
    measure.kind === 'unique' ||
    measure.kind === 'first' ||
    (measure.kind === 'number' && measure.fn === 'sum');
  if (isCumulative && !adds) {
    fail('invalid_input', { detail: 'This maths cannot be added up over time.', attr });
  }
}

/** In the order of their lines. */
export function formulasOf({ trendsFilter, series }: TrendsQuery): TrendsPlan['formulas'] {
  const { formula, formulas, formulaNodes } = trendsFilter ?? {};
  const [asked, attr]: [readonly FormulaNode[], string] = formulaNodes?.length
    ? [formulaNodes, 'formulaNodes']
    : formulas?.length
      ? [formulas.map((one) => ({ formula: one })), 'formulas']
      : formula
        ? [[{ formula }], 'formula']
        : [[], ''];
  return asked.map((node) => ({
    ...node,
    compute: compileFormula(node.formula, series.length, `trendsFilter.${attr}`),
  }));
}

/** The question for one series in one period. */
export function trendQuestion(
  plan: TrendsPlan,
  index: number,
  period: Period,
  breakdown: Breakdown | undefined,
  labels: readonly string[] | undefined,
): TrendQuestion {
  const { query, series, isTotal, isCumulative } = plan;
  const node = query.series[index] as TrendsSeries;
  const type = node.math_property_type === 'session' ? 'event' : node.math_property_type;
  return {
    node,
    attr: `series.${index}`,
    measure: series[index] as Measure,
    property:
      node.math_property === undefined
        ? undefined
        : {
            type: type ?? 'event',
            key: node.math_property,
            group_type_index: node.math_group_type_index,
          },
    groupTypeIndex: node.math_group_type_index,
    actorGroupIndex: query.aggregation_group_type_index,
    narrowing: query,
    range: period.range,
    buckets: isTotal ? undefined : period.buckets,
    isCumulative,
    breakdown,
    labels,
  };
}

/** `[bucket, label, value]`, as {@link trendSql} gives them. */
export type TrendRow = readonly [number, string, number | null];

/** The values of a series by label; without a breakdown the label is empty. */
export type Lines = ReadonlyMap<string, readonly (number | null)[]>;

/** Values in every bucket. Labels with the largest sums come first, the rest last. */
export function linesOf(rows: readonly TrendRow[], question: TrendQuestion): Lines {
  const { breakdown, isCumulative } = question;
  const lines = emptyLines(rows, question);
  const count = question.buckets?.count ?? 1;
  for (const [bucket, label, value] of rows) {
    const line = lines.get(label);
    if (!line || bucket < 0 || bucket >= count) throw new Error(`a row lies in bucket ${bucket}`);
    if (value !== null) line[bucket] = value;
  }
  if (isCumulative) for (const line of lines.values()) addUp(line);
  if (!breakdown) return lines;
  const other = otherLabel(breakdown);
  if (breakdown.hidesOther) lines.delete(other);
  return largestFirst(lines, other);
}

/** A line for every label, with the value of an interval without events. */
function emptyLines(
  rows: readonly TrendRow[],
  { breakdown, measure, buckets, labels = [] }: TrendQuestion,
): Map<string, (number | null)[]> {
  const empty = isZeroWithoutEvents(measure) ? 0 : null;
  const all = new Set([...(breakdown ? labels : ['']), ...rows.map(([, label]) => label)]);
  return new Map(
    [...all].map((label) => [
      label,
      Array.from({ length: buckets?.count ?? 1 }, (): number | null => empty),
    ]),
  );
}

function addUp(line: (number | null)[]): void {
  let sum = 0;
  for (const [i, value] of line.entries()) {
    sum += value ?? 0;
    line[i] = sum;
  }
}

function largestFirst(lines: Lines, other: string): Lines {
  const sums = new Map([...lines].map(([label, line]) => [label, sumOf(line)]));
  const place = (label: string) =>
    label === other ? Number.NEGATIVE_INFINITY : (sums.get(label) ?? 0);
  return new Map(
    [...lines].toSorted(([a], [b]) => place(b) - place(a) || (a < b ? -1 : Number(a > b))),
  );
}

export const sumOf = (line: readonly (number | null)[]): number =>
  line.reduce<number>((sum, value) => sum + (value ?? 0), 0);

/** The lines of a formula: point by point, label by label; the largest first, the rest last. */
export function formulaLines(
  compute: Formula,
  all: readonly Lines[],
  breakdown: Breakdown | undefined,
): Lines {
  const labels = [...new Set(all.flatMap((lines) => [...lines.keys()]))];
  const lengths = all.flatMap((lines) => [...lines.values()].map((line) => line.length));
  const length = Math.max(0, ...lengths);
  const lines = labels.map((label) => {
    const points = Array.from({ length }, (_, i) =>
      compute(all.map((one) => one.get(label)?.[i] ?? null)),
    );
    return [label, points] as const;
  });
  return breakdown ? largestFirst(new Map(lines), otherLabel(breakdown)) : new Map(lines);
}

/** Each value as the average of itself and the ones before it, so many together; fewer at the start. */
export function smooth(line: readonly (number | null)[], intervals: number): (number | null)[] {
  if (intervals <= 1) return [...line];
  return line.map((_, i) => {
    const window = line
      .slice(Math.max(0, i - intervals + 1), i + 1)
      .filter((value) => value !== null);
    return window.length === 0 ? null : sumOf(window) / window.length;
  });
}

/** The label as the API shows it; undefined without a breakdown. */
export function breakdownValue(
  breakdown: Breakdown | undefined,
  label: string,
): string | readonly string[] | undefined {
  return breakdown && labelOf(breakdown, label);
}
