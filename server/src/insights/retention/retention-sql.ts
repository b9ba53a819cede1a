// The cells of a retention table as SQL.
import { type BreakdownSql, breakdownSql, otherLabel } from '../sql/breakdown.ts';
import { intervalSetSql } from '../time/buckets.ts';
import { EventSource } from '../sql/event-source.ts';
import { nameSql, narrowingSql, nodeSql } from '../sql/filter-sql.ts';
import type { Retention } from './retention.ts';
import type { Scope } from '../scope.ts';
import { type Sql, SqlParams } from '../sql/sql.ts';

/**
 * Rows `[label, c, k, people]`: of those who belong to interval c, how many are back k intervals later. For k = 0
 * that is everybody; k = -1 says who of them is back in the same interval.
 */
export function retentionSql(retention: Retention, scope: Scope): Sql {
  const params = new SqlParams();
  const { breakdown, isCumulative } = retention;
  const later = isCumulative
    ? 'arrayMap(k -> toInt32(k + 1), range(toUInt32(arrayMax(arrayPushFront(ks, 0)))))'
    : 'arrayFilter(k -> k > 0, ks)';
  const isBack = isCumulative ? 'notEmpty(ks)' : 'has(ks, 0)';
  const each = `SELECT label, c, arrayJoin(arrayConcat([toInt32(0)], if(${isBack}, [toInt32(-1)], []), ${later})) AS k
FROM (${membershipsSql(retention, scope, params)})`;
  const cells = `SELECT label, c, k, count() AS n FROM (${each}) GROUP BY label, c, k`;
  if (!breakdown) return params.statement(cells);
  const totals = `SELECT *, sumIf(n, k = 0) OVER (PARTITION BY label) AS total FROM (${cells})`;
  const placed = `SELECT *, dense_rank() OVER (ORDER BY total DESC, label) AS place FROM (${totals})`;
  const other = params.string(otherLabel(breakdown));
  return params.statement(
    `SELECT if(place <= ${breakdown.limit}, label, ${other}) AS shown, c, k, sum(n) FROM (${placed})
GROUP BY shown, c, k ORDER BY min(place)`,
  );
}

/**
 * Rows `actor, label, c, ks`: an interval that somebody belongs to, and the intervals after it (0: itself) in
 * which they are back.
 */
export function membershipsSql(retention: Retention, scope: Scope, params: SqlParams): string {
  const { windowMs, intervals, minimum } = retention;
  const members = `SELECT actor, label, backs, arrayJoin(starts) AS start, start.1 AS c
FROM (${peopleSql(retention, scope, params)})`;
  const within = (ks: string) =>
    `arrayMap(k -> toInt32(k), arrayFilter(k -> k >= 0 AND k < ${intervals}, ${ks}))`;
  if (windowMs === undefined) {
    return `SELECT actor, label, c, ${within('arrayMap(w -> w - c, backs)')} AS ks FROM (${members})`;
  }
  const windows = `arraySort(arrayMap(b -> intDiv(b - start.2, ${windowMs}), arrayFilter(b -> b >= start.2, backs)))`;
  const often = `arrayFilter((k, i) -> i >= ${minimum} AND ws[i - ${minimum - 1}] = k, ws, arrayEnumerate(ws))`;
  return `SELECT actor, label, c, arrayDistinct(${within(often)}) AS ks FROM (SELECT *, ${windows} AS ws FROM (${members}))`;
}

/** One row per person: `label`, `starts` (interval, first start event in it) and `backs` (intervals, or times). */
function peopleSql(retention: Retention, scope: Scope, params: SqlParams): string {
  const { type, windowMs, minimum, range } = retention;
  const rows = new RetentionRows(retention, scope, params);
  const touch = rows.label.names.length > 0;
  const isRecurring = type === 'retention_recurring';
  if (isRecurring && windowMs === undefined && minimum === 1)
    return labelled(rows.perPerson(), rows);
  const starts = isRecurring
    ? 'groupArrayIf((bucket, started_at), start_count > 0) AS starts'
    : `minIf(started_at, start_count > 0) AS first,
  if(sum(start_count) > 0 AND first >= ${params.int(range.fromMs)}${
    type === 'retention_first_ever_occurrence'
      ? ' AND first = minIf(named_at, named_count > 0)'
      : ''
  }, [(argMinIf(bucket, started_at, start_count > 0), first)], []) AS starts`;
  const backs =
    windowMs === undefined
      ? `groupArrayIf(bucket, back_count >= ${minimum}) AS backs`
      : 'groupArrayArray(back_at) AS backs';
  const people = `SELECT actor, ${starts}, ${backs}${touch ? ', minIf(touched, start_count > 0) AS touch' : ''}
FROM (${rows.perInterval()}) GROUP BY actor HAVING notEmpty(starts)`;
  return labelled(people, rows);
}

function labelled(people: string, rows: RetentionRows): string {
  const { label, names } = rows.label;
  if (names.length === 0) return `SELECT actor, starts, backs, '' AS label FROM (${people})`;
  const values = names.map((name, i) => `touch.${i + 2} AS ${name}`);
  return `SELECT actor, starts, backs, ${label} AS label FROM (SELECT *, ${values.join(', ')} FROM (${people}))`;
}

/** The events that matter, and what they come to per person and interval. */
class RetentionRows {
  readonly #retention: Retention;
  readonly #source: EventSource;
  readonly #breakdown: BreakdownSql | undefined;
  readonly #actor: string;
  readonly #params: SqlParams;

  constructor(retention: Retention, scope: Scope, params: SqlParams) {
    this.#retention = retention;
    this.#params = params;
    this.#source = new EventSource(scope, params);
    this.#breakdown = retention.breakdown && breakdownSql(retention.breakdown, this.#source);
    this.#actor =
      retention.actorGroupIndex === undefined
        ? this.#source.person
        : this.#source.groupKey(retention.actorGroupIndex, 'aggregation_group_type_index');
  }

  get label(): { readonly label: string; readonly names: readonly string[] } {
    return { label: this.#breakdown?.label ?? `''`, names: this.#breakdown?.names ?? [] };
  }

  /** Rows `actor, starts, backs` at once, where it does not matter when or how often in an interval. */
  perPerson(): string {
    const { buckets } = this.#retention;
    const { names } = this.label;
    const touched = names.length > 0 ? `, minIf((at, ${names.join(', ')}), is_start) AS touch` : '';
    return `SELECT actor, arrayMap(b -> (b, toInt64(0)), ${intervalSetSql(buckets.count, 'bucket', 'is_start')}) AS starts,
  ${intervalSetSql(buckets.count, 'bucket', 'is_back')} AS backs${touched}
FROM (${this.#rows()}) GROUP BY actor HAVING notEmpty(starts)`;
  }

  /**
   * Rows `actor, bucket`: how many start and return events, when the first start event was, and with it the
   * columns of the label.
   */
  perInterval(): string {
    const { type, windowMs } = this.#retention;
    const { names } = this.label;
    const columns = [
      'actor',
      'bucket',
      'countIf(is_start) AS start_count',
      'minIf(at, is_start) AS started_at',
      windowMs === undefined
        ? 'countIf(is_back) AS back_count'
        : 'groupArrayIf(at, is_back) AS back_at',
      ...(type === 'retention_first_ever_occurrence'
        ? ['countIf(is_named) AS named_count', 'minIf(at, is_named) AS named_at']
        : []),
      ...(names.length > 0 ? [`minIf((at, ${names.join(', ')}), is_start) AS touched`] : []),
    ];
    return `SELECT ${columns.join(', ')} FROM (${this.#rows()}) GROUP BY actor, bucket`;
  }

  #rows(): string {
    const { type, range, start, back, narrowing, buckets, actorGroupIndex } = this.#retention;
    const source = this.#source;
    const passes = narrowingSql(narrowing, source);
    const isStart = `(${nodeSql(start, source, 'retentionFilter.targetEntity')} AND ${passes})`;
    const fromMs = this.#params.int(range.fromMs);
    const inRange = `e.timestamp >= fromUnixTimestamp64Milli(${fromMs})`;
    const isBack = `(${inRange} AND ${nodeSql(back, source, 'retentionFilter.returningEntity')} AND ${passes})`;
    const isNamed = nameSql(start.event, source);
    const isRecurring = type === 'retention_recurring';
    const isEver = type === 'retention_first_ever_occurrence';
    const conditions = [
      ...source.within(isRecurring ? range : { toMs: range.toMs }),
      `(${isEver ? isNamed : isStart} OR ${isBack})`,
      ...(actorGroupIndex === undefined ? [] : [`${this.#actor} != ''`]),
    ];
    const columns = [
      `${this.#actor} AS actor`,
      'toUnixTimestamp64Milli(e.timestamp) AS at',
      `${buckets.indexSql('e.timestamp', this.#params)} AS bucket`,
      `${isStart} AS is_start`,
      `${isBack} AS is_back`,
      ...(isEver ? [`${isNamed} AS is_named`] : []),
      ...(this.#breakdown?.columns ?? []),
    ];
    return `SELECT ${columns.join(', ')}\nFROM ${source.from()}\nWHERE ${conditions.join(' AND ')}`;
  }
}
