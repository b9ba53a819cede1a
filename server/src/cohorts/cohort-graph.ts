// Cohorts that ask for cohorts: who asks for whom, whether a change would close a circle, and whether what
// one evaluation may come to stays bounded.
import {
  type CohortCondition,
  type CohortDefinition,
  type CohortFilters,
  cohortsIn,
  conditionsOf,
} from './cohort.ts';

/**
 * Conditions that one evaluation of a cohort may come to, those of the cohorts it asks for included. Each
 * asking twice for the next, thirty cohorts would come to a thousand million.
 */
const MAX_CONDITIONS_IN_ALL = 2_000;

/** Conditions on events that one calculation may come to: each is counted for everybody at once. */
const MAX_BEHAVIOURS_IN_ALL = 50;

export type GraphProblem =
  | {
      readonly kind: 'circle';
      /** Ids, the first one again at the end. */ readonly path: readonly number[];
    }
  | { readonly kind: 'too_large'; readonly id: number }
  | { readonly kind: 'too_many_behaviours'; readonly id: number }
  /** It is calculated for people, whatever ids they have, and asks for an id. */
  | { readonly kind: 'asks_for_id'; readonly id: number };

/** Those of `cohorts` that ask directly for the cohort. */
export function cohortsAskingFor<C extends CohortDefinition>(
  id: number,
  cohorts: readonly C[],
): C[] {
  return cohorts.filter((cohort) => cohortsIn(cohort.filters).includes(id));
}

/** What would be wrong with the project's cohorts if the cohort `id` had these filters. */
export function findGraphProblem(
  id: number,
  filters: CohortFilters,
  others: readonly CohortDefinition[],
): GraphProblem | undefined {
  const byId = new Map(others.map((other) => [other.id, other.filters]));
  byId.set(id, filters);
  const path = circleThrough(id, byId);
  if (path) return { kind: 'circle', path };
  const findMore = (counts: (condition: CohortCondition) => boolean, than: number) => {
    const sizes = new Map<number, number>();
    return [...byId.keys()].filter((one) => sizeOf(one, byId, counts, sizes) > than);
  };
  const [large] = findMore(() => true, MAX_CONDITIONS_IN_ALL);
  if (large !== undefined) return { kind: 'too_large', id: large };
  const [busy] = findMore(isBehaviour, MAX_BEHAVIOURS_IN_ALL);
  if (busy !== undefined) return { kind: 'too_many_behaviours', id: busy };
  const byEvents = new Set(findMore(isBehaviour, 0));
  const mixed = findMore(isOfId, 0).find((one) => byEvents.has(one));
  return mixed === undefined ? undefined : { kind: 'asks_for_id', id: mixed };
}

const isBehaviour = ({ type }: CohortCondition): boolean => type === 'behavioral';
const isOfId = ({ type, key }: CohortCondition): boolean =>
  type === 'person' && key === 'distinct_id';

type FiltersById = ReadonlyMap<number, CohortFilters>;

/** Without the cohort `id` there is no circle, so a new one leads through it. */
function circleThrough(id: number, byId: FiltersById): readonly number[] | undefined {
  const seen = new Set<number>();
  const find = (at: number, path: readonly number[]): readonly number[] | undefined => {
    for (const next of cohortsIn(byId.get(at) ?? NOTHING)) {
      if (next === id) return [...path, id];
      if (seen.has(next)) continue;
      seen.add(next);
      const found = find(next, [...path, next]);
      if (found) return found;
    }
    return undefined;
  };
  return find(id, [id]);
}

const NOTHING: CohortFilters = { properties: { type: 'AND', values: [] } };

/** How many conditions there are that count, those of the cohorts it asks for included. */
function sizeOf(
  id: number,
  byId: FiltersById,
  counts: (condition: CohortCondition) => boolean,
  sizes: Map<number, number>,
): number {
  const known = sizes.get(id);
  if (known !== undefined) return known;
  let size = 0;
  for (const condition of conditionsOf((byId.get(id) ?? NOTHING).properties)) {
    if (counts(condition)) size += 1;
    if (condition.type === 'cohort') size += sizeOf(condition.value, byId, counts, sizes);
  }
  sizes.set(id, size);
  return size;
}

/** @param nameOf what a cohort is called, in quotes */
export function graphProblemWords(found: GraphProblem, nameOf: (id: number) => string): string {
  switch (found.kind) {
    case 'circle':
      return `The cohort would ask for itself: ${found.path.map(nameOf).join(' → ')}.`;
    case 'too_large':
      return `With the cohorts it asks for, ${nameOf(found.id)} would have too many conditions.`;
    case 'too_many_behaviours':
      return `With the cohorts it asks for, ${nameOf(found.id)} would have too many conditions on events.`;
    case 'asks_for_id':
      return `With the cohorts it asks for, ${nameOf(found.id)} would ask for events and for distinct_id: people are counted by all of their ids. List them in a static cohort instead.`;
  }
}
