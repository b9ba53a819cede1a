// Puts a refusal of the server at the field it is about.
import { ApiError } from '../api/client.ts';

/** The message for one field (dotted path as the server names it), if the error is about it. */
export function errorAt(error: unknown, attr: string): string | undefined {
  return error instanceof ApiError && error.attr === attr ? error.message : undefined;
}

/** The message when the error is about none of the fields on the page, so that none goes unseen. */
export function errorElsewhere(error: unknown, attrs: readonly string[]): unknown {
  if (!error) return null;
  const isShown = error instanceof ApiError && error.attr !== null && attrs.includes(error.attr);
  return isShown ? null : error;
}
