// Cohorts that ask for cohorts: who asks for whom, whether a change would close a circle, and whether what
// one evaluation may come to stays bounded.
import { type CohortDefinition, type CohortFilters, cohortsIn, conditionsOf } from './cohort.ts';

/**
 * Conditions that one evaluation of a cohort may come to, those of the cohorts it asks for included. Each
 * asking twice for the next, thirty cohorts would come to a thousand million.
 */
const MAX_CONDITIONS_IN_ALL = 2_000;

export type GraphProblem =
  | {
      readonly kind: 'circle';
      /** Ids, the first one again at the end. */ readonly path: readonly number[];
    }
  | { readonly kind: 'too_large'; readonly id: number };

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
  const sizes = new Map<number, number>();
  const large = [...byId.keys()].find((one) => sizeOf(one, byId, sizes) > MAX_CONDITIONS_IN_ALL);
  return large === undefined ? undefined : { kind: 'too_large', id: large };
}

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

function sizeOf(id: number, byId: FiltersById, sizes: Map<number, number>): number {
  const known = sizes.get(id);
  if (known !== undefined) return known;
  let size = 0;
  for (const condition of conditionsOf((byId.get(id) ?? NOTHING).properties)) {
    size += 1 + (condition.type === 'cohort' ? sizeOf(condition.value, byId, sizes) : 0);
  }
  sizes.set(id, size);
  return size;
}
