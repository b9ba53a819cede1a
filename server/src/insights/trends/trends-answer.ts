// The answer to a trend in the shape of PostHog's API.
import { type Breakdown, otherLabel } from '../sql/breakdown.ts';
import { type Period, comparedAs } from '../time/periods.ts';
import { type Answer, answerOf, type Scope } from '../scope.ts';
import {
  type Lines,
  type TrendsPlan,
  type TrendsSeries,
  breakdownValue,
  formulaLines,
  smooth,
  sumOf,
} from './trends.ts';

type TrendsResult = {
  /** The series; null of a formula. */
  readonly action: object | null;
  /** Of a formula: which one, from 0 on. */
  readonly order?: number;
  readonly label: string;
  /** Sum of the values. */
  readonly count: number;
  /** One per interval; null where there is nothing to compute. Empty for totals. */
  readonly data: readonly (number | null)[];
  readonly days: readonly string[];
  readonly labels: readonly string[];
  readonly breakdown_value?: string | readonly string[];
  readonly aggregated_value?: number | null;
  readonly compare?: true;
  readonly compare_label?: Period['label'];
};

export type TrendsAnswer = Answer & {
  readonly results: readonly TrendsResult[];
  /** More values exist than were told apart. */
  readonly hasMore: boolean;
  /** The last interval is not over: its values will still change. */
  readonly is_last_interval_incomplete: boolean;
};

/** @param lines per period, per series */
export function trendsAnswer(
  plan: TrendsPlan,
  breakdown: Breakdown | undefined,
  lines: readonly (readonly Lines[])[],
  { calendar }: Scope,
): TrendsAnswer {
  const results = plan.periods.flatMap((period, i) => {
    const ofPeriod = lines[i] ?? [];
    return plan.formulas.length > 0
      ? formulaResults(plan, breakdown, period, ofPeriod)
      : seriesResults(plan, breakdown, period, ofPeriod);
  });
  const { range, buckets } = plan.periods[0];
  const other = breakdown && otherLabel(breakdown);
  return {
    ...answerOf(results, range),
    results,
    hasMore: lines.some((ofPeriod) =>
      ofPeriod.some((one) => other !== undefined && one.has(other)),
    ),
    is_last_interval_incomplete: !plan.isTotal && buckets.endMs > calendar.nowMs,
  };
}

function seriesResults(
  plan: TrendsPlan,
  breakdown: Breakdown | undefined,
  period: Period,
  lines: readonly Lines[],
): TrendsResult[] {
  return plan.query.series.flatMap((series, order) =>
    resultsOf(plan, breakdown, period, lines[order] ?? new Map(), {
      action: actionOf(series, order),
      name: nameOf(series),
    }),
  );
}

function formulaResults(
  plan: TrendsPlan,
  breakdown: Breakdown | undefined,
  period: Period,
  lines: readonly Lines[],
): TrendsResult[] {
  return plan.formulas.flatMap(({ formula, custom_name, compute }, order) =>
    resultsOf(plan, breakdown, period, formulaLines(compute, lines, breakdown), {
      action: null,
      order,
      name: custom_name ?? `Formula (${formula})`,
    }),
  );
}

function resultsOf(
  plan: TrendsPlan,
  breakdown: Breakdown | undefined,
  period: Period,
  lines: Lines,
  { name, ...line }: Pick<TrendsResult, 'action' | 'order'> & { readonly name: string },
): TrendsResult[] {
  const intervals = plan.query.trendsFilter?.smoothingIntervals ?? 1;
  const buckets = plan.isTotal ? undefined : period.buckets;
  return [...lines].map(([label, values]) => {
    const value = breakdownValue(breakdown, label);
    const data = buckets ? smooth(values, intervals) : [];
    return {
      ...line,
      label: value === undefined ? name : `${name} - ${[value].flat().join(', ')}`,
      count: sumOf(buckets ? data : values),
      data,
      days: buckets?.days ?? [],
      labels: buckets?.labels ?? [],
      ...(value === undefined ? {} : { breakdown_value: value }),
      ...(buckets ? {} : { aggregated_value: values[0] ?? null }),
      ...comparedAs(plan.periods, period),
    };
  });
}

/** What people call a series. */
function nameOf({ custom_name, name, event }: TrendsSeries): string {
  return custom_name ?? name ?? event ?? 'All events';
}

/** The series as PostHog's answers repeat it. */
function actionOf(series: TrendsSeries, order: number): object {
  return {
    id: series.event,
    type: 'events',
    order,
    name: series.name ?? series.event ?? 'All events',
    custom_name: series.custom_name ?? null,
    math: series.math ?? 'total',
    math_property: series.math_property ?? null,
    math_group_type_index: series.math_group_type_index ?? null,
    properties: series.properties ?? [],
  };
}
