// One condition set for one person, taken apart: every property with what the person has, the place of
// the person among all, the variant that place falls into.
import type { JsonValue } from '#kernel/json';
import { currentPropertyOf } from '#properties/initial-properties';
import { ownValue } from '#properties/property-value';
import { isInRollout, rolloutHash, variantHash, variantIndexAt } from './bucket.ts';
import { compileProperty } from './compile-property.ts';
import type { CompileOptions, CompiledCondition, CompiledFlag } from './compile.ts';
import { bucketingIdOf, decideCondition } from './evaluate.ts';
import type { Group, Property, PropertyType, ReasonCode } from './flag.ts';
import { type EvaluationContext, type Subject, groupKeyOf } from './subject.ts';

/** Where a value that was compared comes from. */
export const ACTUAL_SOURCES = ['request', 'stored', 'evaluated', 'missing'] as const;
type ActualSource = (typeof ACTUAL_SOURCES)[number];

type PropertyExplanation = {
  readonly key: string;
  readonly type: PropertyType;
  readonly operator: string;
  readonly isNegated: boolean;
  readonly wanted: JsonValue;
  /** Null also when the person does not have it; see `source`. Of a cohort: whether the person is in it. */
  readonly actual: JsonValue;
  readonly source: ActualSource;
  readonly groupTypeIndex: number | null;
  readonly isMatched: boolean;
};

/** What a share was dealt out by. */
export const BUCKETED_BY = [
  'distinct_id',
  'device_id',
  'group_key',
  'anonymous_id',
  'kept_id',
] as const;

type BucketExplanation = {
  readonly by: (typeof BUCKETED_BY)[number];
  readonly id: string;
  /** Where the id falls among all, 0 to 100; in when it is not above the percentage. */
  readonly position: number;
  readonly percentage: number;
  readonly isIn: boolean;
};

type VariantExplanation = {
  readonly key: string | null;
  readonly isForced: boolean;
  /** Where the id falls among the variants, 0 to 100, and the range of this one. */
  readonly position: number;
  readonly from: number;
  readonly to: number;
};

export type ConditionExplanation = {
  readonly index: number;
  /** What this condition set says by itself. */
  readonly code: ReasonCode;
  readonly properties: readonly PropertyExplanation[];
  /** Null when there is no id to deal out by: no such group, no device id. */
  readonly bucket: BucketExplanation | null;
  /** Of flags with variants, whoever the share leaves out included. */
  readonly variant: VariantExplanation | null;
};

/** Everything that an explanation is made of. */
export type Question = {
  readonly flag: CompiledFlag;
  readonly subject: Subject;
  readonly context: EvaluationContext;
  readonly options: CompileOptions;
  /** Of the subject's properties, those that came with the request: the rest is stored. */
  readonly given: Pick<Subject, 'personProperties' | 'groupProperties'>;
};

/** One explanation per condition set, in stored order. */
export function explainConditions(question: Question): ConditionExplanation[] {
  const { flag } = question;
  const { groups } = flag.definition.filters;
  return flag.conditions.map((condition, index) =>
    explainCondition(question, condition, groups[index] ?? {}, index),
  );
}

function explainCondition(
  question: Question,
  condition: CompiledCondition,
  group: Group,
  index: number,
): ConditionExplanation {
  const { flag, subject, context } = question;
  const bucket = explainBucket(question, condition);
  return {
    index,
    code: decideCondition(flag, condition, index, subject, context).reason.code,
    properties: (group.properties ?? []).map((property) =>
      explainProperty(question, property, condition.groupTypeIndex),
    ),
    bucket,
    variant: bucket && explainVariant(flag, condition, bucket.id),
  };
}

function explainBucket(
  { flag, subject, context }: Question,
  { groupTypeIndex, percentage }: CompiledCondition,
): BucketExplanation | null {
  const isByGroup = groupTypeIndex >= 0;
  const id = isByGroup
    ? groupKeyOf(subject, context, groupTypeIndex)
    : bucketingIdOf(flag, subject);
  if (id === undefined) return null;
  const hash = rolloutHash(flag.prefix, id);
  return {
    by: isByGroup ? 'group_key' : bucketedBy(flag, subject),
    id,
    position: hash * 100,
    percentage,
    isIn: isInRollout(hash, percentage),
  };
}

function bucketedBy(
  { key, definition }: CompiledFlag,
  { hashKeyOverrides, anonDistinctId }: Subject,
): BucketExplanation['by'] {
  if (definition.bucketingIdentifier === 'device_id') return 'device_id';
  if (!definition.ensureExperienceContinuity) return 'distinct_id';
  if (typeof ownValue(hashKeyOverrides, key) === 'string') return 'kept_id';
  return anonDistinctId ? 'anonymous_id' : 'distinct_id';
}

function explainVariant(
  { prefix, variantBounds, variantKeys }: CompiledFlag,
  { overrideIndex }: CompiledCondition,
  id: string,
): VariantExplanation | null {
  if (variantKeys.length === 0) return null;
  const hash = variantHash(prefix, id);
  const isForced = overrideIndex >= 0;
  const index = isForced ? overrideIndex : variantIndexAt(variantBounds, hash);
  return {
    key: variantKeys[index] ?? null,
    isForced,
    position: hash * 100,
    from: (variantBounds[index - 1] ?? 0) * 100,
    to: (variantBounds[index] ?? 1) * 100,
  };
}

function explainProperty(
  question: Question,
  property: Property,
  groupTypeIndex: number,
): PropertyExplanation {
  const { subject, context, options } = question;
  const { test } = compileProperty(property, { ...options, groupTypeIndex });
  const isMatched = test(subject, context);
  const isOfGroup = property.type === 'group';
  const index = isOfGroup ? (property.group_type_index ?? groupTypeIndex) : null;
  return {
    key: property.key,
    type: property.type ?? 'person',
    operator: property.operator ?? 'exact',
    isNegated: property.negation === true,
    wanted: property.value ?? null,
    ...actualOf(question, property, index ?? -1),
    groupTypeIndex: index,
    isMatched,
  };
}

type Actual = Pick<PropertyExplanation, 'actual' | 'source'>;
const MISSING: Actual = { actual: null, source: 'missing' };

function actualOf(question: Question, property: Property, groupTypeIndex: number): Actual {
  switch (property.type) {
    case 'cohort': {
      const cohort = question.options.cohorts?.compiled.get(Number(property.value));
      if (!cohort) return MISSING;
      return { actual: cohort.test(question.subject, question.context), source: 'evaluated' };
    }
    case 'flag': {
      const key = question.options.flagKeyOf?.(property.key) ?? property.key;
      const value = question.context.flagValue?.(key);
      return value === undefined ? MISSING : { actual: value, source: 'evaluated' };
    }
    case 'group':
      return groupActual(question, property.key, groupTypeIndex);
    default:
      return personActual(question, property.key);
  }
}

function personActual({ subject, given }: Question, key: string): Actual {
  if (key === 'distinct_id') return { actual: subject.distinctId, source: 'request' };
  const { personProperties: all } = subject;
  const read = Object.hasOwn(all, key) ? key : (currentPropertyOf(key) ?? key);
  const value = ownValue(all, read);
  if (value === undefined) return MISSING;
  const isGiven = Object.hasOwn(given.personProperties, read);
  return { actual: value as JsonValue, source: isGiven ? 'request' : 'stored' };
}

function groupActual({ subject, context, given }: Question, key: string, index: number): Actual {
  const groupType = context.groupTypes?.[index];
  if (groupType === undefined) return MISSING;
  const value = ownValue(ownOf(subject.groupProperties, groupType), key);
  if (value !== undefined) {
    const isGiven = ownValue(ownOf(given.groupProperties, groupType), key) !== undefined;
    return { actual: value as JsonValue, source: isGiven ? 'request' : 'stored' };
  }
  const groupKey = key === '$group_key' ? groupKeyOf(subject, context, index) : undefined;
  return groupKey === undefined ? MISSING : { actual: groupKey, source: 'request' };
}

function ownOf(all: Subject['groupProperties'], groupType: string) {
  return all && Object.hasOwn(all, groupType) ? all[groupType] : undefined;
}
