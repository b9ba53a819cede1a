// The names that conditions are told with, in the environment that is looked at.
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { cohortsQuery } from '../api/cohorts.ts';
import { groupTypesQuery } from '../api/properties.ts';
import { useScope } from '../api/session.ts';
import type { Names } from './names.ts';

/**
 * Flags carry a name in the condition itself, group types do not; cohorts do unless the API left it out, and are
 * called as they are now once the fields for them have read the list.
 */
export function useNames(): Names {
  const scope = useScope();
  const { data: groupTypes } = useQuery(groupTypesQuery(scope));
  const { data: list } = useQuery({ ...cohortsQuery(scope), enabled: false });
  return useMemo(() => {
    const cohorts = list && new Map(list.results.map(({ id, name }) => [id, name]));
    return { groupTypes, cohorts };
  }, [groupTypes, list]);
}
