// Turns one property condition into a yes-or-no question about a subject. Whatever cannot be understood
// answers no, negated or not: a broken condition must not hand a feature to anyone.
import { type CohortSet, type CompiledCohort, NO_COHORTS } from '#cohorts/compile';
import { type JsonObject, isJsonObject } from '#kernel/json';
import { type CompileRegex, compileFilter, usesClock } from '#properties/match';
import { compilePersonProperty } from '#properties/person-property';
import { ownValue } from '#properties/property-value';
import { type EvaluationContext, type Subject, groupKeyOf, groupPropertiesOf } from './subject.ts';

/** Answers one property condition. */
export type PropertyTest = (subject: Subject, context: EvaluationContext) => boolean;

export type CompiledProperty = {
  readonly test: PropertyTest;
  /** The stored person property that the answer depends on. */
  readonly personKey?: string;
  /** The stored group property that the answer depends on. */
  readonly groupKey?: { readonly groupTypeIndex: number; readonly key: string };
  /** The cohort that the answer depends on; `compiled` is undefined when there is none that can be asked. */
  readonly cohort?: { readonly id: number; readonly compiled: CompiledCohort | undefined };
  /** Whether the answer may change by itself as time goes by. */
  readonly usesClock?: boolean;
  /** The other flag that the answer depends on; empty text when it cannot be resolved. */
  readonly flagKey?: string;
};

export type PropertyOptions = {
  readonly compileRegex: CompileRegex;
  /** The project's cohorts; left out, a condition on one holds for nobody. */
  readonly cohorts?: CohortSet | undefined;
  /** The key of a flag named by id or key; undefined when there is none. Left out: keys as they are. */
  readonly flagKeyOf?: (idOrKey: string) => string | undefined;
  /** The group type that the condition set is evaluated for, or -1 for persons. */
  readonly groupTypeIndex: number;
};

const nobody: CompiledProperty = { test: () => false };

/** @param property as stored; anything at all is accepted. */
export function compileProperty(property: unknown, options: PropertyOptions): CompiledProperty {
  if (!isJsonObject(property) || typeof property.key !== 'string') return nobody;
  const isNegated = property.negation === true;
  switch (property.type ?? 'person') {
    case 'person':
      return {
        ...(compilePersonProperty(property.key, property, options.compileRegex) ?? nobody),
        usesClock: usesClock(property),
      };
    case 'group':
      return compileGroupProperty(property.key, property, isNegated, options);
    case 'cohort':
      return compileCohort(property, isNegated, options.cohorts);
    case 'flag':
      return compileDependency(property.key, property, isNegated, options);
    default:
      return nobody;
  }
}

function compileGroupProperty(
  key: string,
  property: JsonObject,
  isNegated: boolean,
  options: PropertyOptions,
): CompiledProperty {
  const matcher = compileFilter(property, options.compileRegex);
  const index = property.group_type_index ?? options.groupTypeIndex;
  if (!matcher || typeof index !== 'number' || index < 0) return nobody;
  const whenMissing = matcher.whenMissing !== isNegated;
  return {
    // The key of a group is known from the request.
    ...(key === '$group_key' ? {} : { groupKey: { groupTypeIndex: index, key } }),
    usesClock: usesClock(property),
    test(subject, context) {
      const value = groupValue(subject, context, index, key);
      return value === undefined ? whenMissing : matcher.test(value, context.nowMs) !== isNegated;
    },
  };
}

function groupValue(
  subject: Subject,
  context: EvaluationContext,
  groupTypeIndex: number,
  key: string,
): unknown {
  const value = ownValue(groupPropertiesOf(subject, context, groupTypeIndex), key);
  if (value === undefined && key === '$group_key')
    return groupKeyOf(subject, context, groupTypeIndex);
  return value;
}

function compileCohort(
  property: JsonObject,
  isNegated: boolean,
  cohorts: CohortSet = NO_COHORTS,
): CompiledProperty {
  const id = Number(property.value);
  const compiled = cohorts.compiled.get(id);
  const cohort = { id, compiled };
  const operator = property.operator ?? 'in';
  const isKnown = operator === 'in' || operator === 'exact' || operator === 'not_in';
  if (!compiled || !isKnown) return { ...nobody, cohort };
  const wanted = (operator !== 'not_in') !== isNegated;
  return {
    cohort,
    usesClock: compiled.usesClock,
    test: (subject, context) => compiled.test(subject, context) === wanted,
  };
}

function compileDependency(
  idOrKey: string,
  property: JsonObject,
  isNegated: boolean,
  options: PropertyOptions,
): CompiledProperty {
  const { value: wanted, operator = 'flag_evaluates_to', dependency_chain: chain } = property;
  const isCyclic = Array.isArray(chain) && chain.length === 0;
  const flagKey = isCyclic ? undefined : (options.flagKeyOf ?? asGiven)(idOrKey);
  if (flagKey === undefined) return { test: nobody.test, flagKey: '' };
  if (operator !== 'flag_evaluates_to') return { test: nobody.test, flagKey };
  return {
    flagKey,
    test(_subject, context) {
      const value = context.flagValue?.(flagKey);
      if (value === undefined) return false;
      if (typeof wanted === 'boolean') return ((value !== false) === wanted) !== isNegated;
      return typeof wanted === 'string' && (value === wanted) !== isNegated;
    },
  };
}

function asGiven(idOrKey: string): string {
  return idOrKey;
}
