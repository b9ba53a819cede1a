// Which values an override can give, and for whom.
import { isIllegalId } from '#identity/person';
import type { Filters } from './flag.ts';

/**
 * Per flag and environment. Overrides are for testers and for single people in need; whole groups of
 * people are a condition set's business.
 */
export const MAX_OVERRIDES = 500;

/** Why the flag cannot be forced to this value; undefined when it can. */
export function valueProblem(filters: Filters, value: boolean | string): string | undefined {
  if (value === false) return undefined;
  const variants = (filters.multivariate?.variants ?? []).map(({ key }) => key);
  if (variants.length === 0) {
    return value === true ? undefined : `The flag has no variant "${value}"; it is on or off.`;
  }
  if (typeof value === 'string' && variants.includes(value)) return undefined;
  return value === true
    ? `Say which variant: ${variants.join(', ')}.`
    : `The flag has no variant "${value}", only ${variants.join(', ')}.`;
}

/** Why this id can have no override: it stands for nobody in particular. */
export function idProblem(distinctId: string): string | undefined {
  if (!isIllegalId(distinctId)) return undefined;
  return `"${distinctId}" is no id of one person, but what clients send when they know none.`;
}
