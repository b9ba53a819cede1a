// Conditions on events, and on the people and groups behind them, as SQL. Of people and groups the current
// properties count; they are looked up in a set, not joined to every event.
import { fail } from '#kernel/errors';
import { HIDDEN_EVENTS } from '#ingest/event';
import { checkValue } from '#properties/check-value';
import { cohortFilterSql, cohortSql } from './cohort-sql.ts';
import { comparisonSql, type ValueOperator } from './comparison-sql.ts';
import { type EventSource, groupIndexOf } from './event-source.ts';
import { inSetSql, personTestSql, subjectOf } from './person-sql.ts';
import type { EventsNode, FilterGroup, Filters, Narrowing, PropertyFilter } from '../question.ts';
import { allOf, anyOf } from './sql.ts';
import type { StoredValue } from './value-sql.ts';

/** True for the events that a series, step or entity means. */
export function nodeSql(node: EventsNode, source: EventSource, attr: string): string {
  return allOf([
    nameSql(node.event, source),
    filtersSql(node.properties, source, `${attr}.properties`),
  ]);
}

/** True for events of this name; null: for all that lists of events show. */
export function nameSql(event: string | null, source: EventSource): string {
  return event === null
    ? `e.event NOT IN ${source.params.strings(HIDDEN_EVENTS)}`
    : `e.event = ${source.params.string(event)}`;
}

/** What the whole query is narrowed by, beside its range. */
export function narrowingSql(query: Narrowing, source: EventSource): string {
  const conditions = [filtersSql(query.properties, source, 'properties')];
  if (query.filterTestAccounts === true) {
    conditions.push(filtersSql(source.scope.testAccountFilters, source, 'filterTestAccounts'));
  }
  if (query.cohortId !== undefined) {
    conditions.push(cohortSql(query.cohortId, subjectOf(source), source, 'breakdownFilter'));
  }
  return allOf(conditions.filter((one) => one !== '1'));
}

function filtersSql(filters: Filters | undefined, source: EventSource, attr: string): string {
  if (filters === undefined) return '1';
  if (!('type' in filters)) {
    return allOf(filters.map((one, i) => propertySql(one, source, `${attr}.${i}`)));
  }
  return groupSql(filters, source, attr);
}

function groupSql({ type, values }: FilterGroup, source: EventSource, attr: string): string {
  // As in PostHog, a group without conditions narrows nothing.
  if (values.length === 0) return '1';
  const conditions = values.map((one, i) => {
    const at = `${attr}.values.${i}`;
    return 'values' in one ? groupSql(one, source, at) : propertySql(one, source, at);
  });
  return type === 'AND' ? allOf(conditions) : anyOf(conditions);
}

function propertySql(filter: PropertyFilter, source: EventSource, attr: string): string {
  switch (filter.type ?? 'event') {
    case 'event':
    case 'feature':
      return compare(source.eventValue(filter.key), filter, source, attr);
    case 'person':
      return personSql(filter, source, attr);
    case 'group':
      return groupPropertySql(filter, source, attr);
    case 'cohort':
      return cohortFilterSql(filter, subjectOf(source), source, attr);
  }
}

function personSql(filter: PropertyFilter, source: EventSource, attr: string): string {
  const operator = checkedOperator(filter, source, attr);
  return personTestSql({ ...filter, operator }, subjectOf(source), source);
}

function groupPropertySql(filter: PropertyFilter, source: EventSource, attr: string): string {
  const index = groupIndexOf(filter.group_type_index, attr);
  const key = source.groupKey(index, `${attr}.group_type_index`);
  if (filter.key === '$group_key') {
    return compare({ kind: 'text', sql: key }, filter, source, attr);
  }
  const value: StoredValue = { kind: 'json', sql: `props[${source.params.string(filter.key)}]` };
  const groups = `SELECT group_key FROM ${source.table('group_entity')} FINAL PREWHERE environment_id = ${source.environment}
  WHERE type_index = ${source.params.add('UInt8', index)} AND`;
  return inSetSql(key, groups, compare(value, filter, source, attr), operatorOf(filter, attr));
}

function compare(
  value: StoredValue,
  filter: PropertyFilter,
  source: EventSource,
  attr: string,
): string {
  const operator = checkedOperator(filter, source, attr);
  const { params, scope } = source;
  return `(${comparisonSql(value, operator, filter.value, params, scope.calendar.nowMs)})`;
}

/** @throws invalid_input when the value does not fit the operator */
function checkedOperator(
  filter: PropertyFilter,
  { scope }: EventSource,
  attr: string,
): ValueOperator {
  const operator = operatorOf(filter, attr);
  const problem = checkValue(operator, filter.value, scope.isUsablePattern);
  if (problem !== undefined) fail('invalid_input', { detail: problem, attr: `${attr}.value` });
  return operator;
}

function operatorOf({ operator = 'exact' }: PropertyFilter, attr: string): ValueOperator {
  if (operator !== 'in' && operator !== 'not_in') return operator;
  return fail('invalid_input', {
    detail: `The operator ${operator} is for cohorts.`,
    attr: `${attr}.operator`,
  });
}
