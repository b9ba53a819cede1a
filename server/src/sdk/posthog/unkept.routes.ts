// What SDKs can send and Serin does not keep: recordings, metrics (and logs: sdk/otlp). Remote configuration switches
// them off; a page that switches them on by itself is told in the SDK's own words that they are dropped.
import type { FastifyInstance } from 'fastify';

/** 25 MB: what a posthog-js recorder may send at once; a 413 would make it try again in halves. */
const BODY_LIMIT_BYTES = 25 * 1024 * 1024;

/** Path → name of the stream in `quota_limited`. */
const UNKEPT = {
  '/s': 'recordings',
  '/i/v1/metrics': 'metrics',
} as const;

/**
 * Answers 200 with `quota_limited`: posthog-js then drops that stream and pauses it for 60 s (1.434.18,
 * `rate-limiter`). Any other answer would be worse: a plain 200 claims to have kept the data, 4xx fills
 * the console without pausing, 5xx is sent again ten times.
 */
export function registerUnkept(sdk: FastifyInstance): void {
  for (const [path, stream] of Object.entries(UNKEPT)) {
    sdk.post(path, { bodyLimit: BODY_LIMIT_BYTES }, (_request, reply) =>
      reply.send({ quota_limited: [stream] }),
    );
  }
}
