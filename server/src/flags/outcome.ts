// The outcomes that a flag can have, made ahead: evaluation hands out the same object for the same outcome.
import { isJsonObject } from '#kernel/json';
import type { Evaluation, FlagDefinition, ForcedBy, ReasonCode } from './flag.ts';

/** A flag that is off for the subject. */
export function miss(
  key: string,
  code: ReasonCode,
  conditionIndex: number | null,
  forcedBy?: ForcedBy,
): Evaluation {
  const reason = { code, conditionIndex, ...(forcedBy && { forcedBy }) };
  return { key, enabled: false, variant: null, payload: null, reason, failed: false };
}

/** A flag that is on for the subject, with the payload of its value. */
export function hit(
  flag: { readonly key: string; readonly filters: unknown },
  variant: string | null,
  code: ReasonCode,
  conditionIndex: number | null,
  forcedBy?: ForcedBy,
): Evaluation {
  const reason = { code, conditionIndex, ...(forcedBy && { forcedBy }) };
  const payload = payloadOf(flag.filters, variant ?? 'true');
  return { key: flag.key, enabled: true, variant, payload, reason, failed: false };
}

function payloadOf(filters: unknown, key: string): string | null {
  const payloads = isJsonObject(filters) ? filters.payloads : undefined;
  if (!isJsonObject(payloads) || !Object.hasOwn(payloads, key)) return null;
  const payload = payloads[key];
  if (payload === null || payload === undefined) return null;
  return typeof payload === 'string' ? payload : JSON.stringify(payload);
}

/**
 * The outcomes of a flag's overrides by distinct id; undefined without overrides. Those whose value the
 * flag cannot have (any more) count for nothing.
 */
export function forcedOutcomes(
  definition: FlagDefinition,
  variantKeys: readonly string[],
): ReadonlyMap<string, Evaluation> | undefined {
  const { key, overrides = [] } = definition;
  if (overrides.length === 0) return undefined;
  const outcomes = new Map<boolean | string, Evaluation>([
    [false, miss(key, 'condition_match', null, 'override')],
  ]);
  for (const value of variantKeys.length === 0 ? [true] : variantKeys) {
    const variant = value === true ? null : String(value);
    outcomes.set(value, hit(definition, variant, 'condition_match', null, 'override'));
  }
  const byId = new Map<string, Evaluation>();
  for (const { distinctId, value } of overrides) {
    const outcome = outcomes.get(value);
    if (outcome) byId.set(distinctId, outcome);
  }
  return byId;
}
