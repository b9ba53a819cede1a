// One statement that finds who is in a cohort by events: its events are read once, counted for each person, and
// joined with everybody who has a profile. Cohorts that it asks for are written into it.
import type { BehaviouralCondition } from '#cohorts/behaviour';
import {
  type CohortDefinition,
  type CohortGroup,
  type CohortNode,
  conditionsOf,
  isGroup,
} from '#cohorts/cohort';
import { EventSource } from '../sql/event-source.ts';
import { cohortSql, conditionSql } from '../sql/cohort-sql.ts';
import type { Subject } from '../sql/person-sql.ts';
import { type Sql, SqlParams, allOf, anyOf } from '../sql/sql.ts';
import type { Scope } from '../scope.ts';
import { type BehaviourPlan, type Stretch, hullOf, planBehaviour } from './behaviour.ts';
import { type BehaviourSql, behaviourSql } from './behaviour-sql.ts';

/** The person, and an id of theirs, of the rows that conditions are asked of. */
const WHO: Subject = { person: 'who', distinctId: 'id' };

/** A condition, and the column that says of a person whether it holds. */
type Counted = {
  readonly condition: BehaviouralCondition;
  readonly plan: BehaviourPlan;
  readonly sql: BehaviourSql;
  readonly column: string;
};

/**
 * Rows `person_id, distinct_id` of everybody who meets the conditions now. Whoever has no profile is among them
 * only for something that they did.
 */
export function cohortPeopleSql(cohort: CohortDefinition, scope: Scope, params: SqlParams): string {
  const events = new EventSource(scope, params);
  const counted = behavioursOf(cohort, scope).map((condition, index): Counted => {
    const plan = planBehaviour(condition, scope.calendar);
    const sql = behaviourSql(condition, plan, events, index);
    return { condition, plan, sql, column: `b${index}` };
  });
  const columns = counted.map(({ column }) => column);
  const done = counted
    .filter(({ condition }) => condition.negation !== true)
    .map(({ column }) => column);
  const people = `SELECT p.id AS who, '' AS id, 1 AS known, ${columns.map((column) => `0 AS ${column}`).join(', ')}
  FROM ${events.table('person')} AS p FINAL PREWHERE p.environment_id = ${events.environment}`;
  const everybody = `SELECT who, max(id) AS id, max(known) AS known, ${columns.map((column) => `max(${column}) AS ${column}`).join(', ')}
  FROM (${activeSql(counted, events)} UNION ALL ${people}) GROUP BY who`;
  const meets = new Conditions(counted, events).group(cohort.filters.properties);
  return `SELECT who AS person_id, id AS distinct_id FROM (${everybody})
WHERE ${allOf([anyOf(['known', ...done]), meets])}`;
}

/** Puts the people into the table of calculated cohorts. */
export function calculationSql(cohort: CohortDefinition, calculation: string, scope: Scope): Sql {
  const params = new SqlParams();
  const people = cohortPeopleSql(cohort, scope, params);
  const number = params.add('UInt64', calculation);
  return params.statement(`INSERT INTO cohort_person (environment_id, cohort_id, calculation, person_id, distinct_id)
SELECT ${params.add('UInt32', scope.environmentId)}, ${params.add('UInt32', cohort.id)}, ${number}, person_id, distinct_id FROM (${people})`);
}

/** One row per person who did anything that is looked at. The order key prunes by
 * environment, day and name.  */
function activeSql(counted: readonly Counted[], source: EventSource): string {
  const hull = hullOfAll(counted.map(({ plan }) => hullOf(plan)));
  const names = [...new Set(counted.flatMap(({ sql }) => sql.events))];
  const rows = [
    `${source.person} AS who`,
    'e.distinct_id AS id',
    'toUnixTimestamp64Milli(e.timestamp) AS at',
    ...counted.flatMap(({ sql }) => sql.columns),
  ].join(', ');
  const conditions = [...source.within(hull), `e.event IN ${source.params.strings(names)}`];
  const events = `SELECT ${rows} FROM ${source.from()} WHERE ${conditions.join(' AND ')}`;
  const holds = counted.map(({ sql, column }) => `toUInt8(${sql.holds}) AS ${column}`);
  return `SELECT who, min(id) AS id, 0 AS known, ${holds.join(', ')} FROM (${events}) GROUP BY who`;
}

function hullOfAll(hulls: readonly Stretch[]) {
  const fromMs = hulls.some((hull) => hull.fromMs === undefined)
    ? undefined
    : Math.min(...hulls.map((hull) => hull.fromMs ?? 0));
  return {
    ...(fromMs === undefined ? {} : { fromMs }),
    toMs: Math.max(...hulls.map(({ toMs }) => toMs)),
  };
}

/** Every condition on events of a cohort and of those by events that it asks for, in the order they are met. */
function behavioursOf(cohort: CohortDefinition, scope: Scope): BehaviouralCondition[] {
  const found = new Set<BehaviouralCondition>();
  const look = ({ filters }: CohortDefinition): void => {
    for (const condition of conditionsOf(filters.properties)) {
      if (condition.type === 'behavioral') found.add(condition);
      if (condition.type !== 'cohort') continue;
      const other = innerOf(condition.value, scope);
      if (other) look(other);
    }
  };
  look(cohort);
  return [...found];
}

/** A cohort by events, whose conditions are written out. */
function innerOf(id: number, { cohorts }: Scope): CohortDefinition | undefined {
  return cohorts.usable.has(id) && cohorts.byEvents.has(id) ? cohorts.byId.get(id) : undefined;
}

class Conditions {
  readonly #columns: ReadonlyMap<BehaviouralCondition, string>;
  readonly #source: EventSource;

  constructor(counted: readonly Counted[], source: EventSource) {
    this.#columns = new Map(counted.map(({ condition, column }) => [condition, column]));
    this.#source = source;
  }

  group({ type, values }: CohortGroup): string {
    const conditions = values.map((node) => this.#node(node));
    return type === 'AND' ? allOf(conditions) : anyOf(conditions);
  }

  #node(node: CohortNode): string {
    if (isGroup(node)) return this.group(node);
    const negated = (test: string) => (node.negation === true ? `NOT (${test})` : test);
    switch (node.type) {
      case 'behavioral':
        return negated(this.#columns.get(node) ?? '0');
      case 'person':
        return conditionSql(node, WHO, this.#source);
      case 'cohort': {
        const { scope } = this.#source;
        if (!scope.cohorts.usable.has(node.value)) return '0';
        const inner = innerOf(node.value, scope);
        return negated(
          inner
            ? this.group(inner.filters.properties)
            : cohortSql(node.value, WHO, this.#source, 'properties'),
        );
      }
    }
  }
}
