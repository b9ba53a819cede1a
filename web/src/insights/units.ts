// Who is counted: people, sessions, or groups of a type.
import type { ActorsSource } from '../api/insights.ts';
import type {
  FunnelsQuery,
  PathsQuery,
  RetentionQuery,
  StickinessQuery,
  TrendsQuery,
} from './query.ts';

export type Countable = FunnelsQuery | RetentionQuery | StickinessQuery | PathsQuery;

const PEOPLE = 'people';
const SESSIONS = 'sessions';
const BY_SESSION = 'properties.$session_id';

/** `people`, `sessions`, `group:0`. */
export function unitOf(query: Countable): string {
  const index = query.aggregation_group_type_index;
  if (index !== undefined && index !== null) return `group:${index}`;
  const isBySession =
    query.kind === 'FunnelsQuery' && query.funnelsFilter?.funnelAggregateByHogQL === BY_SESSION;
  return isBySession ? SESSIONS : PEOPLE;
}

export function countedBy<Q extends Countable>(query: Q, unit: string): Q {
  const [kind, index] = unit.split(':');
  const aggregation_group_type_index = kind === 'group' ? Number(index) : undefined;
  if (query.kind !== 'FunnelsQuery') return { ...query, aggregation_group_type_index };
  const funnelAggregateByHogQL = kind === SESSIONS ? (BY_SESSION as typeof BY_SESSION) : undefined;
  const funnelsFilter = { ...query.funnelsFilter, funnelAggregateByHogQL };
  return { ...query, aggregation_group_type_index, funnelsFilter };
}

/** What those behind a number are called, one and many. */
export function nounsOf(asked: ActorsSource): readonly [one: string, many: string] {
  const { source } = asked;
  if (source.kind === 'LifecycleQuery') return ['person', 'people'];
  if (source.kind === 'TrendsQuery') {
    const isOfGroups =
      source.series[placeOf(asked, source)]?.math === 'unique_group' ||
      typeof source.aggregation_group_type_index === 'number';
    return isOfGroups ? ['group', 'groups'] : ['person', 'people'];
  }
  const unit = unitOf(source);
  if (unit === SESSIONS) return ['session', 'sessions'];
  return unit === PEOPLE ? ['person', 'people'] : ['group', 'groups'];
}

/** The series whose people are meant; of a formula the first that it names: the others are counted alike. */
function placeOf(asked: ActorsSource, { trendsFilter }: TrendsQuery): number {
  if (asked.kind !== 'InsightActorsQuery') return 0;
  const { series, formula: which } = asked;
  if (typeof which !== 'number') return series ?? 0;
  const { formula, formulas, formulaNodes } = trendsFilter ?? {};
  const texts = formulaNodes?.length
    ? formulaNodes.map((node) => node.formula)
    : formulas?.length
      ? formulas
      : [formula];
  const [letter = 'A'] = /[a-z]/i.exec(texts[which] ?? '') ?? [];
  return letter.toUpperCase().charCodeAt(0) - 65;
}
