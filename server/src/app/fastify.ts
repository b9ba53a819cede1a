// The bare Fastify application: limits, request ids, whom to believe, the one shape of errors.
import { randomUUID } from 'node:crypto';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import type { Logger } from 'pino';
import { createClientAddress } from '#platform/http/client-address';
import { replyWithError } from '#platform/http/problem';
import type { Locate } from '#platform/geo/geoip';
import type { Config } from './config.ts';
import type { Health } from './health.routes.ts';

/** 1 MiB: far above any flag or rollout; SDK routes have limits of their own. */
const BODY_LIMIT_BYTES = 1024 * 1024;
/** 65 s: a little above the usual 60 s of proxies, so that they close first. */
const KEEP_ALIVE_MS = 65_000;

/** What every application of Serin is made with. */
export type AppBasics = {
  readonly health: Health;
  /** Where browsers reach it, when that differs from where it listens. */
  readonly publicUrl?: string | undefined;
  /** Where recordings are played, when that is not the origin of the app. */
  readonly replayOrigin?: string | undefined;
  /** Reverse proxies whose forwarding headers are believed. */
  readonly trustedProxies?: readonly string[];
  /** Finds out where clients are; absent: it is not to be found out. */
  readonly locate?: Locate | undefined;
  readonly streamLimits?: Config['streamLimits'] | undefined;
  readonly holdLimits?: Config['holdLimits'] | undefined;
  /** Without them, and with 0, any number of requests is answered. */
  readonly rateLimits?: Config['rateLimits'] | undefined;
};

/** An application without routes. */
export function createFastify(
  { trustedProxies }: Pick<AppBasics, 'trustedProxies'>,
  log: Logger,
): FastifyInstance {
  const app: FastifyInstance = Fastify({
    loggerInstance: log as FastifyBaseLogger,
    genReqId: () => randomUUID(),
    trustProxy: trustedProxies?.length ? [...trustedProxies] : false,
    bodyLimit: BODY_LIMIT_BYTES,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: 'idle',
    logController: new LogController({
      disableRequestLogging: true,
      requestIdLogLabel: 'request_id',
    }),
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 500 },
  });
  app.setErrorHandler(replyWithError);
  return app;
}

/** Where clients are, for what SDKs send and ask. */
export function placesOf({ trustedProxies, locate }: Omit<AppBasics, 'health'>) {
  return { locate, addressOf: createClientAddress(trustedProxies) };
}
