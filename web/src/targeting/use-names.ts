// The names that conditions are told with, in the environment that is looked at.
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { groupTypesQuery } from '../api/properties.ts';
import { useScope } from '../api/session.ts';
import type { Names } from './names.ts';

/** Cohorts and flags carry a name in the condition itself; group types do not. */
export function useNames(): Names {
  const { data: groupTypes } = useQuery(groupTypesQuery(useScope()));
  return useMemo(() => ({ groupTypes }), [groupTypes]);
}
