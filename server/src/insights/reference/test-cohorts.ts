// The cohorts of test worlds, and who is in them by the rules of `#cohorts/compile`.
import { type CohortDefinition, cohortsByEvents } from '#cohorts/cohort';
import { type CohortSet, compileCohorts } from '#cohorts/compile';
import { compileRe2 } from '#properties';
import type { JsonObject } from '#kernel/json';
import type { Cohorts } from '../sql/asked-cohorts.ts';
import type { Seen, World } from './test-world.ts';

/** A static cohort lists ids. */
export type TestCohort = CohortDefinition & { readonly listed?: readonly string[] };

export const dynamicCohort = (
  id: number,
  type: 'AND' | 'OR',
  values: CohortDefinition['filters']['properties']['values'],
): TestCohort => ({
  id,
  name: `Cohort ${id}`,
  isStatic: false,
  filters: { properties: { type, values } },
  version: 1,
});

export const staticCohort = (id: number, listed: readonly string[]): TestCohort => ({
  ...dynamicCohort(id, 'OR', []),
  isStatic: true,
  listed,
});

/** In every world. */
const COHORTS: readonly TestCohort[] = [
  dynamicCohort(1, 'AND', [
    { type: 'person', key: 'plan', operator: 'is_set' },
    { type: 'cohort', key: 'id', operator: 'in', value: 2, negation: true },
  ]),
  staticCohort(2, ['id-0', 'id-3', 'id-4']),
];

type WorldPart = Pick<World, 'seen' | 'persons' | 'nowMs'>;

/** As they are read for a question. */
export function cohortsOf(world: WorldPart, all: readonly TestCohort[] = COHORTS): Cohorts {
  const { byId, compiled } = compileCohorts(all, compileRe2);
  const byEvents = cohortsByEvents(byId);
  const known = new Set(world.persons.map(({ id }) => id));
  const members = all.map(({ id, listed = [] }) => {
    const events = world.seen.filter(({ distinctId }) => listed.includes(distinctId));
    const personIds = events.map(({ personId }) => personId).filter((one) => known.has(one));
    const distinctIds = events
      .filter(({ personId }) => !known.has(personId))
      .map(({ distinctId }) => distinctId);
    return [
      id,
      { personIds: [...new Set(personIds)], distinctIds: [...new Set(distinctIds)] },
    ] as const;
  });
  return {
    byId,
    usable: new Set([...compiled.keys(), ...byEvents]),
    byEvents,
    calculations: new Map(),
    members: new Map(members),
  };
}

const memo = new WeakMap<readonly TestCohort[], CohortSet>();

export function isInCohort(
  world: WorldPart,
  event: Seen,
  id: number,
  all: readonly TestCohort[] = COHORTS,
): boolean {
  const set = memo.get(all) ?? compileCohorts(all, compileRe2);
  memo.set(all, set);
  const person = world.persons.find((one) => one.id === event.personId);
  const isTheirs = (listed: string) =>
    listed === event.distinctId ||
    (person !== undefined &&
      world.seen.some(
        ({ distinctId, personId }) => distinctId === listed && personId === person.id,
      ));
  const subject = {
    distinctId: event.distinctId,
    personProperties: (person?.properties ?? {}) as JsonObject,
    staticCohortIds: all.filter(({ listed = [] }) => listed.some(isTheirs)).map((one) => one.id),
  };
  return set.compiled.get(id)?.test(subject, { nowMs: world.nowMs }) ?? false;
}
