// What the server has found wrong with a question, at the field; it names fields from the body on.
import { ApiError } from '../api/client.ts';

export function problemsOf(error: unknown): ReadonlyMap<string, string> {
  if (!(error instanceof ApiError) || error.attr === null) return new Map();
  return new Map([[error.attr.replace(/^query\./, ''), error.message]]);
}
