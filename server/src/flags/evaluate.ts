// The decision: what a flag is for a subject, and why. Pure and fast; never throws. Kill switch and
// override come first; then the steps of PostHog's flag server: early access, holdout, the condition sets
// in stored order.
import type { JsonObject } from '#kernel/json';
import { ownValue } from '#properties/property-value';
import {
  hashOf,
  isInRollout,
  onlyVariantIndex,
  rolloutHash,
  truncateDistinctId,
  variantHash,
  variantIndexAt,
} from './bucket.ts';
import { type CompiledCondition, type CompiledFlag, matchOutcome } from './compile.ts';
import type { Evaluation, ReasonCode } from './flag.ts';
import { hashPrefix } from './sha1.ts';
import { type EvaluationContext, type Subject, groupKeyOf, groupPropertiesOf } from './subject.ts';

export type { CompiledFlag, CompileOptions } from './compile.ts';
export { compileFlag } from './compile.ts';
export type { EvaluationContext, Subject } from './subject.ts';

/** Which reason is told when nothing matched: the highest, the later one among equals. */
const RANKS: Record<ReasonCode, number> = {
  super_condition_value: 6,
  holdout_condition_value: 5,
  condition_match: 4,
  out_of_rollout_bound: 3,
  no_condition_match: 2,
  no_group_type: 1,
  flag_disabled: 0,
  missing_dependency: -1,
};

/** Holdouts are shared by flags, so the flag's key takes no part in their hash. */
const HOLDOUT_PREFIX = hashPrefix('holdout-');

/**
 * Evaluates one flag. Equal outcomes are the same object, so that callers may keep what they derive
 * from one (its JSON text, for example) in a WeakMap.
 */
export function evaluateFlag(
  flag: CompiledFlag,
  subject: Subject,
  context: EvaluationContext,
): Evaluation {
  if (!flag.isActive) return flag.disabled;
  if (flag.killSwitch !== undefined && isOn(context.flagValue?.(flag.killSwitch))) {
    return flag.killed;
  }
  const forced = flag.overrides?.get(subject.distinctId);
  if (forced) return forced;
  try {
    return decide(flag, subject, context);
  } catch {
    // A property value nested deeper than the stack, for example.
    return flag.failed;
  }
}

/** True when the outcome may depend on what is stored about the person and `properties` does not say. */
export function needsStoredPerson(
  flag: CompiledFlag,
  properties: Subject['personProperties'],
): boolean {
  if (!flag.isActive) return false;
  if (flag.usesMembership || flag.keepsExperience) return true;
  return lacksAny(properties, flag.personKeys);
}

/** The group types, by index, of which the outcome may depend on a stored property that the subject lacks. */
export function storedGroupsNeeded(
  flag: CompiledFlag,
  subject: Pick<Subject, 'groups' | 'groupProperties'>,
  context: EvaluationContext,
): number[] {
  if (!flag.isActive || flag.groupKeys.size === 0) return [];
  return [...flag.groupKeys]
    .filter(
      ([index, keys]) =>
        groupKeyOf(subject, context, index) !== undefined &&
        lacksAny(groupPropertiesOf(subject, context, index) ?? {}, keys),
    )
    .map(([index]) => index);
}

function lacksAny(properties: JsonObject, keys: ReadonlySet<string>): boolean {
  for (const key of keys) {
    if (!Object.hasOwn(properties, key)) return true;
  }
  return false;
}

const isOn = (value: boolean | string | undefined): boolean =>
  value !== undefined && value !== false;

function decide(flag: CompiledFlag, subject: Subject, context: EvaluationContext): Evaluation {
  for (const key of flag.dependencies) {
    if (context.flagValue?.(key) === undefined) return flag.missingDependency;
  }
  if (subject.isPersonUnread && needsStoredPerson(flag, subject.personProperties)) {
    return flag.failed;
  }
  const { unreadGroupTypes: unread } = subject;
  if (
    unread &&
    storedGroupsNeeded(flag, subject, context).some((index) => unread.includes(index))
  ) {
    return flag.failed;
  }
  const early = flag.earlyAccess && decideEarlyAccess(flag, subject, context);
  if (early) return early;
  if (flag.holdout) {
    const { percentage, outcome } = flag.holdout;
    if (subject.isNameless && isShare(percentage) && flag.groupTypeIndex < 0) return flag.nameless;
    if (isHeldOut(flag, percentage, subject, context)) return outcome;
  }
  return decideConditions(flag, subject, context);
}

function decideConditions(
  flag: CompiledFlag,
  subject: Subject,
  context: EvaluationContext,
): Evaluation {
  let best = flag.noConditions;
  let bestRank = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < flag.conditions.length; index += 1) {
    const condition = flag.conditions[index] as CompiledCondition;
    const outcome = decideCondition(flag, condition, index, subject, context);
    if (outcome.enabled || outcome.failed) return outcome;
    if (flag.isEarlyExit && outcome === condition.outOfRollout) return outcome;
    const rank = RANKS[outcome.reason.code];
    if (rank >= bestRank) {
      best = outcome;
      bestRank = rank;
    }
  }
  return best;
}

/** What one condition set says by itself; `index` is its place. */
export function decideCondition(
  flag: CompiledFlag,
  condition: CompiledCondition,
  index: number,
  subject: Subject,
  context: EvaluationContext,
): Evaluation {
  let id: string | undefined;
  if (condition.groupTypeIndex >= 0) {
    id = groupKeyOf(subject, context, condition.groupTypeIndex);
    if (id === undefined) return condition.withoutGroup;
  } else {
    id = bucketingIdOf(flag, subject);
    if (id === undefined) return condition.withoutDevice;
  }
  if (!matchesAll(condition, subject, context)) return condition.noMatch;
  if (id === '' && subject.isNameless) return withoutHash(flag, condition, index);
  if (!isWithinShare(flag, condition, id)) return condition.outOfRollout;
  if (condition.overrideIndex >= 0) return matchOutcome(flag, index, condition.overrideIndex);
  if (flag.variantBounds.length === 0) return matchOutcome(flag, index, -1);
  const variantIndex = variantIndexAt(flag.variantBounds, variantHash(flag.prefix, id));
  return matchOutcome(flag, index, variantIndex);
}

/** A match of somebody who is not named: only what no hash decides has an outcome. */
function withoutHash(flag: CompiledFlag, condition: CompiledCondition, index: number): Evaluation {
  if (condition.percentage === 0) return condition.outOfRollout;
  if (condition.percentage !== 100) return flag.nameless;
  if (condition.overrideIndex >= 0) return matchOutcome(flag, index, condition.overrideIndex);
  if (flag.variantBounds.length === 0) return matchOutcome(flag, index, -1);
  const only = onlyVariantIndex(flag.variantBounds);
  return only < 0 ? flag.nameless : matchOutcome(flag, index, only);
}

/** Whether a percentage takes in some and not others. */
function isShare(percentage: number): boolean {
  return percentage > 0 && percentage < 100;
}

function matchesAll(
  condition: CompiledCondition,
  subject: Subject,
  context: EvaluationContext,
): boolean {
  for (const test of condition.tests) {
    if (!test(subject, context)) return false;
  }
  return true;
}

function isWithinShare(flag: CompiledFlag, condition: CompiledCondition, id: string): boolean {
  const { percentage } = condition;
  return percentage === 100 || isInRollout(rolloutHash(flag.prefix, id), percentage);
}

/** The id that persons are bucketed by; undefined for a device flag asked without a device id. */
export function bucketingIdOf(flag: CompiledFlag, subject: Subject): string | undefined {
  if (flag.definition.bucketingIdentifier === 'device_id') {
    const deviceId = subject.deviceId || ownValue(subject.personProperties, '$device_id');
    return typeof deviceId === 'string' && deviceId !== '' ? deviceId : undefined;
  }
  if (flag.keepsExperience) {
    const stored = ownValue(subject.hashKeyOverrides, flag.key);
    if (typeof stored === 'string') return stored;
    if (subject.anonDistinctId) return truncateDistinctId(subject.anonDistinctId);
  }
  return truncateDistinctId(subject.distinctId);
}

/** Undefined when the person has none of the properties by which people opt in or out. */
export function decideEarlyAccess(
  flag: CompiledFlag,
  subject: Subject,
  context: EvaluationContext,
): Evaluation | undefined {
  const { enrollmentKey, legacy, optedIn, optedOut } = flag.earlyAccess as NonNullable<
    CompiledFlag['earlyAccess']
  >;
  if (enrollmentKey !== undefined) {
    const value = ownValue(subject.personProperties, enrollmentKey);
    if (value !== undefined) return value === true || value === 'true' ? optedIn : optedOut;
  }
  if (!legacy || !legacy.keys.some((key) => Object.hasOwn(subject.personProperties, key))) {
    return undefined;
  }
  if (!matchesAll(legacy.condition, subject, context)) return optedOut;
  const id = bucketingIdOf(flag, subject) ?? subject.distinctId;
  if (id === '' && subject.isNameless && isShare(legacy.condition.percentage)) return flag.nameless;
  return isWithinShare(flag, legacy.condition, id) ? optedIn : optedOut;
}

function isHeldOut(
  flag: CompiledFlag,
  percentage: number,
  subject: Subject,
  context: EvaluationContext,
): boolean {
  return percentage === 100 || holdoutPosition(flag, subject, context) <= percentage / 100;
}

/** Where the subject falls among all for holdouts, 0 to 1: the first ones are held out. */
export function holdoutPosition(
  flag: CompiledFlag,
  subject: Subject,
  context: EvaluationContext,
): number {
  const id =
    flag.groupTypeIndex >= 0
      ? (groupKeyOf(subject, context, flag.groupTypeIndex) ?? '')
      : (bucketingIdOf(flag, subject) ?? truncateDistinctId(subject.distinctId));
  return hashOf(HOLDOUT_PREFIX, id, '');
}
