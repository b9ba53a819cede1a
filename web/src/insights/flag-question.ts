// The question that a flag or a rollout leads to.
import type { InsightQuery, NewInsightSearch } from '../api/insights.ts';
import { byFlag, type Interval } from './query.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Longer ago, an hour says more than a minute, and a day more than an hour. */
const [BY_MINUTE_MS, BY_HOUR_MS] = [3 * HOUR_MS, 2 * DAY_MS];
const WEEK_MS = 7 * DAY_MS;
const MAX_EVENTS = 10;

/** How many people did what, by the variant of a flag, since an instant; null when no flag is named. */
export function flagQuestion(at: NewInsightSearch, nowMs: number): InsightQuery | null {
  if (at.flag === undefined) return null;
  const sinceMs = Date.parse(at.since ?? '');
  const agoMs = Number.isNaN(sinceMs) ? WEEK_MS : Math.max(HOUR_MS, nowMs - sinceMs);
  const interval: Interval =
    agoMs <= BY_MINUTE_MS ? 'minute' : agoMs <= BY_HOUR_MS ? 'hour' : 'day';
  const from =
    interval === 'day' ? `-${Math.ceil(agoMs / DAY_MS)}d` : `-${Math.ceil(agoMs / HOUR_MS)}h`;
  return {
    kind: 'TrendsQuery',
    series: eventsIn(at.events).map((event) => ({ kind: 'EventsNode', event, math: 'dau' })),
    interval,
    dateRange: { date_from: from },
    breakdownFilter: byFlag(at.flag),
  };
}

/** Any event where none is named. */
function eventsIn(text: string | undefined): readonly (string | null)[] {
  const named = namesIn(text ?? '').slice(0, MAX_EVENTS);
  return named.length > 0 ? named : [null];
}

function namesIn(text: string): readonly string[] {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? [...new Set(list.filter((one) => typeof one === 'string'))] : [];
  } catch {
    return [];
  }
}
