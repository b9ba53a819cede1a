// Conditions on a person's properties as they are now, as SQL: looked up in a set, not joined to every event.
import { comparisonSql, holdsWhenMissing, type ValueOperator } from './comparison-sql.ts';
import { type EventSource, personPropertySql } from './event-source.ts';
import type { StoredValue } from './value-sql.ts';

/** Of whom it is asked, in SQL. */
export type Subject = {
  readonly person: string;
  /** The id they were known by; left out where there is none. */
  readonly distinctId: string | undefined;
};

/** The person behind an event. */
export function subjectOf(source: EventSource): Subject {
  return { person: source.person, distinctId: 'e.distinct_id' };
}

export type Test = {
  readonly key: string;
  readonly operator: ValueOperator;
  readonly value?: unknown;
};

/** The value must fit the operator. */
export function personTestSql(
  test: Test,
  { person, distinctId }: Subject,
  source: EventSource,
): string {
  const { scope, params } = source;
  const compare = (value: StoredValue) =>
    `(${comparisonSql(value, test.operator, test.value, params, scope.calendar.nowMs)})`;
  if (test.key === 'distinct_id') {
    if (distinctId === undefined) return holdsWhenMissing(test.operator) ? '1' : '0';
    return compare({ kind: 'text', sql: distinctId });
  }
  const people = `SELECT id FROM ${source.table('person')} FINAL PREWHERE environment_id = ${source.environment} WHERE`;
  return inSetSql(person, people, compare(personPropertySql(test.key, params)), test.operator);
}

/** In the set of those who meet it; where a missing property does, out of the set of those who do not. */
export function inSetSql(id: string, all: string, test: string, operator: ValueOperator): string {
  return holdsWhenMissing(operator)
    ? `${id} NOT IN (${all} NOT ${test})`
    : `${id} IN (${all} ${test})`;
}
