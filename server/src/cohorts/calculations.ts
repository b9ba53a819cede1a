// When a cohort's people are counted again, and what is said of a calculation.
import type { BehaviouralCondition } from './behaviour.ts';
import { type CohortGroup, conditionsOf } from './cohort.ts';

/** 15 min: how old who is in a cohort may be, while calculating takes seconds. */
export const CALCULATE_EVERY_MS = 900_000;
/** However fast everything else is made to go by. */
const SHORTEST_MS = 10_000;
/** One part in so many of the time goes into calculating a cohort at most. */
const REST_PER_WORK = 20;
/** A day: after failures it is tried again later and later, up to this. */
const LONGEST_MS = 86_400_000;

/** How long a cohort rests after a calculation, in milliseconds. @param everyMs the usual interval */
export function restMs(everyMs: number, tookMs: number): number {
  return Math.min(LONGEST_MS, Math.max(SHORTEST_MS, everyMs, tookMs * REST_PER_WORK));
}

/** The same after so many failures in a row. */
export function restAfterErrorsMs(everyMs: number, errors: number): number {
  return Math.min(LONGEST_MS, Math.max(SHORTEST_MS, everyMs) * 2 ** Math.min(errors - 1, 20));
}

/** What PostHog's API calls cohorts by what decides. */
export type CohortType = 'static' | 'person_property' | 'behavioral' | 'analytical';

/** Those that PostHog's flags do not take even where they take conditions on events. */
const ANALYTICAL: ReadonlySet<BehaviouralCondition['value']> = new Set([
  'performed_event_first_time',
  'performed_event_regularly',
  'performed_event_sequence',
  'stopped_performing_event',
  'restarted_performing_event',
]);

export function cohortTypeOf(cohort: {
  readonly isStatic: boolean;
  readonly byEvents: boolean;
  readonly filters: { readonly properties: CohortGroup };
}): CohortType {
  if (cohort.isStatic) return 'static';
  const conditions = conditionsOf(cohort.filters.properties);
  const isAnalytical = conditions.some(
    (one) => one.type === 'behavioral' && ANALYTICAL.has(one.value),
  );
  if (isAnalytical) return 'analytical';
  return cohort.byEvents ? 'behavioral' : 'person_property';
}
