// Conditions on what people did, as SQL over one reading of their events: columns that say for each event what it
// matches, and what those add up to for each person.
import type { BehaviouralCondition, CountOperator } from '#cohorts/behaviour';
import type { PropertyFilter } from '../question.ts';
import type { EventSource } from '../sql/event-source.ts';
import { nodeSql, nameSql } from '../sql/filter-sql.ts';
import type { SqlParams } from '../sql/sql.ts';
import type { BehaviourPlan, Often, Stretch } from './behaviour.ts';

/** What one condition needs of each event, and says of each person. */
export type BehaviourSql = {
  /** Names of events that it looks at. */
  readonly events: readonly string[];
  /** `<expression> AS <name>`, of events `e`. */
  readonly columns: readonly string[];
  /** Over a person's rows, which have `at` (milliseconds) beside the columns. */
  readonly holds: string;
};

/** @param index tells its columns apart from those of others */
export function behaviourSql(
  condition: BehaviouralCondition,
  plan: BehaviourPlan,
  source: EventSource,
  index: number,
): BehaviourSql {
  const { key, event_filters: filters = [] } = condition;
  const is = `m${index}`;
  // Whatever compares something else was refused when it was saved.
  const node = { event: key, properties: filters as readonly PropertyFilter[] };
  const columns = [`(${nodeSql(node, source, 'event_filters')}) AS ${is}`];
  const others = otherEventOf(plan, key);
  const other = `o${index}`;
  if (others !== undefined) columns.push(`(${nameSql(others, source)}) AS ${other}`);
  return {
    events: others === undefined ? [key] : [key, others],
    columns,
    holds: holdsSql(plan, is, other, key, source.params),
  };
}

/** The name that events are looked at by, whatever their properties. */
function otherEventOf(plan: BehaviourPlan, key: string): string | undefined {
  if (plan.kind === 'first') return key;
  return plan.kind === 'sequence' ? plan.next : undefined;
}

function holdsSql(
  plan: BehaviourPlan,
  is: string,
  other: string,
  key: string,
  params: SqlParams,
): string {
  const happened = (stretch: Stretch) => `countIf(${is} AND ${withinSql(stretch, params)})`;
  switch (plan.kind) {
    case 'count':
      return oftenSql(happened(plan.stretch), plan.often);
    case 'first': {
      const first = `minIf(at, ${other})`;
      return `countIf(${is}) > 0 AND minIf(at, ${is}) = ${first} AND ${withinSql(plan.stretch, params, first)}`;
    }
    case 'regularly': {
      const kept = plan.periods.map(
        (period) => `toUInt8(${oftenSql(happened(period), plan.often)})`,
      );
      return `${kept.join(' + ')} >= ${plan.min}`;
    }
    case 'sequence':
      return sequenceSql(is, other, plan, key, params);
    case 'stopped':
      return `${happened(plan.before)} > 0 AND ${happened(plan.recent)} = 0`;
    case 'restarted': {
      const once = { fromMs: undefined, toMs: plan.between.fromMs };
      return `${happened(once)} > 0 AND ${happened(plan.between)} = 0 AND ${happened(plan.recent)} > 0`;
    }
  }
}

const SIGNS: Readonly<Record<CountOperator, string>> = {
  gte: '>=',
  lte: '<=',
  gt: '>',
  lt: '<',
  exact: '=',
};

/** Not at all is never often enough, as in PostHog: "at most 3 times" is of those who did it. */
function oftenSql(n: string, { operator, count }: Often): string {
  return `(${n} > 0 AND ${n} ${SIGNS[operator]} ${count})`;
}

function withinSql({ fromMs, toMs }: Stretch, params: SqlParams, at = 'at'): string {
  const ends = `${at} < ${params.int(toMs)}`;
  return fromMs === undefined ? ends : `${at} >= ${params.int(fromMs)} AND ${ends}`;
}

/**
 * Some second event comes at most so long after a first one. At the same moment they count in this order, unless
 * both have one name: then the second is a later one. For each second event the latest first one before it is
 * enough to look at.
 */
function sequenceSql(
  is: string,
  next: string,
  { stretch, next: nextName, withinMs }: BehaviourPlan & { readonly kind: 'sequence' },
  firstName: string,
  params: SqlParams,
): string {
  const within = withinSql(stretch, params);
  const at = (which: string) => `groupArrayIf(at, ${which} AND ${within})`;
  // At the same moment 0 comes before 1 and 1 before 2.
  const [nextPlace, firstPlace] = nextName === firstName ? [0, 1] : [2, 1];
  const marked = `arraySort(arrayConcat(arrayMap(x -> (x, ${firstPlace}), ${at(is)}), arrayMap(x -> (x, ${nextPlace}), ${at(next)})))`;
  const latest = `arrayMap(x -> if(x.2 = ${firstPlace}, x.1, NULL), ${marked})`;
  const filled = `arrayFill(x -> x IS NOT NULL, ${latest})`;
  return `arrayExists((x, first) -> x.2 = ${nextPlace} AND first IS NOT NULL AND x.1 - first <= ${params.int(withinMs)}, ${marked}, ${filled})`;
}
