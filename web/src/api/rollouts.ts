// What the rollout pages ask of the server, and the commands they send.
import {
  keepPreviousData,
  type QueryClient,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import { call, type RequestOf, type ResponseOf } from './client.ts';
import type { Scope } from './session.ts';

/** The unit of plans that is no type of groups. */
export const PERSON = 'person';

export type Rollout = ResponseOf<'rollouts.get'>;
export type RolloutSummary = ResponseOf<'rollouts.list'>['results'][number];

/** Commands that a person can give. */
export type Action = Rollout['commands'][number];

export const rolloutsQuery = (scope: Scope, flagKey?: string) =>
  queryOptions({
    queryKey: ['rollouts', scope.project.id, scope.environment.key, { flagKey }],
    queryFn: ({ signal }) =>
      call('rollouts.list', {
        params: scope.params,
        query: { ...scope.query, ...(flagKey ? { flag_key: flagKey } : {}), limit: 100 },
        signal,
      }),
  });

/** What is not over: few, at any time. */
export const openRolloutsQuery = (scope: Scope, search = '') =>
  listQuery(scope, 'open', search, 0, 100);

export const OVER_ROWS = 20;

export const overRolloutsQuery = (scope: Scope, search: string, offset: number) =>
  listQuery(scope, 'over', search, offset, OVER_ROWS);

const listQuery = (
  scope: Scope,
  status: 'open' | 'over',
  search: string,
  offset: number,
  limit: number,
) =>
  queryOptions({
    queryKey: ['rollouts', scope.project.id, scope.environment.key, { status, search, offset }],
    queryFn: ({ signal }) =>
      call('rollouts.list', {
        params: scope.params,
        query: { ...scope.query, status, ...(search ? { search } : {}), offset, limit },
        signal,
      }),
  });

export const rolloutQuery = (scope: Scope, rolloutId: string) =>
  queryOptions({
    queryKey: ['rollout', scope.project.id, rolloutId],
    queryFn: ({ signal }) =>
      call('rollouts.get', {
        params: { ...scope.params, rollout_id: rolloutId },
        query: scope.query,
        signal,
      }),
  });

/** The stream may be ahead of an answer that was on its way: the later version stays. */
export const laterOf =
  (told: Rollout) =>
  (known: Rollout | undefined): Rollout =>
    known && known.version > told.version ? known : told;

export type Series = ResponseOf<'rollouts.series'>;

/** How the evidence of the running stage came about; later looks are added as they come. */
export const seriesQuery = (
  scope: Scope,
  rollout: Pick<Rollout, 'id' | 'stage_index' | 'attempt'>,
) =>
  queryOptions({
    queryKey: [
      'rollout-series',
      scope.project.id,
      rollout.id,
      rollout.stage_index,
      rollout.attempt,
    ],
    queryFn: ({ signal }) =>
      call('rollouts.series', {
        params: { ...scope.params, rollout_id: rollout.id },
        query: {
          ...scope.query,
          stage_index: String(rollout.stage_index),
          attempt: String(rollout.attempt),
        },
        signal,
      }),
  });

/** One look with every input of its decision: it never changes. */
export const lookQuery = (scope: Scope, rolloutId: string, evaluationId: string) =>
  queryOptions({
    queryKey: ['rollout-look', scope.project.id, rolloutId, evaluationId],
    queryFn: ({ signal }) =>
      call('rollouts.evaluation', {
        params: { ...scope.params, rollout_id: rolloutId, evaluation_id: evaluationId },
        query: scope.query,
        signal,
      }),
    staleTime: Infinity,
  });

/** Decisions, newest first; asked for again whenever the rollout has moved to another version. */
export const decisionsQuery = (scope: Scope, rolloutId: string, version: number) =>
  queryOptions({
    queryKey: ['rollout-decisions', scope.project.id, rolloutId, version],
    queryFn: ({ signal }) =>
      call('rollouts.events', {
        params: { ...scope.params, rollout_id: rolloutId },
        query: { ...scope.query, limit: 200 },
        signal,
      }),
    placeholderData: keepPreviousData,
  });

export function useCreateRollout(scope: Scope) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: RequestOf<'rollouts.create'>['body']) =>
      call('rollouts.create', { params: scope.params, query: scope.query, body }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['rollouts'] }),
  });
}

type Replan = {
  readonly id: string;
  /** What its writer has seen of the rollout. */
  readonly version: number;
  readonly plan: RequestOf<'rollouts.replan'>['body']['plan'];
  readonly reason: string;
  /** Typed by whoever changes what going back costs. */
  readonly confirm?: string | undefined;
};

/** Gives a rollout another plan, against the version that was opened: 409 when it has moved on. */
export function useReplan(scope: Scope) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ id, version, plan, reason, confirm }: Replan) =>
      call('rollouts.replan', {
        params: { ...scope.params, rollout_id: id },
        query: scope.query,
        body: {
          expected_version: version,
          plan,
          ...(reason.trim() ? { reason } : {}),
          ...(confirm === undefined ? {} : { confirm }),
        },
      }),
    onSuccess: (rollout) => takeIn(queryClient, scope, rollout),
  });
}

type Command = {
  readonly rollout: { readonly id: string; readonly version: number };
  readonly action: Action;
  readonly reason: string;
  readonly details?: CommandDetails;
};

/** What some commands ask for besides a reason. */
export type CommandDetails = {
  readonly stage_index?: number;
  readonly seconds?: number;
  readonly start_at?: string;
  /** Typed by whoever accepts what it costs in data. */
  readonly confirm?: string;
};

/** Gives a command against the version that is on the screen: 409 when it has moved on. */
export function useRolloutAction(scope: Scope) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ rollout, action, reason, details }: Command): Promise<Rollout> =>
      call(`rollouts.${action}`, {
        params: { ...scope.params, rollout_id: rollout.id },
        query: scope.query,
        body: {
          expected_version: rollout.version,
          ...(reason ? { reason } : {}),
          ...details,
        } as RequestOf<`rollouts.${Action}`>['body'],
      }),
    onSuccess: (rollout) => takeIn(queryClient, scope, rollout),
  });
}

/** Keeps what a change has answered, and asks anew for what it may have changed besides. */
function takeIn(queryClient: QueryClient, scope: Scope, rollout: Rollout): void {
  queryClient.setQueryData(rolloutQuery(scope, rollout.id).queryKey, laterOf(rollout));
  void queryClient.invalidateQueries({ queryKey: ['rollouts'] });
  void queryClient.invalidateQueries({ queryKey: ['flag'] });
  void queryClient.invalidateQueries({ queryKey: ['flags'] });
}
