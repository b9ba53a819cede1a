// Retention: of those who did something in an interval, how many do something again in the intervals after it.
//
// - Recurring: somebody belongs to every interval in which the start event happened. First time: only to that of
//   the first start event ever; first ever: of the first event of that name, which must meet the conditions too.
// - Interval k counts who has a return event (or so many) in the k-th interval after their own; k = 0 is
//   everybody who belongs to it. In 24-hour windows intervals are counted from somebody's first start event
//   in their interval, not by the calendar.
// - Cumulative: who returns later counts before as well.
import { fail } from '#kernel/errors';
import type { BreakdownFilter } from '../sql/breakdown-filter.ts';
import type { Breakdown } from '../sql/breakdown.ts';
import { type Buckets, bucketsOf } from '../time/buckets.ts';
import {
  type Calendar,
  type Range,
  addIntervals,
  floorTo,
  resolveEnd,
  resolveRange,
} from '../time/date-range.ts';
import type { EventsNode, Filters, Interval, Narrowing } from '../question.ts';

export const PERIODS = ['Hour', 'Day', 'Week', 'Month'] as const;
type Period = (typeof PERIODS)[number];
export const RETENTION_TYPES = [
  'retention_recurring',
  'retention_first_time',
  'retention_first_ever_occurrence',
] as const;

export type RetentionEntity = {
  readonly id: string | null;
  readonly name?: string | undefined;
  readonly custom_name?: string | undefined;
  readonly properties?: Filters | undefined;
};

export type RetentionQuery = Narrowing & {
  readonly kind: 'RetentionQuery';
  readonly retentionFilter: {
    readonly targetEntity?: RetentionEntity | undefined;
    readonly returningEntity?: RetentionEntity | undefined;
    readonly retentionType?: (typeof RETENTION_TYPES)[number] | undefined;
    readonly period?: Period | undefined;
    readonly totalIntervals?: number | undefined;
    readonly minimumOccurrences?: number | undefined;
    readonly cumulative?: boolean | undefined;
    readonly timeWindowMode?: 'strict_calendar_dates' | '24_hour_windows' | undefined;
  };
  readonly breakdownFilter?: BreakdownFilter | undefined;
  readonly aggregation_group_type_index?: number | undefined;
};

export type Retention = {
  readonly start: EventsNode;
  readonly back: EventsNode;
  readonly type: (typeof RETENTION_TYPES)[number];
  readonly period: Period;
  /** Intervals that people belong to. */
  readonly buckets: Buckets;
  readonly range: Range;
  /** How many intervals are looked at, the own one included. */
  readonly intervals: number;
  readonly minimum: number;
  readonly isCumulative: boolean;
  /** Length of a window; undefined: intervals of the calendar. */
  readonly windowMs: number | undefined;
  readonly narrowing: Narrowing;
  readonly actorGroupIndex: number | undefined;
  readonly breakdown: Breakdown | undefined;
};

const INTERVALS: Record<Period, Interval> = {
  Hour: 'hour',
  Day: 'day',
  Week: 'week',
  Month: 'month',
};
const HOUR_MS = 3_600_000;
const WINDOWS_MS: Record<Period, number> = {
  Hour: HOUR_MS,
  Day: 24 * HOUR_MS,
  Week: 7 * 24 * HOUR_MS,
  Month: 30 * 24 * HOUR_MS,
};
const DEFAULT_INTERVALS = 8;
const PAGEVIEW: RetentionEntity = { id: '$pageview' };

/** @throws invalid_input for what makes no sense together */
export function planRetention(
  query: RetentionQuery,
  breakdown: Breakdown | undefined,
  calendar: Calendar,
  earliestMs: number | undefined,
): Retention {
  const filter = query.retentionFilter;
  const period = filter.period ?? 'Day';
  const intervals = filter.totalIntervals ?? DEFAULT_INTERVALS;
  const range = retentionRange(query, calendar, earliestMs);
  const buckets = bucketsOf(range, INTERVALS[period], calendar);
  if (buckets.count > MAX_ROWS) {
    const detail = `There would be ${buckets.count} rows; at most ${MAX_ROWS} can be shown.`;
    fail('invalid_input', { detail, attr: 'dateRange' });
  }
  return {
    start: nodeOf(filter.targetEntity ?? PAGEVIEW),
    back: nodeOf(filter.returningEntity ?? PAGEVIEW),
    type: filter.retentionType ?? 'retention_recurring',
    period,
    buckets,
    range,
    intervals,
    minimum: filter.minimumOccurrences ?? 1,
    isCumulative: filter.cumulative ?? false,
    windowMs: filter.timeWindowMode === '24_hour_windows' ? WINDOWS_MS[period] : undefined,
    narrowing: query,
    actorGroupIndex: query.aggregation_group_type_index,
    breakdown,
  };
}

const MAX_ROWS = 400;

/** From `date_from` on; without one as many intervals as are looked at, up to the one that is running. */
function retentionRange(
  query: RetentionQuery,
  calendar: Calendar,
  earliestMs: number | undefined,
): Range {
  const { period = 'Day', totalIntervals = DEFAULT_INTERVALS } = query.retentionFilter;
  const interval = INTERVALS[period];
  if (query.dateRange?.date_from) {
    return resolveRange(query.dateRange, calendar, { interval, earliestMs });
  }
  const toMs = resolveEnd(query.dateRange, calendar);
  const lastMs = floorTo(toMs - 1, interval, calendar);
  return { fromMs: addIntervals(lastMs, interval, 1 - totalIntervals, calendar), toMs };
}

function nodeOf({ id, name, custom_name, properties }: RetentionEntity): EventsNode {
  return { event: id, name, custom_name, properties };
}
