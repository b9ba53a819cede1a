// Conditions on events as ClickHouse SQL with bound parameters. `props` holds the JSON text of each value;
// a missing key reads as empty text, which is no JSON.
import type { EventFilter, EventMatch, Series } from './guardrail.ts';

/** Values of `{name:Type}` in SQL text. */
export type SqlParams = { readonly [name: string]: SqlValue };
type SqlValue =
  | string
  | number
  | readonly string[]
  | readonly number[]
  | readonly (readonly string[])[];
export type SqlPart = { readonly sql: string; readonly params: SqlParams };

/** True for the events that count for an outcome. `prefix` keeps its parameters apart from others'. */
export function eventConditionSql(outcome: EventMatch, prefix: string): SqlPart {
  const parts = outcome.filters.map((filter, index) => filterSql(filter, `${prefix}_${index}`));
  return {
    sql: [`event = {${prefix}:String}`, ...parts.map((part) => part.sql)].join(' AND '),
    params: Object.assign(
      { [prefix]: outcome.event },
      ...parts.map((part) => part.params),
    ) as SqlParams,
  };
}

/**
 * Events with a number in a property, and that number; without a property, all of them, and 1. Text that reads as a
 * number counts, as in conditions.
 */
export function seriesSql(series: Series, prefix: string): SqlPart & { readonly amount: string } {
  const condition = eventConditionSql(series, prefix);
  if (series.property === null) return { ...condition, amount: '1.0' };
  const key = `${prefix}_value`;
  const value = `toFloat64OrNull(trim(BOTH '"' FROM props[{${key}:String}]))`;
  return {
    sql: `${condition.sql} AND isFinite(ifNull(${value}, nan))`,
    params: { ...condition.params, [key]: series.property },
    amount: `assumeNotNull(${value})`,
  };
}

const COMPARISONS = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;

function filterSql({ key, operator, value }: EventFilter, name: string): SqlPart {
  const text = `props[{${name}_key:String}]`;
  const params = { [`${name}_key`]: key };
  const values = (Array.isArray(value) ? value : [value]).filter((one) => one !== null);
  switch (operator) {
    case 'is_set':
      return { sql: `${text} NOT IN ('', 'null')`, params };
    case 'is_not_set':
      return { sql: `${text} IN ('', 'null')`, params };
    case 'exact':
    case 'is_not': {
      const negation = operator === 'is_not' ? 'NOT ' : '';
      const accepted = values.flatMap((one) => [JSON.stringify(one), JSON.stringify(String(one))]);
      return {
        sql: `${text} ${negation}IN {${name}:Array(String)}`,
        params: { ...params, [name]: [...new Set(accepted)] },
      };
    }
    case 'icontains':
    case 'not_icontains': {
      // Inside its JSON text a value is escaped, so the part sought is escaped alike.
      const needle = JSON.stringify(String(values[0] ?? '')).slice(1, -1);
      const sign = operator === 'icontains' ? '>' : '=';
      return {
        sql: `positionCaseInsensitiveUTF8(${text}, {${name}:String}) ${sign} 0`,
        params: { ...params, [name]: needle },
      };
    }
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return {
        sql: `ifNull(toFloat64OrNull(trim(BOTH '"' FROM ${text})) ${COMPARISONS[operator]} {${name}:Float64}, 0)`,
        params: { ...params, [name]: Number(values[0]) },
      };
  }
}
