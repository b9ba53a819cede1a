// Funnels: what is asked in PostHog's words, read into a funnel and what is to be shown of it.
import { fail } from '#kernel/errors';
import type { BreakdownFilter } from '../sql/breakdown-filter.ts';
import type { Breakdown } from '../sql/breakdown.ts';
import { type Buckets, bucketsOf } from '../time/buckets.ts';
import { type Calendar, type Range, resolveRange } from '../time/date-range.ts';
import { type Attribution, type Exclusion, type Funnel, type FunnelActor } from './funnel.ts';
import type { Stretch } from './funnels-sql.ts';
import type { EventsNode, Interval, Narrowing } from '../question.ts';

export const WINDOW_UNITS_MS = {
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 7 * 86_400_000,
  month: 30 * 86_400_000,
} as const;
export type WindowUnit = keyof typeof WINDOW_UNITS_MS;
/** A year: beyond it people do not come back for a step. */
const MAX_WINDOW_MS = 366 * 86_400_000;
const DEFAULT_WINDOW_DAYS = 14;

export const ATTRIBUTIONS = ['first_touch', 'last_touch', 'all_events', 'step'] as const;

export type FunnelsFilter = {
  readonly funnelOrderType?: Funnel['order'] | undefined;
  readonly funnelVizType?: 'steps' | 'time_to_convert' | 'trends' | undefined;
  readonly funnelWindowInterval?: number | undefined;
  readonly funnelWindowIntervalUnit?: WindowUnit | undefined;
  readonly breakdownAttributionType?: (typeof ATTRIBUTIONS)[number] | undefined;
  /** Of `step`, from 0 on. */
  readonly breakdownAttributionValue?: number | undefined;
  readonly exclusions?:
    | readonly (EventsNode & { readonly funnelFromStep: number; readonly funnelToStep: number })[]
    | undefined;
  readonly funnelFromStep?: number | undefined;
  readonly funnelToStep?: number | undefined;
  readonly binCount?: number | undefined;
  readonly funnelAggregateByHogQL?: 'person_id' | 'properties.$session_id' | undefined;
};

export type FunnelsQuery = Narrowing & {
  readonly kind: 'FunnelsQuery';
  readonly series: readonly EventsNode[];
  readonly interval?: Interval | undefined;
  readonly breakdownFilter?: BreakdownFilter | undefined;
  readonly funnelsFilter?: FunnelsFilter | undefined;
  readonly aggregation_group_type_index?: number | undefined;
};

export type FunnelView =
  | { readonly kind: 'steps' }
  | { readonly kind: 'time'; readonly stretch: Stretch; readonly bins: number | undefined }
  | { readonly kind: 'trend'; readonly stretch: Stretch; readonly buckets: Buckets };

export type FunnelPlan = { readonly funnel: Funnel; readonly view: FunnelView };

/** @throws invalid_input for what makes no sense together */
export function planFunnel(
  query: FunnelsQuery,
  breakdown: Breakdown | undefined,
  calendar: Calendar,
  earliestMs: number | undefined,
): FunnelPlan {
  const range = funnelRange(query, calendar, earliestMs);
  const filter = query.funnelsFilter ?? {};
  const order = filter.funnelOrderType ?? 'ordered';
  const funnel: Funnel = {
    order,
    steps: query.series,
    exclusions: exclusionsOf(query, order),
    windowMs: windowOf(filter),
    range,
    narrowing: query,
    actor: actorOf(query),
    breakdown,
    attribution: attributionOf(query, order),
  };
  return { funnel, view: viewOf(query, funnel, calendar) };
}

export function funnelRange(
  query: FunnelsQuery,
  calendar: Calendar,
  earliestMs: number | undefined,
): Range {
  const isTrend = query.funnelsFilter?.funnelVizType === 'trends';
  const interval = isTrend ? (query.interval ?? 'day') : 'day';
  return resolveRange(query.dateRange, calendar, { interval, earliestMs });
}

function windowOf({ funnelWindowInterval, funnelWindowIntervalUnit }: FunnelsFilter): number {
  const unitMs = WINDOW_UNITS_MS[funnelWindowIntervalUnit ?? 'day'];
  const windowMs = (funnelWindowInterval ?? DEFAULT_WINDOW_DAYS) * unitMs;
  if (windowMs <= MAX_WINDOW_MS) return windowMs;
  return fail('invalid_input', {
    detail: 'The window is at most a year.',
    attr: 'funnelsFilter.funnelWindowInterval',
  });
}

function exclusionsOf(
  { funnelsFilter, series }: FunnelsQuery,
  order: Funnel['order'],
): Exclusion[] {
  const exclusions = funnelsFilter?.exclusions ?? [];
  if (exclusions.length > 0 && order !== 'ordered') {
    const detail = 'Exclusions lie between steps that have an order; choose ordered.';
    fail('invalid_input', { detail, attr: 'funnelsFilter.exclusions' });
  }
  return exclusions.map((exclusion, i) => {
    const [after, before] = [exclusion.funnelFromStep + 1, exclusion.funnelToStep + 1];
    if (after >= before || before > series.length) {
      const detail = 'An exclusion lies after one step and before a later one.';
      fail('invalid_input', { detail, attr: `funnelsFilter.exclusions.${i}.funnelToStep` });
    }
    return { node: exclusion, after, before };
  });
}

function actorOf({
  aggregation_group_type_index: index,
  funnelsFilter,
}: FunnelsQuery): FunnelActor {
  if (index !== undefined) return { kind: 'group', index };
  const isSession = funnelsFilter?.funnelAggregateByHogQL === 'properties.$session_id';
  return { kind: isSession ? 'session' : 'person' };
}

function attributionOf(query: FunnelsQuery, order: Funnel['order']): Attribution {
  const { breakdownAttributionType: kind = 'first_touch', breakdownAttributionValue = 0 } =
    query.funnelsFilter ?? {};
  if (kind !== 'step') return { kind };
  const attr = 'funnelsFilter.breakdownAttributionValue';
  if (breakdownAttributionValue >= query.series.length) {
    fail('invalid_input', { detail: 'There is no such step.', attr });
  }
  if (order === 'unordered') {
    fail('invalid_input', { detail: 'Steps without an order cannot be told apart.', attr });
  }
  return { kind, step: breakdownAttributionValue + 1 };
}

function viewOf(query: FunnelsQuery, funnel: Funnel, calendar: Calendar): FunnelView {
  const { funnelVizType = 'steps', binCount } = query.funnelsFilter ?? {};
  if (funnelVizType === 'steps') return { kind: 'steps' };
  const stretch = stretchOf(query);
  if (funnelVizType === 'time_to_convert') {
    if (funnel.breakdown) {
      const detail = 'The time to convert is not broken down.';
      fail('invalid_input', { detail, attr: 'breakdownFilter' });
    }
    return { kind: 'time', stretch, bins: binCount };
  }
  if (funnel.attribution.kind === 'step' && funnel.breakdown) {
    const detail = 'Over time, values are those of a person, not of a step.';
    fail('invalid_input', { detail, attr: 'funnelsFilter.breakdownAttributionType' });
  }
  const buckets = bucketsOf(funnel.range, query.interval ?? 'day', calendar);
  return { kind: 'trend', stretch, buckets };
}

function stretchOf({ funnelsFilter, series }: FunnelsQuery): Stretch {
  const from = (funnelsFilter?.funnelFromStep ?? 0) + 1;
  const to = (funnelsFilter?.funnelToStep ?? series.length - 1) + 1;
  if (from < to && to <= series.length) return { from, to };
  const detail = 'Give two steps, the first before the second.';
  return fail('invalid_input', { detail, attr: 'funnelsFilter.funnelToStep' });
}
