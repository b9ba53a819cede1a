// What is asked before a rollout starts: templates of plans, what they propose, checks of a plan.
import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { call, type RequestOf, type ResponseOf } from './client.ts';
import type { Rollout } from './rollouts.ts';
import type { Scope } from './session.ts';

export type Template = ResponseOf<'rolloutAdvice.listTemplates'>['results'][number];
export type Proposal = ResponseOf<'rolloutAdvice.propose'>;
export type LeftOut = Proposal['left_out'][number];
export type Check = ResponseOf<'rolloutAdvice.check'>;
export type Warning = Check['warnings'][number];
export type ChangeKind = NonNullable<
  NonNullable<RequestOf<'rolloutAdvice.propose'>['query']>['change']
>;
type PlanInput = RequestOf<'rolloutAdvice.check'>['body'];

export const templatesQuery = (scope: Scope) =>
  queryOptions({
    queryKey: ['rollout-templates', scope.project.id],
    queryFn: ({ signal }) =>
      call('rolloutAdvice.listTemplates', {
        params: scope.params,
        query: { limit: 200 },
        signal,
      }),
  });

/** What is known of a plan; asked anew for every other plan, while the last answer stays. */
export const checkQuery = (scope: Scope, plan: PlanInput) =>
  queryOptions({
    queryKey: ['rollout-check', scope.project.id, scope.environment.key, plan],
    queryFn: ({ signal }) =>
      call('rolloutAdvice.check', {
        params: scope.params,
        query: scope.query,
        body: plan,
        signal,
      }),
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: 60_000,
  });

export type Forecast = ResponseOf<'rolloutAdvice.forecast'>;

/** Traffic of fourteen days does not change from one minute to the next. */
const FORECAST_MS = 5 * 60_000;

/** What the stages from the running one on will take; asked anew for each stage. */
export const forecastQuery = (
  scope: Scope,
  {
    id,
    stage_index: index,
    attempt,
    state,
  }: Pick<Rollout, 'id' | 'stage_index' | 'attempt' | 'state'>,
) =>
  queryOptions({
    queryKey: ['rollout-forecast', scope.project.id, id, { index, attempt, state }],
    queryFn: ({ signal }) =>
      call('rolloutAdvice.forecast', {
        params: { ...scope.params, rollout_id: id },
        query: scope.query,
        signal,
      }),
    staleTime: FORECAST_MS,
    refetchInterval: FORECAST_MS,
    placeholderData: keepPreviousData,
  });

type Wish = {
  readonly template: string;
  readonly flagKey: string;
  readonly change: ChangeKind;
};

export function usePropose(scope: Scope) {
  return useMutation({
    mutationFn: ({ template, flagKey, change }: Wish) =>
      call('rolloutAdvice.propose', {
        params: { ...scope.params, template_id: template },
        query: { ...scope.query, flag_key: flagKey, change },
      }),
  });
}

export type DryRun = ResponseOf<'rolloutAdvice.dryRunPlan'>;

/** A plan, or that of a rollout. */
export type DryRunWish = { readonly plan: PlanInput } | { readonly rolloutId: string };

/** Plays the plan over the people of the last week; the result is kept. */
export function useDryRun({ params, query }: Scope) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (wish: DryRunWish): Promise<DryRun> =>
      'plan' in wish
        ? call('rolloutAdvice.dryRunPlan', { params, query, body: wish })
        : call('rolloutAdvice.dryRun', {
            params: { ...params, rollout_id: wish.rolloutId },
            query,
            body: {},
          }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['dry-runs'] }),
  });
}

export const DRY_RUN_ROWS = 20;

export const dryRunsQuery = (scope: Scope, offset: number) =>
  queryOptions({
    queryKey: ['dry-runs', scope.project.id, scope.environment.key, { offset }],
    queryFn: ({ signal }) =>
      call('rolloutAdvice.listDryRuns', {
        params: scope.params,
        query: { ...scope.query, offset, limit: DRY_RUN_ROWS },
        signal,
      }),
    placeholderData: keepPreviousData,
  });

type TemplateInput = RequestOf<'rolloutAdvice.createTemplate'>['body'];

export function useSaveTemplate(scope: Scope) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: TemplateInput) =>
      call('rolloutAdvice.createTemplate', { params: scope.params, body }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['rollout-templates'] }),
  });
}

export function useUpdateTemplate(scope: Scope) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({
      id,
      change,
    }: {
      readonly id: string;
      readonly change: RequestOf<'rolloutAdvice.updateTemplate'>['body'];
    }) =>
      call('rolloutAdvice.updateTemplate', {
        params: { ...scope.params, template_id: id },
        body: change,
      }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['rollout-templates'] }),
  });
}

export function useDeleteTemplate(scope: Scope) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      call('rolloutAdvice.removeTemplate', { params: { ...scope.params, template_id: id } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['rollout-templates'] }),
  });
}
