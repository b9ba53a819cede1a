// Hands every field of the flag form what is wrong with it, whoever found out: the form or the server.
import { createContext, useContext } from 'react';
import type { Problems } from './condition-problem.ts';

export const FormErrors = createContext<Problems>(new Map());

/** The message for one field (dotted path as the server names it). */
export function useFieldError(attr: string): string | undefined {
  return useContext(FormErrors).get(attr);
}

/** Whether anything is wrong with a field, or with one below it. */
export function useHasProblem(attr: string): boolean {
  const problems = useContext(FormErrors);
  return [...problems.keys()].some((key) => key === attr || key.startsWith(`${attr}.`));
}
