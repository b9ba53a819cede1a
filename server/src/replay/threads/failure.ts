// An error as a thread tells it.
import { SerinError } from '#kernel/errors';
import type { Failure } from './talk.ts';

/** Of what is no error of ours the process logs all that is known. */
export function failureOf(id: number, error: unknown): Failure {
  if (error instanceof SerinError) {
    const { code, message: detail, attr, retryAfterSeconds } = error;
    return { id, failure: { code, detail, attr, retryAfterSeconds } };
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    id,
    failure: { code: 'internal_error', detail, attr: null, retryAfterSeconds: undefined },
  };
}
