// How values are called that a question is broken down by; cohorts by their names.
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { cohortsQuery } from '../api/cohorts.ts';
import type { InsightQuery } from '../api/insights.ts';
import type { Scope } from '../api/session.ts';
import { breakdownOf, brokenBy } from './query.ts';
import { breakdownWords, cohortWords, type ValueWords } from './value-words.ts';

export function useValueWords(query: InsightQuery, scope: Scope): ValueWords {
  const isByCohort = brokenBy(breakdownOf(query))?.type === 'cohort';
  const { data } = useQuery({ ...cohortsQuery(scope), enabled: isByCohort });
  return useMemo(() => {
    if (!isByCohort) return breakdownWords;
    return cohortWords(new Map(data?.results.map(({ id, name }) => [String(id), name])));
  }, [isByCohort, data]);
}
