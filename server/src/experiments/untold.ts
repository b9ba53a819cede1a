// What strangers are told of a failure: that there is one, and not what it is about.
import { SerinError } from '#kernel/errors';

/** The same without what names cohorts, fields and metrics. */
export function untold(error: unknown): unknown {
  if (!(error instanceof SerinError)) return error;
  const { code, retryAfterSeconds } = error;
  // Nothing that they have sent is at fault.
  const told = code === 'invalid_input' || code === 'required' ? 'conflict' : code;
  return new SerinError(told, {
    detail: 'The results cannot be shown now; the owners of the experiment see why.',
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}
