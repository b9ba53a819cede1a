// What the pages of experiments ask of the server, and the verbs that they send.
import {
  hashKey,
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import { call, type RequestOf, type ResponseOf } from './client.ts';
import type { Scope } from './session.ts';

export type Experiment = ResponseOf<'experiments.get'>;
export type Results = ResponseOf<'experiments.results'>;
export type MetricAnswer = Results['metrics'][number];
export type VariantAnswer = MetricAnswer['variant_results'][number];
export type ReadingsAnswer = ResponseOf<'experiments.readings'>;
export type MetricDetailAnswer = ResponseOf<'experiments.metricDetail'>;
export type RunningTime = ResponseOf<'experiments.runningTime'>;
export type RunningTimeQuestion = RequestOf<'experiments.runningTime'>['body'];
export type NewExperiment = RequestOf<'experiments.create'>['body'];
export type ExperimentChange = RequestOf<'experiments.update'>['body'];
/** What results are shown of, to strangers, too. */
export type ShownExperiment = ResponseOf<'experiments.look'>['experiment'];
/** A metric as it is sent and kept. */
export type Metric = NonNullable<NewExperiment['metrics']>[number];

/** What the address of the list says. */
export type ExperimentsSearch = {
  readonly search?: string | undefined;
  readonly status?: string | undefined;
  readonly show?: string | undefined;
  readonly page?: string | undefined;
};

export const EXPERIMENTS_PAGE = 50;
/** 60 s: how often an open page asks whether there is something new; the server looks every few minutes. */
const REFRESH_MS = 60_000;
/** 2 s: numbers that are being counted anew are asked for again. */
const SOON_MS = 2_000;
/** 300 s, as old as results get: how long values that were looked at are shown again without being counted anew. */
const DETAIL_STALE_MS = 300_000;

const placeOf = (scope: Scope) => [scope.project.id, scope.environment.key] as const;

export const experimentsQuery = (scope: Scope, at: ExperimentsSearch) =>
  queryOptions({
    queryKey: ['experiments', ...placeOf(scope), at],
    queryFn: ({ signal }) =>
      call('experiments.list', {
        params: scope.params,
        query: {
          ...scope.query,
          ...(at.search ? { search: at.search } : {}),
          ...(at.status ? { status: at.status as Experiment['status'] } : {}),
          archived: String(at.show === 'archived'),
          limit: EXPERIMENTS_PAGE,
          offset: (Math.max(1, Number(at.page) || 1) - 1) * EXPERIMENTS_PAGE,
        },
        signal,
      }),
    refetchInterval: REFRESH_MS,
    placeholderData: (before, past) =>
      past?.queryKey[2] === scope.environment.key ? before : undefined,
  });

export const experimentQuery = (scope: Scope, id: string) =>
  queryOptions({
    queryKey: ['experiment', ...placeOf(scope), id],
    queryFn: ({ signal }) =>
      call('experiments.get', { params: { ...scope.params, id }, query: scope.query, signal }),
    refetchInterval: REFRESH_MS,
  });

/** How results are looked at; what is left out is as planned and now. */
export type ResultsView = {
  readonly baseline?: string | undefined;
  /** 0.95 */
  readonly level?: number | undefined;
  /** The end of it, as it was counted then: `2026-03-01`. */
  readonly day?: string | undefined;
};

/** Numbers of one do not stand in for those of another. */
export const isSameView = (one: ResultsView | undefined, other: ResultsView): boolean =>
  one?.baseline === other.baseline && one?.level === other.level && one?.day === other.day;

/** Asked for anew whenever the experiment has another version. */
export const resultsQuery = (
  scope: Scope,
  { id, version, status }: Pick<Experiment, 'id' | 'version' | 'status'>,
  { baseline, level, day }: ResultsView = {},
) => {
  const view: ResultsView = { baseline, level, day };
  return queryOptions({
    queryKey: ['experiment-results', ...placeOf(scope), id, version, view],
    queryFn: ({ signal }) =>
      call('experiments.results', {
        params: { ...scope.params, id },
        query: {
          ...scope.query,
          ...(baseline === undefined ? {} : { baseline }),
          ...(level === undefined ? {} : { confidence_level: String(level) }),
          ...(day === undefined ? {} : { as_of: day }),
        },
        signal,
      }),
    refetchInterval: ({ state: { data } }) =>
      data?.freshness === 'refreshing' ? SOON_MS : status === 'running' ? REFRESH_MS : false,
    placeholderData: (before, past) =>
      past?.queryKey[3] === id && isSameView(past.queryKey[5] as ResultsView, view)
        ? before
        : undefined,
  });
};

/** What other methods make of one metric. */
export const readingsQuery = (
  scope: Scope,
  { id, version }: Pick<Experiment, 'id' | 'version'>,
  uuid: string,
) =>
  queryOptions({
    queryKey: ['experiment-readings', ...placeOf(scope), id, version, uuid],
    queryFn: ({ signal }) =>
      call('experiments.readings', {
        params: { ...scope.params, id, metric_uuid: uuid },
        query: scope.query,
        signal,
      }),
    staleTime: DETAIL_STALE_MS,
  });

export const outcomesQuery = (scope: Scope) =>
  queryOptions({
    queryKey: ['experiments', ...placeOf(scope), 'outcomes'],
    queryFn: ({ signal }) =>
      call('experiments.outcomes', { params: scope.params, query: scope.query, signal }),
  });

/** One metric from nearer; a stopped experiment's changes no more than its results do. */
export const metricDetailQuery = (
  scope: Scope,
  { id, version }: Pick<Experiment, 'id' | 'version'>,
  uuid: string,
) =>
  queryOptions({
    queryKey: ['experiment-metric', ...placeOf(scope), id, version, uuid],
    queryFn: ({ signal }) =>
      call('experiments.metricDetail', {
        params: { ...scope.params, id, metric_uuid: uuid },
        query: scope.query,
        signal,
      }),
    staleTime: DETAIL_STALE_MS,
  });

/** Looks again at once. */
export function useRefreshResults(scope: Scope, experiment: Experiment) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () =>
      call('experiments.results', {
        params: { ...scope.params, id: experiment.id },
        query: { ...scope.query, refresh: 'true' },
      }),
    onSuccess: async (results) => {
      const { queryKey } = resultsQuery(scope, experiment);
      queryClient.setQueryData(queryKey, results);
      // However else they are looked at: by the same new numbers.
      await queryClient.invalidateQueries({
        queryKey: queryKey.slice(0, 5),
        predicate: (query) => query.queryHash !== hashKey(queryKey),
      });
    },
  });
}

export const runningTimeQuery = (scope: Scope, question: RunningTimeQuestion) =>
  queryOptions({
    queryKey: ['experiment-running-time', ...placeOf(scope), question],
    queryFn: ({ signal }) =>
      call('experiments.runningTime', {
        params: scope.params,
        query: scope.query,
        body: question,
        signal,
      }),
    staleTime: REFRESH_MS,
    placeholderData: keepPreviousData,
    retry: false,
  });

function useKeep(scope: Scope) {
  const queryClient = useQueryClient();
  return (experiment: Experiment) => {
    queryClient.setQueryData(experimentQuery(scope, String(experiment.id)).queryKey, experiment);
    for (const name of ['experiments', 'experiment-history', 'flag', 'flags']) {
      void queryClient.invalidateQueries({ queryKey: [name] });
    }
  };
}

export function useCreateExperiment(scope: Scope) {
  return useMutation({
    mutationFn: (body: NewExperiment) =>
      call('experiments.create', { params: scope.params, query: scope.query, body }),
    onSuccess: useKeep(scope),
  });
}

export function useUpdateExperiment(scope: Scope) {
  return useMutation({
    mutationFn: ({ id, ...body }: ExperimentChange & { readonly id: number }) =>
      call('experiments.update', { params: { ...scope.params, id }, query: scope.query, body }),
    onSuccess: useKeep(scope),
  });
}

export function useDeleteExperiment(scope: Scope) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ id, reason }: { readonly id: number; readonly reason: string }) =>
      call('experiments.remove', {
        params: { ...scope.params, id },
        query: { ...scope.query, ...(reason ? { reason } : {}) },
      }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['experiments'] }),
  });
}

export type Verb = 'launch' | 'pause' | 'resume' | 'end' | 'shipVariant' | 'rollBack';
type VerbBody = {
  readonly reason?: string;
  readonly conclusion?: Experiment['conclusion'];
  readonly conclusion_comment?: string;
  readonly variant_key?: string;
  readonly version?: number;
  readonly over_guardrail?: boolean;
};
type Press = { readonly id: number; readonly verb: Verb; readonly body: VerbBody };

export function useExperimentVerb(scope: Scope) {
  return useMutation({
    mutationFn: ({ id, verb, body }: Press): Promise<Experiment> =>
      call(`experiments.${verb}`, {
        params: { ...scope.params, id },
        query: scope.query,
        body: body as RequestOf<'experiments.shipVariant'>['body'],
      }),
    onSuccess: useKeep(scope),
  });
}

/** What was done to an experiment, newest first. */
export const experimentHistoryQuery = (scope: Scope, id: number) =>
  queryOptions({
    queryKey: ['experiment-history', scope.project.id, id],
    queryFn: ({ signal }) =>
      call('audit.list', {
        params: scope.params,
        query: { resource_kind: 'experiment', resource_id: String(id), limit: 50 },
        signal,
      }),
  });

export const experimentLinksQuery = (scope: Scope, id: number) =>
  queryOptions({
    queryKey: ['experiment-links', ...placeOf(scope), id],
    queryFn: ({ signal }) =>
      call('experiments.listLinks', {
        params: { ...scope.params, id },
        query: scope.query,
        signal,
      }),
  });

export function useExperimentLinks(scope: Scope, id: number) {
  const queryClient = useQueryClient();
  const { queryKey } = experimentLinksQuery(scope, id);
  const at = { params: { ...scope.params, id }, query: scope.query };
  const onSuccess = () => queryClient.invalidateQueries({ queryKey });
  const create = useMutation({ mutationFn: () => call('experiments.createLink', at), onSuccess });
  const revoke = useMutation({
    mutationFn: (link: string) =>
      call('experiments.revokeLink', { ...at, params: { ...at.params, link_id: link } }),
    onSuccess,
  });
  return { create, revoke };
}

/** What a public link shows; nobody need be signed in. */
export const sharedResultsQuery = (token: string) =>
  queryOptions({
    queryKey: ['shared-experiment', token],
    queryFn: ({ signal }) => call('experiments.look', { params: { token }, signal }),
    refetchInterval: ({ state: { data } }) =>
      data?.results.freshness === 'refreshing' ? SOON_MS : REFRESH_MS,
  });
