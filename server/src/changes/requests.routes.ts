// Routes of change requests: contract → service. What was applied is in force here when it is answered.
import type { FastifyInstance } from 'fastify';
import type { RouteInput } from '#kernel/http.contract';
import type { ProjectCtx } from '#platform/ctx';
import { type LiveStream, openLive } from '#platform/http/live';
import { pageOf } from '#platform/http/paging';
import {
  type HttpDeps,
  projectCtx,
  type RequestCtx,
  registerRoutes,
} from '#platform/http/register';
import { applyRequest, rebase } from './apply.service.ts';
import { type DueInput, dueOf } from './due.ts';
import { lookAtRequest } from './look.service.ts';
import { listRequests } from './read.service.ts';
import { detailBody, summaryBody } from './request-wire.routes.ts';
import { requestsRoutes } from './requests.contract.ts';
import { comment, editRequest, judge, propose, withdraw } from './requests.service.ts';

/** What the routes need of the running program. */
export type ChangesRuntime = {
  /** Resolves once flags that were written are in force in this process. */
  settled(): Promise<void>;
};

const show = async (ctx: ProjectCtx, number: number) =>
  detailBody(ctx, await lookAtRequest(ctx, number));

export function registerRequests(
  app: FastifyInstance,
  http: HttpDeps,
  runtime: ChangesRuntime,
): void {
  /** A verb on one request, which is then answered as it stands. */
  const on =
    <B>(verb: (ctx: ProjectCtx, number: number, body: B) => Promise<void>) =>
    async (request: RequestCtx, input: { params: { number: number }; body: B }) => {
      const ctx = projectCtx(request);
      await verb(ctx, input.params.number, input.body);
      await runtime.settled();
      return show(ctx, input.params.number);
    };
  registerRoutes(app, http, requestsRoutes, {
    listRequests: (request, { query }, io) => list(projectCtx(request), query, io.request.url),
    propose: async (request, { body }) => {
      const ctx = projectCtx(request);
      const number = await propose(ctx, {
        title: body.title,
        description: body.description,
        items: body.items.map(itemInput),
        due: body.due && dueIn(ctx, body.due),
      });
      return show(ctx, number);
    },
    getRequest: (request, { params }) => show(projectCtx(request), params.number),
    editRequest: on<EditBody>(async (ctx, number, body) =>
      editRequest(ctx, number, {
        ...body,
        items: body.items?.map(itemInput),
        due: body.due && dueIn(ctx, body.due),
      }),
    ),
    comment: on<{ body: string }>((ctx, number, { body }) => comment(ctx, number, body)),
    review: on<RouteInput<(typeof requestsRoutes)['review']>['body']>(judge),
    rebase: on<{ version: number }>((ctx, number, { version }) => rebase(ctx, number, version)),
    apply: on<{ version: number }>((ctx, number, { version }) =>
      applyRequest(ctx, number, version),
    ),
    withdraw: on<{ comment: string }>((ctx, number, body) => withdraw(ctx, number, body.comment)),
    stream: async (request, _input, { request: raw, reply }) =>
      follow(projectCtx(request), openLive(raw, reply)),
  });
}

/** Sends what has news; whoever listens asks for it. */
function follow({ events, projectId }: ProjectCtx, stream: LiveStream): void {
  stream.onClose(
    events.on('change.changed', ({ projectId: of, kind, id }) => {
      if (of === projectId) stream.send('change', { kind, id });
    }),
  );
}

type EditBody = RouteInput<(typeof requestsRoutes)['editRequest']>['body'];
type ItemBody = RouteInput<(typeof requestsRoutes)['propose']>['body']['items'][number];

const itemInput = ({ flag, version, change }: ItemBody) => ({
  flag: String(flag),
  version,
  change,
});

export const dueIn = ({ clock }: ProjectCtx, due: DueInput) => dueOf(due, clock.now(), 'due');

type ListQuery = RouteInput<(typeof requestsRoutes)['listRequests']>['query'];

async function list(ctx: ProjectCtx, query: ListQuery, url: string) {
  const { limit, offset, show, flag_id: flagId } = query;
  const { count, requests } = await listRequests(ctx, { show, flagId, limit, offset });
  return pageOf(url, { count, limit, offset }, requests.map(summaryBody));
}
