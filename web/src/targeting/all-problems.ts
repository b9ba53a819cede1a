// What is wrong with a form, whoever found out.
import { ApiError } from '../api/client.ts';
import type { Problems } from './condition-problem.ts';

/** Errors of the server and of the form in one map. */
export function allProblems(problems: Problems, error: unknown): Problems {
  if (!(error instanceof ApiError) || error.attr === null) return problems;
  return new Map([...problems, [error.attr, error.message]]);
}
