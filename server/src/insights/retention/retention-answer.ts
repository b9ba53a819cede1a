// The answer to a retention query in the shape of PostHog's API.
import { labelOf, otherLabel } from '../sql/breakdown.ts';
import type { Calendar } from '../time/date-range.ts';
import type { Retention } from './retention.ts';

/** `[label, c, k, people]`, as {@link retentionSql} gives them. */
export type RetentionRow = readonly [string, number, number, number];

export type RetentionResult = {
  /** When the interval begins. */
  readonly date: string;
  /** `Day 0`, `Day 1`, … */
  readonly label: string;
  readonly values: readonly {
    /** Null for intervals that have not begun. */
    readonly count: number | null;
    readonly label: string;
    /** The interval is not over: more people may still come back. */
    readonly is_incomplete: boolean;
  }[];
  /** Of everybody in the interval, who came back within it. */
  readonly returned_at_once: number;
  readonly breakdown_value?: string | readonly string[];
};

/** One per interval; with a breakdown one per interval and value. */
export function retentionResults(
  retention: Retention,
  rows: readonly RetentionRow[],
  calendar: Calendar,
): RetentionResult[] {
  const { breakdown } = retention;
  if (!breakdown) return tableOf(retention, rows, calendar);
  const other = otherLabel(breakdown);
  return [...Map.groupBy(rows, ([label]) => label)]
    .filter(([label]) => !breakdown.hidesOther || label !== other)
    .flatMap(([label, ofLabel]) =>
      tableOf(retention, ofLabel, calendar).map((result) => ({
        ...result,
        breakdown_value: labelOf(breakdown, label),
      })),
    );
}

function tableOf(
  { buckets, intervals, period }: Retention,
  rows: readonly RetentionRow[],
  { nowMs }: Calendar,
): RetentionResult[] {
  const people = new Map(rows.map(([, c, k, n]) => [`${c} ${k}`, n]));
  const startOf = (index: number) => buckets.startsMs[index] ?? buckets.endMs;
  return buckets.startsMs.map((startMs, c) => {
    const shown = Math.min(intervals, buckets.count - c);
    return {
      date: new Date(startMs).toISOString(),
      label: `${period} ${c}`,
      values: Array.from({ length: shown }, (_, k) => ({
        count: startOf(c + k) > nowMs ? null : (people.get(`${c} ${k}`) ?? 0),
        label: `${period} ${k}`,
        is_incomplete: startOf(c + k + 1) > nowMs,
      })),
      returned_at_once: people.get(`${c} -1`) ?? 0,
    };
  });
}
