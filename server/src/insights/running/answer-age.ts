// How long an answer can be right while nothing is stored: until its intervals or its range move on.
import type { ActorsSource } from '../actors/actors.ts';
import { type Calendar, addIntervals, floorTo } from '../time/date-range.ts';
import type { Query } from '../query.ts';
import type { DateRange, Interval } from '../question.ts';

/** What follows the clock is at most a minute old. */
const MINUTE_MS = 60_000;
const OF_CLOCK = /^-?\d*[hM]$/;

/** @param conditions all that narrow it, the cohorts' as well */
export function validUntil(query: Query, conditions: unknown, calendar: Calendar): number {
  const { nowMs } = calendar;
  const intervals =
    query.kind === 'ActorsQuery' ? intervalOf(query.source) : intervalOfInsight(query);
  // `is_date_after: -7d` moves with the clock.
  const isOfClock =
    intervals === undefined || JSON.stringify([query, conditions]).includes('"is_date_');
  if (isOfClock) return nowMs + MINUTE_MS;
  return addIntervals(floorTo(nowMs, intervals, calendar), intervals, 1, calendar);
}

const intervalOf = ({ source }: ActorsSource): Interval | undefined => intervalOfInsight(source);

type Insight = Exclude<Query, { readonly kind: 'ActorsQuery' }> | ActorsSource['source'];

/** Days at the longest: ranges begin with a day. Undefined where the range ends or begins with the clock. */
function intervalOfInsight(query: Insight): Interval | undefined {
  if (query.kind === 'HogQLQuery' || query.kind === 'EventsQuery') return undefined;
  if (followsClock(query.dateRange)) return undefined;
  if (query.kind === 'RetentionQuery') {
    return query.retentionFilter.period === 'Hour' ? 'hour' : 'day';
  }
  const interval = 'interval' in query ? query.interval : undefined;
  return interval === 'minute' || interval === 'hour' ? interval : 'day';
}

function followsClock(range: DateRange | undefined): boolean {
  if (range?.explicitDate === true) return true;
  return [range?.date_from, range?.date_to].some((end) => end && OF_CLOCK.test(end));
}
