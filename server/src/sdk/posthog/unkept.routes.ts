// What SDKs can send and Serin does not keep: recordings (and most logs: sdk/otlp). Remote configuration switches
// them off; a page that switches them on by itself is told in the SDK's own words that they are dropped.
import type { FastifyInstance } from 'fastify';

/** 25 MB: what a posthog-js recorder may send at once; a 413 would make it try again in halves. */
const BODY_LIMIT_BYTES = 25 * 1024 * 1024;

/**
 * Answers 200 with `quota_limited`: posthog-js then drops that stream and pauses it for 60 s (1.434.18,
 * `rate-limiter`). Any other answer would be worse: a plain 200 claims to have kept the data, 4xx fills
 * the console without pausing, 5xx is sent again ten times.
 */
export function registerUnkept(sdk: FastifyInstance): void {
  sdk.post('/s', { bodyLimit: BODY_LIMIT_BYTES }, (_request, reply) =>
    reply.send({ quota_limited: ['recordings'] }),
  );
}
