// Turns a condition on one property of a person into a yes-or-no question, which flags and cohorts ask alike.
import type { JsonObject } from '#kernel/json';
import { currentPropertyOf } from './initial-properties.ts';
import { type CompileRegex, compileFilter } from './match.ts';
import { ownValue } from './property-value.ts';

/** Of whom it is asked. */
export type PropertyOwner = {
  readonly distinctId: string;
  /** True when nobody is named; the id is empty then, and counts as missing. */
  readonly isNameless?: boolean | undefined;
  readonly personProperties: JsonObject;
};

/** Answers one condition; `nowMs` (since the epoch) is for relative dates. */
export type PersonTest = (person: PropertyOwner, at: { readonly nowMs: number }) => boolean;

export type CompiledPersonProperty = {
  readonly test: PersonTest;
  /** The stored property that the answer depends on. */
  readonly personKey?: string;
};

/** @param condition as stored, with `operator`, `value` and `negation`; undefined when it makes no sense. */
export function compilePersonProperty(
  key: string,
  condition: JsonObject,
  compileRegex: CompileRegex,
): CompiledPersonProperty | undefined {
  const matcher = compileFilter(condition, compileRegex);
  if (!matcher) return undefined;
  const { test } = matcher;
  const isNegated = condition.negation === true;
  const whenMissing = matcher.whenMissing !== isNegated;
  if (key === 'distinct_id') {
    return {
      test: ({ distinctId, isNameless }, { nowMs }) =>
        isNameless ? whenMissing : test(distinctId, nowMs) !== isNegated,
    };
  }
  const current = currentPropertyOf(key);
  if (current === undefined) {
    return {
      personKey: key,
      test({ personProperties }, { nowMs }) {
        const value = ownValue(personProperties, key);
        return value === undefined ? whenMissing : test(value, nowMs) !== isNegated;
      },
    };
  }
  return {
    personKey: key,
    test({ personProperties }, { nowMs }) {
      const stored = ownValue(personProperties, key);
      const value = stored === undefined ? ownValue(personProperties, current) : stored;
      return value === undefined ? whenMissing : test(value, nowMs) !== isNegated;
    },
  };
}

/** The keys, and those that are read in their place when they are missing. */
export function withSubstitutes(personKeys: Iterable<string>): string[] {
  const keys = new Set<string>();
  for (const key of personKeys) {
    keys.add(key);
    const current = currentPropertyOf(key);
    if (current !== undefined) keys.add(current);
  }
  return [...keys];
}
