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
    series: eventsIn(at.events).map((one) => ({ kind: 'EventsNode', ...one, math: 'dau' })),
    interval,
    dateRange: { date_from: from },
    breakdownFilter: byFlag(at.flag),
  };
}

type Asked = { readonly event: string | null; readonly properties?: object[] };

/** Any event where none is named. */
function eventsIn(text: string | undefined): readonly Asked[] {
  const named = listIn(text ?? '').slice(0, MAX_EVENTS);
  return named.length > 0 ? named : [{ event: null }];
}

/** Names of events, or events with conditions on their properties. */
function listIn(text: string): readonly Asked[] {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? [...new Set(list as unknown[])].flatMap(toAsked) : [];
  } catch {
    return [];
  }
}

/** What the conditions hold is for the server to judge. */
function toAsked(one: unknown): readonly Asked[] {
  if (typeof one === 'string') return [{ event: one }];
  if (typeof one !== 'object' || one === null) return [];
  const { event, properties } = one as { readonly event?: unknown; readonly properties?: unknown };
  if (typeof event !== 'string' || !Array.isArray(properties)) return [];
  return [
    { event, properties: properties.filter((each) => typeof each === 'object' && each !== null) },
  ];
}
