// What was done to flags and rollouts in a range of time.
import { queryOptions, skipToken } from '@tanstack/react-query';
import { call } from './client.ts';
import type { Scope } from './session.ts';

/** The newest ones are kept: more would make one line of a chart. */
const MAX_ENTRIES = 500;
const FRESH_MS = 30_000;

/** Audit entries of flags and rollouts; those of rollouts are labelled with the key of their flag. */
export const annotationsQuery = (scope: Scope | null, after: string, before: string) =>
  queryOptions({
    queryKey: ['annotations', scope?.project.id, scope?.environment.key, after, before],
    queryFn: scope
      ? async ({ signal }: { signal: AbortSignal }) => {
          const { params } = scope;
          const entriesOf = (kind: string) =>
            call('audit.list', {
              params,
              query: { ...scope.query, resource_kind: kind, after, before, limit: MAX_ENTRIES },
              signal,
            });
          const [flags, moves] = await Promise.all([entriesOf('flag'), entriesOf('rollout')]);
          return [...flags.results, ...moves.results];
        }
      : skipToken,
    staleTime: FRESH_MS,
  });
