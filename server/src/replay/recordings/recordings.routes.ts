// Recordings over HTTP: contract → service.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { EventBus } from '#kernel/events';
import { openLive } from '#platform/http/live';
import {
  type HttpDeps,
  type RequestCtx,
  projectCtx,
  registerRoutes,
} from '#platform/http/register';
import { untilGone } from '#platform/http/until-gone';
import type { SettingsDirectory } from '../settings/settings.service.ts';
import { rageClicks, toBlockBody, toPinBody, toRecordingBody } from './recording-wire.routes.ts';
import { recordingsRoutes } from './recordings.contract.ts';
import {
  type LineMaker,
  getRecording,
  listBlocks,
  maySeeBodies,
  pinRecording,
  readEvents,
} from './recordings.service.ts';

export type RecordingsDeps = {
  readonly settings: SettingsDirectory;
  readonly events: EventBus;
  readonly lineMaker: LineMaker;
};

/** Looks for what other replicas have stored. */
const LOOK_EVERY_MS = 5000;

export function registerRecordings(
  app: FastifyInstance,
  http: HttpDeps,
  deps: RecordingsDeps,
): void {
  const seesBodies = (ctx: RequestCtx): boolean =>
    maySeeBodies(projectCtx(ctx), deps.settings, ctx.scopes);
  registerRoutes(app, http, recordingsRoutes, {
    get: async (ctx, { params }) => {
      const recording = await getRecording(projectCtx(ctx), params.session_id);
      return {
        ...toRecordingBody(recording),
        rage_clicks: rageClicks(recording),
        may_see_bodies: seesBodies(ctx),
      };
    },
    blocks: async (ctx, { params }) => {
      const { blocks, isOngoing } = await listBlocks(projectCtx(ctx), params.session_id);
      return { ongoing: isOngoing, blocks: blocks.map(toBlockBody) };
    },
    blockData: async (ctx, { params, query }, { request, reply }) => {
      const { session_id: sessionId } = params;
      const wanted = { maySeeBodies: seesBodies(ctx), isGzip: takesGzip(request) };
      const by = { lineMaker: deps.lineMaker, signal: untilGone(reply) };
      const body = await readEvents(projectCtx(ctx), sessionId, query.ids, wanted, by);
      await sendLines(reply, body, wanted);
    },
    blockStream: async (ctx, { params }, { request, reply }) => {
      await followBlocks(ctx, params.session_id, deps.events, { request, reply });
    },
    pin: async (ctx, { params, body }) =>
      toPinBody(await pinRecording(projectCtx(ctx), params.session_id, body.reason)),
  });
}

const takesGzip = ({ headers }: FastifyRequest): boolean =>
  /(?:^|,)\s*gzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/.test(
    String(headers['accept-encoding'] ?? ''),
  );

async function sendLines(
  reply: FastifyReply,
  body: Uint8Array,
  { isGzip }: { readonly isGzip: boolean },
): Promise<void> {
  reply
    .type('application/x-ndjson; charset=utf-8')
    .header('cache-control', 'private, no-store')
    .header('vary', 'Accept-Encoding')
    .header('x-content-type-options', 'nosniff');
  if (isGzip) reply.header('content-encoding', 'gzip');
  await reply.send(Buffer.from(body.buffer, body.byteOffset, body.byteLength));
}

/** Sends every block once, as soon as it is stored. @throws not_found before the stream begins */
async function followBlocks(
  ctx: RequestCtx,
  sessionId: string,
  events: EventBus,
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
): Promise<void> {
  const asking = projectCtx(ctx);
  const sent = new Set((await listBlocks(asking, sessionId)).blocks.map(({ id }) => id));
  const live = openLive(request, reply);
  let looking: Promise<void> = Promise.resolve();
  const look = (): void => {
    looking = looking
      .then(async () => {
        const { blocks } = await listBlocks(asking, sessionId);
        for (const block of blocks.filter(({ id }) => !sent.has(id))) {
          sent.add(block.id);
          live.send('block', toBlockBody(block), block.id);
        }
      })
      .catch((error: unknown) => {
        // Gone meanwhile, or the store is away: the reader comes again and is told.
        asking.log.info({ err: error }, 'a live recording ends');
        live.close();
      });
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  const stop = events.on('recordings.stored', ({ environmentId, sessionIds }) => {
    if (environmentId === asking.environment.id && sessionIds.includes(sessionId)) look();
  });
  live.onClose(() => {
    clearInterval(timer);
    stop();
  });
}
