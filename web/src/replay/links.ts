// From a number of an insight to the recordings of those behind it, each opened where it happened.
import type { ActorsSource } from '../api/insights.ts';
import { nounsOf } from '../insights/units.ts';
import { DEFAULT_RANGE, type EventNode, type Interval, nodeOf } from '../insights/query.ts';
import type { Condition, RecordingFilter } from './filter.ts';

/**
 * Sessions of the people behind a number in which they did what it counts; undefined for numbers of groups.
 * Of sessions that were counted themselves it needs their ids.
 */
export function recordingsBehind(
  people: ActorsSource,
  sessionIds: readonly string[] = [],
): RecordingFilter | undefined {
  const [noun] = nounsOf(people);
  if (noun === 'session') return { conditions: [{ kind: 'sessions', ids: [...sessionIds] }] };
  if (noun !== 'person') return undefined;
  const node = eventBehind(people);
  return {
    ...rangeOf(people),
    conditions: [{ kind: 'people_behind', people }, ...(node ? [happened(node)] : [])],
  };
}

type Node = Pick<EventNode, 'event' | 'properties'>;

/** Also what servers say of them, which comes without a session. */
function happened({ event = null, properties }: Node): Condition {
  return {
    kind: 'event',
    event,
    ...(properties ? { properties } : {}),
    without_session: true,
  } as Condition;
}

const eventBehind = (people: ActorsSource): Node | undefined =>
  people.kind === 'FunnelsActorsQuery' ? stepBehind(people) : seriesBehind(people);

/** Of those who dropped out the last step that they took. */
function stepBehind({
  source: { series },
  funnelStep,
  funnelTrendsEntrancePeriodStart: start,
  funnelTrendsDropOff: isDropOff,
}: Extract<ActorsSource, { kind: 'FunnelsActorsQuery' }>): Node | undefined {
  if (start) return isDropOff ? series[0] : series.at(-1);
  const step = funnelStep ?? 1;
  return series[step > 0 ? step - 1 : -step - 2];
}

function seriesBehind({
  source,
  series,
  day,
  formula,
}: Extract<ActorsSource, { kind: 'InsightActorsQuery' }>): Node | undefined {
  switch (source.kind) {
    case 'RetentionQuery': {
      const { targetEntity, returningEntity } = source.retentionFilter;
      const entity = Number(day ?? 0) > 0 ? returningEntity : targetEntity;
      return entity ? nodeOf(entity) : undefined;
    }
    case 'PathsQuery':
      return undefined;
    case 'LifecycleQuery':
      return source.series[0];
    default:
      // Of a formula several events count.
      return typeof formula === 'number' ? undefined : source.series[series ?? 0];
  }
}

type Span = Pick<RecordingFilter, 'date_from' | 'date_to'>;

/** The days that the number is about. */
function rangeOf(people: ActorsSource): Span {
  const { source } = people;
  const interval = 'interval' in source ? (source.interval ?? 'day') : 'day';
  if (people.kind === 'FunnelsActorsQuery') {
    const { funnelTrendsEntrancePeriodStart: start } = people;
    if (start) return daysOf(start, interval);
  } else {
    const isPoint = source.kind === 'TrendsQuery' || source.kind === 'LifecycleQuery';
    if (isPoint && typeof people.day === 'string') return daysOf(people.day, interval);
    // The same length of time before that: where it lies only the server knows.
    if (people.compare === 'previous') return {};
  }
  const { date_from: from, date_to: to } = source.dateRange ?? {};
  return {
    ...(from === 'all' ? {} : { date_from: from ?? DEFAULT_RANGE }),
    ...(to ? { date_to: to } : {}),
  };
}

/** From the day of an interval's start to the last day that it reaches into, without a zone: the project's. */
function daysOf(start: string, interval: Interval): Span {
  const first = start.slice(0, 10);
  const last = new Date(`${first}T00:00:00Z`);
  if (interval === 'week') last.setUTCDate(last.getUTCDate() + 6);
  if (interval === 'month') last.setUTCMonth(last.getUTCMonth() + 1, last.getUTCDate() - 1);
  return { date_from: first, date_to: last.toISOString().slice(0, 10) };
}
