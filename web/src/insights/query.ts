// Questions as the explorer edits them: new ones, and what becomes of one when another kind is chosen.
import type { EventsQuestion, InsightKind, InsightQuery, QueryOf } from '../api/insights.ts';
import { statementAbout } from './sql-text.ts';

export type TrendsQuery = QueryOf<'TrendsQuery'>;
export type RetentionQuery = QueryOf<'RetentionQuery'>;
export type FunnelsQuery = QueryOf<'FunnelsQuery'>;
export type LifecycleQuery = QueryOf<'LifecycleQuery'>;
export type PathsQuery = QueryOf<'PathsQuery'>;
export type StickinessQuery = QueryOf<'StickinessQuery'>;
export type Breakdown = NonNullable<TrendsQuery['breakdownFilter']>;
export type Range = NonNullable<EventsQuestion['dateRange']>;
export type Interval = NonNullable<TrendsQuery['interval']>;
export type TrendsSeries = TrendsQuery['series'][number];

/** What every series and step begins with. */
export type EventNode = {
  readonly kind: 'EventsNode';
  /** Null: any event. */
  readonly event?: string | null;
  readonly name?: string | null;
  readonly custom_name?: string | null;
  readonly properties?: unknown;
};

export const KINDS: readonly { readonly kind: InsightKind; readonly label: string }[] = [
  { kind: 'TrendsQuery', label: 'Trends' },
  { kind: 'FunnelsQuery', label: 'Funnel' },
  { kind: 'RetentionQuery', label: 'Retention' },
  { kind: 'StickinessQuery', label: 'Stickiness' },
  { kind: 'LifecycleQuery', label: 'Lifecycle' },
  { kind: 'PathsQuery', label: 'Paths' },
  { kind: 'HogQLQuery', label: 'SQL' },
];

export const kindLabel = (kind: string): string =>
  KINDS.find((one) => one.kind === kind)?.label ?? 'Insight';

/** What people call an event of a question. */
export const nodeName = ({ custom_name, name, event }: Omit<EventNode, 'kind'>): string =>
  custom_name || name || event || 'Any event';

/** The range of a question that does not say one. */
export const DEFAULT_RANGE = '-7d';

/** @param event what it is about; null: any event */
export function newQuery(kind: InsightKind, event: string | null): InsightQuery {
  return withKind({ kind: 'TrendsQuery', series: [{ kind: 'EventsNode', event }] }, kind);
}

/** The same events, range and conditions, asked about in another way. */
export function withKind(query: InsightQuery, kind: InsightKind): InsightQuery {
  if (query.kind === kind) return query;
  const nodes = nodesOf(query);
  const first = nodes[0] ?? ANY;
  const some = nodes.length > 0 ? nodes : [ANY];
  const shared = sharedOf(query);
  const breakdown = breakdownOf(query);
  const broken = breakdown ? { breakdownFilter: breakdown } : {};
  switch (kind) {
    case 'TrendsQuery':
      return { kind, series: some, ...shared, ...broken };
    case 'FunnelsQuery':
      return { kind, series: nodes.length > 1 ? nodes : [first, ANY], ...shared, ...broken };
    case 'StickinessQuery':
      return { kind, series: some, ...shared };
    case 'LifecycleQuery':
      return { kind, series: [first], ...shared };
    case 'PathsQuery': {
      const { interval: _, ...narrowing } = shared;
      return { kind, pathsFilter: {}, ...narrowing };
    }
    case 'HogQLQuery': {
      const { interval: _, dateRange = { date_from: DEFAULT_RANGE }, ...narrowing } = shared;
      return { kind, query: statementAbout(first.event), filters: { dateRange, ...narrowing } };
    }
    case 'RetentionQuery': {
      const { dateRange: _, ...narrowing } = shared;
      return {
        kind,
        retentionFilter: {
          targetEntity: entityOf(first),
          returningEntity: entityOf(nodes[1] ?? first),
          period: 'Day',
          totalIntervals: 8,
        },
        ...narrowing,
        ...broken,
      };
    }
  }
}

const ANY: EventNode = { kind: 'EventsNode', event: null };

/** The events of a question, without how they are measured. */
function nodesOf(query: InsightQuery): EventNode[] {
  if (query.kind === 'RetentionQuery') {
    const { targetEntity, returningEntity } = query.retentionFilter;
    const entities = [targetEntity, returningEntity].flatMap((one) => (one ? [one] : []));
    const nodes = entities.map(nodeOf);
    return JSON.stringify(nodes[0]) === JSON.stringify(nodes[1]) ? nodes.slice(0, 1) : nodes;
  }
  // Paths are of everything that people do; a statement is not read.
  if (query.kind === 'PathsQuery' || query.kind === 'HogQLQuery') return [];
  return query.series.map(({ event, custom_name, properties }) => ({
    kind: 'EventsNode',
    event: event ?? null,
    ...(custom_name ? { custom_name } : {}),
    ...(properties ? { properties } : {}),
  }));
}

export type Entity = NonNullable<RetentionQuery['retentionFilter']['targetEntity']>;

export function nodeOf({ id, custom_name, properties }: Entity): EventNode {
  return {
    kind: 'EventsNode',
    event: id ?? null,
    ...(custom_name ? { custom_name } : {}),
    ...(properties ? { properties } : {}),
  };
}

export function entityOf({ event, custom_name, properties }: EventNode): Entity {
  return {
    id: event ?? null,
    type: 'events',
    ...(custom_name ? { custom_name } : {}),
    ...(properties ? { properties } : {}),
  };
}

/** What each kind of question may be narrowed by. */
function sharedOf(query: InsightQuery) {
  const { dateRange, properties, filterTestAccounts } =
    query.kind === 'HogQLQuery' ? (query.filters ?? {}) : query;
  const interval = 'interval' in query ? query.interval : undefined;
  return {
    ...(dateRange ? { dateRange } : {}),
    ...(interval ? { interval } : {}),
    ...(properties ? { properties } : {}),
    ...(filterTestAccounts ? { filterTestAccounts } : {}),
  };
}

type Breakable = TrendsQuery | FunnelsQuery | RetentionQuery;

/** Whether the server tells values apart in the answer to such a question. */
export function canBreakDown(query: InsightQuery): query is Breakable {
  if (query.kind === 'FunnelsQuery')
    return query.funnelsFilter?.funnelVizType !== 'time_to_convert';
  return query.kind === 'TrendsQuery' || query.kind === 'RetentionQuery';
}

/** Undefined for what is not broken down. */
export function breakdownOf(query: InsightQuery): Breakdown | undefined {
  return 'breakdownFilter' in query ? (query.breakdownFilter ?? undefined) : undefined;
}

/** What a question is broken down by, as one property; undefined for none. */
export function brokenBy(
  breakdown: Breakdown | undefined,
):
  | { readonly type: string; readonly key: string; readonly groupTypeIndex?: number | undefined }
  | undefined {
  const [part] = breakdown?.breakdowns ?? [];
  if (part) {
    const { type, property, group_type_index: index } = part;
    return {
      type: type ?? 'event',
      key: String(property),
      groupTypeIndex: index ?? undefined,
    };
  }
  const key = [breakdown?.breakdown].flat()[0];
  if (key === undefined || key === null) return undefined;
  const index = breakdown?.breakdown_group_type_index;
  return {
    type: breakdown?.breakdown_type ?? 'event',
    key: String(key),
    groupTypeIndex: index ?? undefined,
  };
}

const FEATURE = '$feature/';

/** By the value of a flag that each event says it happened with. */
export function byFlag(flagKey: string): Breakdown {
  return { breakdowns: [{ property: `${FEATURE}${flagKey}`, type: 'event' }] };
}

/** Which flag a question is broken down by; undefined when by none. */
export function flagOf(breakdown: Breakdown | undefined): string | undefined {
  const by = brokenBy(breakdown);
  if (by?.type === 'flag_exposure') return by.key;
  return by?.key.startsWith(FEATURE) ? by.key.slice(FEATURE.length) : undefined;
}
