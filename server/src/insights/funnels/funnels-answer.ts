// The answer to a funnel in the shape of PostHog's API.
import { type Breakdown, labelOf, otherLabel } from '../sql/breakdown.ts';
import type { Calendar } from '../time/date-range.ts';
import type { Funnel } from './funnel.ts';
import type { FunnelView } from './funnels.ts';

/** As {@link funnelStepsSql} gives them. */
export type StepsRow = readonly [string, ...(number | null)[]];

export type FunnelStep = {
  readonly action_id: string | null;
  readonly name: string;
  readonly custom_name: string | null;
  readonly type: 'events';
  /** From 0 on. */
  readonly order: number;
  readonly count: number;
  /** Seconds from the step before; null of the first. */
  readonly average_conversion_time: number | null;
  readonly median_conversion_time: number | null;
  readonly breakdown?: readonly string[];
  readonly breakdown_value?: readonly string[];
};

/** One list of steps; with a breakdown one per value. */
export function stepsResults(
  { steps, breakdown }: Funnel,
  rows: readonly StepsRow[],
): readonly FunnelStep[] | readonly (readonly FunnelStep[])[] {
  const shown = rows.filter(([label]) => isShown(breakdown, label));
  const lists = shown.map(([label, ...numbers]) => {
    const value = breakdown ? [labelOf(breakdown, label)].flat() : undefined;
    return steps.map((step, order): FunnelStep => {
      const timeAt = steps.length + 2 * (order - 1);
      return {
        action_id: step.event,
        name: step.name ?? step.event ?? 'All events',
        custom_name: step.custom_name ?? null,
        type: 'events',
        order,
        count: numbers[order] ?? 0,
        average_conversion_time: order === 0 ? null : (numbers[timeAt] ?? null),
        median_conversion_time: order === 0 ? null : (numbers[timeAt + 1] ?? null),
        ...(value ? { breakdown: value, breakdown_value: value } : {}),
      };
    });
  });
  return breakdown ? lists : (lists[0] ?? []);
}

/** As {@link timeToConvertSql} gives them. */
export type TimeRow = readonly [number, number, number, number, number, number];

export type TimeToConvert = {
  /** `[seconds at which the bin begins, people]`. */
  readonly bins: readonly (readonly [number, number])[];
  readonly average_conversion_time: number | null;
};

export function timeResults(rows: readonly TimeRow[]): TimeToConvert {
  const [row] = rows;
  if (!row) return { bins: [], average_conversion_time: null };
  const [, , first, length, average, count] = row;
  const people = new Map(rows.map(([bin, n]) => [bin, n]));
  const bins = Array.from(
    { length: count },
    (_, i) => [first + i * length, people.get(i) ?? 0] as const,
  );
  return { bins, average_conversion_time: average };
}

/** As {@link funnelTrendSql} gives them. */
export type FunnelTrendRow = readonly [number, string, number, number];

export type FunnelTrend = {
  /** Intervals. */
  readonly count: number;
  /** Per cent of those who entered; null where nobody did. */
  readonly data: readonly (number | null)[];
  readonly days: readonly string[];
  readonly labels: readonly string[];
  readonly reached_from_step_counts: readonly number[];
  readonly reached_to_step_counts: readonly number[];
  /** Who entered then may still convert. */
  readonly is_still_converting: readonly boolean[];
  readonly breakdown_value?: readonly string[];
};

export function funnelTrendResults(
  { breakdown, windowMs }: Funnel,
  { buckets }: FunnelView & { readonly kind: 'trend' },
  rows: readonly FunnelTrendRow[],
  { nowMs }: Calendar,
): FunnelTrend[] {
  const shown = breakdown
    ? rows.filter(([, label]) => isShown(breakdown, label))
    : [...rows, [0, '', 0, 0] as const];
  const byLabel = Map.groupBy(shown, ([, label]) => label);
  return [...byLabel].map(([label, ofLabel]) => {
    const entered = buckets.days.map(() => 0);
    const converted = buckets.days.map(() => 0);
    for (const [bucket, , from, to] of ofLabel) {
      entered[bucket] = (entered[bucket] ?? 0) + from;
      converted[bucket] = (converted[bucket] ?? 0) + to;
    }
    return {
      count: buckets.count,
      data: entered.map((n, i) => (n === 0 ? null : (100 * (converted[i] ?? 0)) / n)),
      days: buckets.days,
      labels: buckets.labels,
      reached_from_step_counts: entered,
      reached_to_step_counts: converted,
      is_still_converting: buckets.days.map(
        (_, i) => (buckets.startsMs[i + 1] ?? buckets.endMs) + windowMs > nowMs,
      ),
      ...(breakdown ? { breakdown_value: [labelOf(breakdown, label)].flat() } : {}),
    };
  });
}

/** Without the rest, where it is not to be seen. */
function isShown(breakdown: Breakdown | undefined, label: string): boolean {
  return !breakdown?.hidesOther || label !== otherLabel(breakdown);
}
