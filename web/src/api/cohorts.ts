// The cohorts that conditions can ask for.
import { queryOptions } from '@tanstack/react-query';
import { call } from './client.ts';
import type { Scope } from './session.ts';

/** As many as a page of the list holds; more are found by their name. */
const MAX_COHORTS = 500;

/** Cohorts whose name contains `search`, newest first. */
export const cohortsQuery = (scope: Scope, search = '') =>
  queryOptions({
    queryKey: ['cohorts', scope.project.id, scope.environment.key, { search }],
    queryFn: ({ signal }) =>
      call('cohorts.list', {
        params: scope.params,
        query: { ...scope.query, limit: MAX_COHORTS, ...(search ? { search } : {}) },
        signal,
      }),
  });
