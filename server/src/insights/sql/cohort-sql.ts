// Being in a cohort, as SQL. What a cohort means is decided by `#cohorts/compile`; cohorts.query.test.ts proves
// the two equal. In a cohort by events is who was in it when it was last calculated. A cohort that cannot be evaluated has nobody in it, also where others ask for the contrary.
import { calculatedPeopleSql } from '#cohorts/calculated';
import {
  type CohortDefinition,
  type CohortGroup,
  type CohortNode,
  type PersonCondition,
  isGroup,
} from '#cohorts/cohort';
import { fail } from '#kernel/errors';
import { checkValue } from '#properties/check-value';
import type { Operator } from '#properties/operator';
import type { ValueOperator } from './comparison-sql.ts';
import type { Members } from './asked-cohorts.ts';
import type { EventSource } from './event-source.ts';
import { type Subject, personTestSql } from './person-sql.ts';
import type { PropertyFilter } from '../question.ts';
import { allOf, anyOf } from './sql.ts';

/** True for who is in the cohort of a filter, or is not. @throws invalid_input when there is none */
export function cohortFilterSql(
  { key, value, operator = 'in' }: PropertyFilter,
  subject: Subject,
  source: EventSource,
  attr: string,
): string {
  if (key !== 'id') {
    fail('invalid_input', { detail: 'A cohort is named by its id.', attr: `${attr}.key` });
  }
  if (operator !== 'in' && operator !== 'not_in' && operator !== 'exact') {
    const detail = 'Cohorts are compared with in and not_in.';
    fail('invalid_input', { detail, attr: `${attr}.operator` });
  }
  const isIn = cohortSql(Number(value), subject, source, `${attr}.value`);
  return operator === 'not_in' ? `NOT (${isIn})` : isIn;
}

/** @throws invalid_input when the project has no such cohort */
export function cohortSql(id: number, subject: Subject, source: EventSource, attr: string): string {
  const { byId, usable, members } = source.scope.cohorts;
  const cohort = byId.get(id);
  if (!cohort) return fail('invalid_input', { detail: 'There is no such cohort.', attr });
  if (!usable.has(id)) return '0';
  if (cohort.isStatic) return listedSql(members.get(id), subject, source);
  if (source.scope.cohorts.byEvents.has(id)) return calculatedSql(cohort, subject, source, attr);
  return groupSql(cohort.filters.properties, subject, source);
}

function calculatedSql(
  { id, name }: CohortDefinition,
  { person }: Subject,
  source: EventSource,
  attr: string,
): string {
  const { params, scope } = source;
  const number = scope.cohorts.calculations.get(id);
  if (number === undefined) {
    const detail = `The people of the cohort "${name}" have not been counted yet; try again shortly.`;
    fail('cohort_not_calculated', { detail, attr });
  }
  const people = calculatedPeopleSql({
    table: (table) => source.table(table),
    environment: source.environment,
    cohort: params.add('UInt32', id),
    calculation: params.add('UInt64', number),
  });
  return `${person} IN (SELECT person_id FROM (${people}))`;
}

function listedSql(
  { personIds, distinctIds }: Members = { personIds: [], distinctIds: [] },
  { person, distinctId }: Subject,
  { params }: EventSource,
): string {
  return anyOf([
    ...(personIds.length > 0 ? [`${person} IN ${params.add('Array(UUID)', personIds)}`] : []),
    ...(distinctIds.length > 0 && distinctId !== undefined
      ? [`${distinctId} IN ${params.strings(distinctIds)}`]
      : []),
  ]);
}

function groupSql({ type, values }: CohortGroup, subject: Subject, source: EventSource): string {
  const conditions = values.map((node) => nodeSql(node, subject, source));
  return type === 'AND' ? allOf(conditions) : anyOf(conditions);
}

function nodeSql(node: CohortNode, subject: Subject, source: EventSource): string {
  if (isGroup(node)) return groupSql(node, subject, source);
  if (node.type === 'person') return conditionSql(node, subject, source);
  if (node.type === 'behavioral') return '0';
  if (!source.scope.cohorts.usable.has(node.value)) return '0';
  const isIn = cohortSql(node.value, subject, source, 'properties');
  return node.negation === true ? `NOT (${isIn})` : isIn;
}

const isOfValues = (operator: Operator): operator is ValueOperator =>
  !['in', 'not_in', 'flag_evaluates_to'].includes(operator);

/** What was stored and makes no sense holds for nobody. */
export function conditionSql(
  { key, operator = 'exact', value, negation }: PersonCondition,
  subject: Subject,
  source: EventSource,
): string {
  if (!isOfValues(operator)) return '0';
  if (checkValue(operator, value, source.scope.isUsablePattern) !== undefined) return '0';
  const test = personTestSql({ key, operator, value }, subject, source);
  return negation === true ? `NOT (${test})` : test;
}
