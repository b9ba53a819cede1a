// Rollout routes: contract → service. A command is answered once the flag is in force here.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { fail } from '#kernel/errors';
import type { RouteInput } from '#kernel/http.contract';
import type { ProjectCtx } from '#platform/ctx';
import { requestKeyOf } from '#platform/http/idempotency';
import { type LiveStream, openLive } from '#platform/http/live';
import { pageOf } from '#platform/http/paging';
import {
  type Handlers,
  type HttpDeps,
  projectCtx,
  type RequestCtx,
  registerRoutes,
} from '#platform/http/register';
import { untilGone } from '#platform/http/until-gone';
import type { Sources } from '#sources';
import type { Command, CommandName } from './gate/command.ts';
import {
  describeRollout,
  getRolloutEvaluation,
  listEnvironmentRollouts,
  listRolloutEvaluations,
  listRolloutEvents,
  readSeries,
} from './read.service.ts';
import { replanRollout } from './plan/replan.service.ts';
import { toBody, toEvaluation, toEvent, toSummary } from './rollout-wire.routes.ts';
import { type CommandBody, rolloutsRoutes } from './rollouts.contract.ts';
import { createRollout } from './plan/draft.service.ts';
import { commandRollout } from './rollouts.service.ts';
import { toSeriesLooks } from './series-wire.ts';
import { Waits } from './wait.service.ts';

/** What the routes need of the running feature. */
export type RolloutsRuntime = {
  /** Divides the smallest allowed durations of plans. */
  readonly timeScale: number;
  /** Resolves once flags written by a command are in force in this process. */
  settled(): Promise<void>;
  /** What guardrails ask of other programs is tried there before it decides. */
  readonly sources?: Pick<Sources, 'read'> | undefined;
};

export function registerRollouts(
  app: FastifyInstance,
  http: HttpDeps,
  runtime: RolloutsRuntime,
): void {
  registerRoutes(app, http, rolloutsRoutes, {
    list: (request, { query }, io) => list(projectCtx(request), query, io.request.url),
    create: (request, { body }, io) =>
      create(projectCtx(request), body, runtime.timeScale, requestKeyOf(io.request)),
    get: async (request, { params }) =>
      toBody(await describeRollout(projectCtx(request), params.rollout_id)),
    wait: waitHandler(app),
    ...lookHandlers,
    events: async (request, { params, query }, io) => {
      const { limit, offset } = query;
      const ctx = projectCtx(request);
      const { count, events } = await listRolloutEvents(ctx, params.rollout_id, { limit, offset });
      return pageOf(io.request.url, { count, limit, offset }, events.map(toEvent));
    },
    stream: async (request, { params }, { request: raw, reply }) => {
      const ctx = projectCtx(request);
      await describeRollout(ctx, params.rollout_id);
      follow(ctx, params.rollout_id, openLive(raw, reply));
    },
    replan: async (request, { params, body }) => {
      const ctx = projectCtx(request);
      await replanRollout(ctx, params.rollout_id, body.plan, {
        expectedVersion: body.expected_version,
        reason: body.reason ?? null,
        confirm: body.confirm,
        timeScale: runtime.timeScale,
        sources: runtime.sources,
      });
      return toBody(await describeRollout(ctx, params.rollout_id));
    },
    ...commandHandlers(runtime),
  });
}

/** A server that stops keeps nobody waiting. */
function waitHandler(app: FastifyInstance): Handlers<typeof rolloutsRoutes>['wait'] {
  const stopping = new AbortController();
  const waits = new Waits();
  app.addHook('preClose', async () => stopping.abort());
  return async (request, { params, query }, { reply }) => {
    const { until, stage_index: index, or_held: orHeld, timeout } = query;
    if (until === 'stage' && index === undefined) {
      fail('required', { attr: 'stage_index', detail: 'Say which stage is waited for.' });
    }
    const detail = await waits.wait(projectCtx(request), params.rollout_id, {
      goal: until === 'stage' ? { kind: until, index: index ?? 0 } : { kind: until },
      endsOnHold: orHeld === 'true',
      timeoutMs: timeout * 1000,
      signal: AbortSignal.any([stopping.signal, untilGone(reply)]),
    });
    return toBody(detail);
  };
}

type Looks = Pick<Handlers<typeof rolloutsRoutes>, 'evaluations' | 'evaluation' | 'series'>;

/** Looks at the evidence. */
const lookHandlers: Looks = {
  evaluations: async (request, { params, query }, io) => {
    const { limit, offset } = query;
    const ctx = projectCtx(request);
    const found = await listRolloutEvaluations(ctx, params.rollout_id, { limit, offset });
    const bodies = found.evaluations.map((one) => toEvaluation(one, found.rollout.plan));
    return pageOf(io.request.url, { count: found.count, limit, offset }, bodies);
  },
  evaluation: async (request, { params }) => {
    const { rollout_id: id, evaluation_id: evaluationId } = params;
    const found = await getRolloutEvaluation(projectCtx(request), id, evaluationId);
    const body = toEvaluation(found.evaluation, found.rollout.plan);
    return { ...body, inputs: { ...found.evaluation.inputs } };
  },
  series: async (request, { params, query }) => {
    const { stage_index: stageIndex, attempt, points } = query;
    const wanted = { stageIndex, attempt, points };
    const found = await readSeries(projectCtx(request), params.rollout_id, wanted);
    const looks = toSeriesLooks(found.looks, found.rollout.plan, found.stageIndex);
    const { count } = found;
    return { stage_index: found.stageIndex, attempt: found.attempt, count, looks };
  },
};

function commandHandlers(runtime: RolloutsRuntime) {
  const command = (name: CommandName) => commandHandler(name, runtime);
  return {
    start: command('start'),
    pause: command('pause'),
    resume: command('resume'),
    promote: command('promote'),
    rollback: command('rollback'),
    approve: command('approve'),
    ack: command('ack'),
    extend: command('extend'),
    jump: command('jump'),
    retry: command('retry'),
    cancel: command('cancel'),
  };
}

async function create(...given: Parameters<typeof createRollout>) {
  const { id } = await createRollout(...given);
  return toBody(await describeRollout(given[0], id));
}

type ListQuery = RouteInput<(typeof rolloutsRoutes)['list']>['query'];

async function list(ctx: ProjectCtx, query: ListQuery, url: string) {
  const { limit, offset } = query;
  const { count, listed } = await listEnvironmentRollouts(ctx, {
    flagKey: query.flag_key,
    search: query.search,
    status: query.status,
    limit,
    offset,
  });
  return pageOf(url, { count, limit, offset }, listed.map(toSummary));
}

type CommandInput = {
  readonly params: { readonly rollout_id: string };
  readonly body: CommandBody;
};

const commandOf = (name: CommandName, body: CommandBody): Command => ({
  name,
  reason: body.reason ?? null,
  confirm: body.confirm,
  flag: body.flag,
  startAtMs: body.start_at === undefined ? undefined : Date.parse(body.start_at),
  stageIndex: body.stage_index,
  extendMs: body.seconds === undefined ? undefined : body.seconds * 1000,
});

function commandHandler(name: CommandName, runtime: RolloutsRuntime) {
  return async (
    request: RequestCtx,
    { params, body }: CommandInput,
    io: { readonly request: FastifyRequest },
  ) => {
    const ctx = projectCtx(request);
    await commandRollout(ctx, params.rollout_id, commandOf(name, body), {
      expectedVersion: body.expected_version,
      idempotencyKey: requestKeyOf(io.request),
      sources: runtime.sources,
    });
    await runtime.settled();
    return toBody(await describeRollout(ctx, params.rollout_id));
  };
}

/** Sends the rollout now and after every change; changes that come while one is read are sent as one. */
function follow(ctx: ProjectCtx, rolloutId: string, stream: LiveStream): void {
  let isReading = false;
  let isStale = true;
  const send = async (): Promise<void> => {
    isReading = true;
    while (isStale) {
      isStale = false;
      stream.send('rollout', toBody(await describeRollout(ctx, rolloutId)));
    }
    isReading = false;
  };
  const refresh = (): void => {
    isStale = true;
    if (isReading) return;
    send().catch((err: unknown) => {
      ctx.log.warn({ err, rolloutId }, 'a live rollout could not be read');
      stream.close();
    });
  };
  stream.onClose(
    ctx.events.on('rollout.changed', (change) => {
      if (change.rolloutId === rolloutId) refresh();
    }),
  );
  refresh();
}
