// Ends questions that nobody waits for any more.
import type { FastifyReply } from 'fastify';
import { SerinError } from '#kernel/errors';

/** Aborted when whoever asks has gone. */
export function untilGone({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) gone.abort(new SerinError('query_cancelled'));
  });
  return gone.signal;
}
