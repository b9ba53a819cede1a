// Which of the first steps are done, read from what is stored.
import { queryOptions } from '@tanstack/react-query';
import { call } from '../api/client.ts';
import type { Scope } from '../api/session.ts';

export type FirstStepsState = {
  /** Key of some flag, and the variant to show in code; null while there is none. */
  readonly flag: {
    readonly id: number;
    readonly key: string;
    readonly variant: string | null;
  } | null;
  readonly hasEvent: boolean;
  /** Some app has asked for a flag. */
  readonly isFlagAsked: boolean;
  readonly isComplete: boolean;
};

export const firstStepsQuery = (scope: Scope) =>
  queryOptions({
    queryKey: ['first-steps', scope.project.id, scope.environment.key],
    queryFn: async ({ signal }): Promise<FirstStepsState> => {
      const request = { params: scope.params, signal };
      const [flags, events, asked] = await Promise.all([
        call('flags.list', { ...request, query: { ...scope.query, limit: 1 } }),
        call('events.list', { ...request, query: { ...scope.query, limit: 1 } }),
        call('events.list', {
          ...request,
          query: { ...scope.query, event: '$feature_flag_called', limit: 1 },
        }),
      ]);
      const [flag] = flags.results;
      const variants = flag?.filters.multivariate?.variants ?? [];
      const hasEvent = events.results.length > 0;
      const isFlagAsked = asked.results.length > 0;
      return {
        flag: flag
          ? {
              id: flag.id,
              key: flag.key,
              variant: variants.find(({ key }) => key !== 'control')?.key ?? null,
            }
          : null,
        hasEvent,
        isFlagAsked,
        isComplete: flag !== undefined && hasEvent && isFlagAsked,
      };
    },
  });
