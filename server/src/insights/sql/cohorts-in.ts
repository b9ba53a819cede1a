// Which cohorts a query asks for: in its conditions, wherever they stand, and to be broken down by.
import type { Filters } from '../question.ts';
import { wantedCohorts } from './cohort-breakdown.ts';

/** The view of SQL that holds every cohort. */
const VIEW = /\bcohort_people\b/;

/** Their ids; undefined for all that there are. */
export function cohortsIn(
  query: object,
  testAccountFilters: Filters,
): readonly number[] | undefined {
  const ids = new Set<number>();
  let wantsAll = false;
  const look = (part: unknown): void => {
    if (typeof part === 'string') wantsAll ||= VIEW.test(part);
    if (typeof part !== 'object' || part === null) return;
    const { type, value } = part as { readonly type?: unknown; readonly value?: unknown };
    if (type === 'cohort') ids.add(Number(value));
    for (const id of wantedCohorts(part)) if (id !== 'all') ids.add(id);
    for (const inner of Object.values(part)) look(inner);
  };
  look(query);
  look(testAccountFilters);
  return wantsAll ? undefined : [...ids];
}
