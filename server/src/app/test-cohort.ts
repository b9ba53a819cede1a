// Cohorts for tests: the least that is needed.
import { type CohortDefinition, type CohortGroup, LISTED } from '#cohorts/cohort';

/** A dynamic cohort of these conditions; without them a static one. */
export function aCohort(id: number, properties: CohortGroup | undefined): CohortDefinition {
  return {
    id,
    name: `cohort ${id}`,
    isStatic: properties === undefined,
    filters: properties ? { properties } : LISTED,
    version: 1,
  };
}
