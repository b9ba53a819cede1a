// What one person gets, and why.
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { call, type RequestOf, type ResponseOf } from './client.ts';
import type { Scope } from './session.ts';

/** The outcome for one person, taken apart. */
export type FlagTest = ResponseOf<'flags.testEvaluation'>;
export type FlagTestQuestion = RequestOf<'flags.testEvaluation'>['body'];

/** Asked anew when the stored flag, the draft in the question or the person changes. */
export const flagTestQuery = (
  scope: Scope,
  flag: { readonly id: number; readonly version: number },
  question: FlagTestQuestion,
) =>
  queryOptions({
    queryKey: [
      'flag-test',
      scope.project.id,
      scope.environment.key,
      flag.id,
      flag.version,
      question,
    ],
    queryFn: ({ signal }) =>
      call('flags.testEvaluation', {
        params: { ...scope.params, flag: String(flag.id) },
        query: scope.query,
        body: question,
        signal,
      }),
    placeholderData: keepPreviousData,
    // Properties of people change as they use the product.
    staleTime: 0,
  });
