// Turns one property condition into a yes-or-no question about a subject. Whatever cannot be understood
// answers no, negated or not: a broken condition must not hand a feature to anyone.
import { type JsonObject, isJsonObject } from '#kernel/json';
import { type CompileRegex, compileFilter } from '#properties/match';
import { compilePersonProperty } from '#properties/person-property';
import { ownValue } from '#properties/property-value';
import { type EvaluationContext, type Subject, groupKeyOf } from './subject.ts';

/** Answers one property condition. */
export type PropertyTest = (subject: Subject, context: EvaluationContext) => boolean;

export type CompiledProperty = {
  readonly test: PropertyTest;
  /** The stored person property that the answer depends on. */
  readonly personKey?: string;
  readonly usesCohort?: true;
  /** The other flag that the answer depends on; empty text when it cannot be resolved. */
  readonly flagKey?: string;
};

export type PropertyOptions = {
  readonly compileRegex: CompileRegex;
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
      return compilePersonProperty(property.key, property, options.compileRegex) ?? nobody;
    case 'group':
      return compileGroupProperty(property.key, property, isNegated, options);
    case 'cohort':
      return compileCohort(property, isNegated);
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
  const groupType = context.groupTypes?.[groupTypeIndex];
  if (groupType === undefined) return undefined;
  const all = subject.groupProperties;
  const properties = all && Object.hasOwn(all, groupType) ? all[groupType] : undefined;
  const value = ownValue(properties, key);
  if (value === undefined && key === '$group_key')
    return groupKeyOf(subject, context, groupTypeIndex);
  return value;
}

function compileCohort(property: JsonObject, isNegated: boolean): CompiledProperty {
  const cohortId = Number(property.value);
  const operator = property.operator ?? 'in';
  if (!Number.isInteger(cohortId)) return nobody;
  if (operator !== 'in' && operator !== 'exact' && operator !== 'not_in') return nobody;
  const wanted = (operator !== 'not_in') !== isNegated;
  return {
    usesCohort: true,
    test: (_subject, context) => context.isInCohort?.(cohortId) === wanted,
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
