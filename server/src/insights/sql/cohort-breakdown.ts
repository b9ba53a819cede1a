// Breaking down by cohort: people may be in several, so that each cohort is asked about by itself, and nothing is
// the rest.
import { fail } from '#kernel/errors';
import type { ActorsQuery } from '../actors/actors.ts';
import type { BreakdownFilter } from './breakdown-filter.ts';

/** `all`: everybody, in a cohort or not. */
export type CohortChoice = number | 'all';

const MOST = 25;

/** The cohorts that a part of a query is broken down by; empty when it is not. */
export function wantedCohorts(part: object): readonly CohortChoice[] {
  const { breakdown_type, breakdown, breakdowns } = part as BreakdownFilter;
  if (breakdown_type === 'cohort' && breakdown !== undefined)
    return [breakdown].flat().map(choiceOf);
  const parts = Array.isArray(breakdowns) ? breakdowns : [];
  return parts.filter(({ type }) => type === 'cohort').map(({ property }) => choiceOf(property));
}

const choiceOf = (value: unknown): CohortChoice => (value === 'all' ? 'all' : Number(value));

/** @throws invalid_input when cohorts stand beside other breakdowns, or are too many */
function cohortBreakdown(filter: BreakdownFilter | undefined): readonly CohortChoice[] | undefined {
  const cohorts = filter ? wantedCohorts(filter) : [];
  if (cohorts.length === 0) return undefined;
  const refuse = (detail: string) => fail('invalid_input', { detail, attr: 'breakdownFilter' });
  if (filter?.breakdowns?.some(({ type }) => type !== 'cohort')) {
    refuse('Cohorts are broken down by alone.');
  }
  if (cohorts.length > MOST) refuse(`At most ${MOST} cohorts can be told apart.`);
  if (cohorts.some((one) => Number.isNaN(one))) refuse('A cohort is named by its id, or all.');
  return [...new Set(cohorts)];
}

type Broken = { readonly breakdownFilter?: BreakdownFilter | undefined };

/** The question about one cohort alone. */
function withinCohort<Query extends Broken>(
  query: Query,
  cohort: CohortChoice,
): Query & { readonly cohortId?: number } {
  const bare = { ...query, breakdownFilter: undefined };
  return cohort === 'all' ? bare : { ...bare, cohortId: cohort };
}

/** What is known of results when they are told apart. */
type Tag = (results: unknown, cohort: CohortChoice, name: string) => readonly unknown[];

/** One answer after the other, the results of each marked with its cohort. */
export async function perCohort<Query extends Broken, Answer extends { readonly results: unknown }>(
  query: Query,
  nameOf: (id: number) => string,
  tag: Tag,
  answer: (query: Query) => Promise<Answer>,
): Promise<Answer> {
  const cohorts = cohortBreakdown(query.breakdownFilter);
  if (!cohorts) return answer(query);
  const answers = await Promise.all(cohorts.map((one) => answer(withinCohort(query, one))));
  const [first] = answers;
  if (!first) throw new Error('nothing is broken down by no cohort');
  const results = answers.flatMap((one, i) => {
    const cohort = cohorts[i] ?? 'all';
    return tag(one.results, cohort, cohort === 'all' ? 'All users' : nameOf(cohort));
  });
  return { ...first, results };
}

export const tagOne: Tag = (results, cohort) =>
  (results as object[]).map((one) => ({ ...one, breakdown_value: String(cohort) }));

export const tagTrend: Tag = (results, cohort, name) =>
  (results as { readonly label: string }[]).map((one) => ({
    ...one,
    label: `${one.label} - ${name}`,
    breakdown_value: String(cohort),
  }));

/** A list of steps for each cohort; lines of a trend stand side by side. */
export const tagFunnel: Tag = (results, cohort) => {
  if (!Array.isArray(results)) {
    const detail = 'Times to convert are not broken down.';
    return fail('invalid_input', { detail, attr: 'breakdownFilter' });
  }
  const value = [String(cohort)];
  const tagged = (results as object[]).map((one) =>
    'order' in one
      ? { ...one, breakdown: value, breakdown_value: value }
      : { ...one, breakdown_value: value },
  );
  return tagged.some((one) => 'order' in one) ? [tagged] : tagged;
};

/** The people behind a cell, in the cohort that it is of. */
export function actorsOfCohort(query: ActorsQuery): ActorsQuery {
  const { source } = query;
  const inner = source.source;
  if (!('breakdownFilter' in inner) || !cohortBreakdown(inner.breakdownFilter)) return query;
  const isFunnel = source.kind === 'FunnelsActorsQuery';
  const label = isFunnel ? source.funnelStepBreakdown : source.breakdown;
  const narrowed = withinCohort(inner, choiceOf([label ?? 'all'].flat()[0]));
  const without = isFunnel ? { funnelStepBreakdown: undefined } : { breakdown: undefined };
  return { ...query, source: { ...source, ...without, source: narrowed } as ActorsQuery['source'] };
}
