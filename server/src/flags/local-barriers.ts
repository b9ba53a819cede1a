// Which flags SDKs cannot evaluate by themselves exactly as Serin does. The definitions feed tells SDKs to
// ask the server for these. Only what a definition itself shows is told here; what lies in the data of a
// call (a number given as text, a date in a local zone) is listed in docs/sdk-compatibility.md.
import { conditionsOf } from '#cohorts/cohort';
import { reachableCohorts } from '#cohorts/served';
import type { CompiledFlag } from './compile.ts';
import type { FlagSet } from './flag-set.ts';
import type { FlagDefinition, Filters, Operator, Property } from './flag.ts';
import { isPortableRegex } from './portable-regex.ts';
import { type CohortSupport, isNegatedCohort, withoutCohorts } from './served-groups.ts';

/** By flag key, of those looked at: why SDKs must ask the server for the flag. */
type LocalBarriers = ReadonlyMap<string, string>;

/**
 * Why SDKs must ask the server for this flag; undefined when they need not. It follows from the flag, its
 * cohorts and its chain alone. SDKs say false to inactive flags without help.
 */
export function localBarrier(
  flag: CompiledFlag,
  set: FlagSet,
  support: CohortSupport,
): string | undefined {
  const barriers = new Map<string, string>();
  const world = { set, support, barriers };
  // Chains name targets first, so a flag's targets are always done before it.
  for (const key of set.chains.get(flag.key) ?? [flag.key]) {
    const link = set.byKey.get(key);
    const barrier = link?.isActive ? barrierOf(link, world) : undefined;
    if (barrier !== undefined) barriers.set(key, barrier);
  }
  return barriers.get(flag.key);
}

type World = {
  readonly set: FlagSet;
  /** What the asking SDK can do with cohorts. */
  readonly support: CohortSupport;
  /** Those found so far. */
  readonly barriers: LocalBarriers;
};

function barrierOf(flag: CompiledFlag, world: World): string | undefined {
  return (
    featureBarrier(flag.definition) ??
    conditionBarrier(flag.definition.filters, world) ??
    forcedBarrier(flag) ??
    dependencyBarrier(flag, world.set, world.barriers)
  );
}

/** Steps before the condition sets that no SDK (early access) or not every SDK (holdouts) takes. */
function featureBarrier({
  ensureExperienceContinuity,
  filters,
}: FlagDefinition): string | undefined {
  if (ensureExperienceContinuity) return 'experience continuity';
  if (filters.feature_enrollment || (filters.super_groups ?? []).length > 0) return 'early access';
  if (filters.holdout || (filters.holdout_groups ?? []).length > 0) return 'a holdout';
  return undefined;
}

function conditionBarrier(filters: Filters, world: World): string | undefined {
  if (world.support === 'none' && !withoutCohorts(filters.groups, world.set.cohorts.byId)) {
    return 'a cohort that cannot be spelt out';
  }
  const flagType = filters.aggregation_group_type_index ?? null;
  for (const group of filters.groups) {
    const groupType =
      group.aggregation_group_type_index === undefined
        ? flagType
        : group.aggregation_group_type_index;
    // SDKs look such conditions up among the properties of the flag's own group type.
    if (flagType !== null && groupType !== flagType) return 'conditions of different groups';
    for (const property of group.properties ?? []) {
      const barrier = propertyBarrier(property, groupType, world);
      if (barrier !== undefined) return barrier;
    }
  }
  return undefined;
}

/**
 * Why SDKs would decide this condition differently, wherever it stands; undefined when they would not.
 * @param groupType the group type that the condition set is evaluated for, null for people
 */
function propertyBarrier(
  property: Property,
  groupType: number | null,
  world: World,
): string | undefined {
  if (property.type === 'flag') {
    return groupType === null ? undefined : 'a flag condition of a group';
  }
  if (property.type === 'cohort') return cohortBarrier(property, groupType, world);
  if (property.negation) return 'a negated condition';
  const ownType = property.type === 'group' ? (property.group_type_index ?? groupType) : null;
  // SDKs read every property of a condition set from one place.
  if (ownType !== groupType) return 'conditions on people and groups together';
  return valueBarrier(property.operator ?? 'exact', property.value);
}

/** A cohort that lists people is no barrier: it is not served, and SDKs ask for what they miss. */
function cohortBarrier(
  property: Property,
  groupType: number | null,
  { set, support }: World,
): string | undefined {
  if (groupType !== null) return 'conditions on people and groups together';
  if (support === 'older' && isNegatedCohort(property)) return 'people outside of a cohort';
  const conditions = reachableCohorts([Number(property.value)], set.cohorts.byId).flatMap(
    ({ filters }) => conditionsOf(filters.properties),
  );
  for (const condition of conditions) {
    if (condition.type === 'cohort') continue;
    const barrier = valueBarrier(condition.operator ?? 'exact', condition.value);
    if (barrier !== undefined) return barrier;
  }
  return undefined;
}

/** Operators that every SDK decides alike; the rest differ in dates, pre-releases, or are not known. */
const SHARED: ReadonlySet<Operator> = new Set<Operator>([
  'exact',
  'is_not',
  'is_set',
  'is_not_set',
  'icontains',
  'not_icontains',
  'starts_with',
  'not_starts_with',
  'ends_with',
  'not_ends_with',
  'regex',
  'not_regex',
  'gt',
  'gte',
  'lt',
  'lte',
]);

function valueBarrier(operator: Operator, value: Property['value']): string | undefined {
  if (!SHARED.has(operator)) return `the operator ${operator}`;
  switch (operator) {
    case 'regex':
    case 'not_regex':
      return typeof value === 'string' && isPortableRegex(value)
        ? undefined
        : 'a regular expression that languages read differently';
    case 'exact':
    case 'is_not':
      // JavaScript cannot tell 5 from 5.0, so posthog-node compares no numbers as text.
      return [value].flat().some((item) => typeof item === 'number')
        ? 'a number compared as text'
        : undefined;
    default:
      return undefined;
  }
}

/** Overrides and kill switches are served as conditions on people. */
function forcedBarrier({ definition, killSwitch }: CompiledFlag): string | undefined {
  const { overrides = [] } = definition;
  if (overrides.length > 0) {
    if (usesGroups(definition.filters)) return 'overrides of a flag for groups';
    if (!overrides.every(({ distinctId }) => isPlain(distinctId)))
      return 'an override for a rare id';
  }
  return killSwitch !== undefined && usesGroups(definition.filters)
    ? 'the kill switch of a flag for groups'
    : undefined;
}

/** ASCII without control characters: what every SDK's regular expressions take. */
const isPlain = (text: string): boolean => /^[\x20-\x7e]+$/.test(text);

function usesGroups({ groups, aggregation_group_type_index: flagType }: Filters): boolean {
  const isGroup = (index: number | null | undefined) => index !== null && index !== undefined;
  return isGroup(flagType) || groups.some((group) => isGroup(group.aggregation_group_type_index));
}

/** posthog-python evaluates targets without asking whether it may, and without their groups (7.53). */
function dependencyBarrier(
  { dependencies, killSwitch, key }: CompiledFlag,
  set: FlagSet,
  known: LocalBarriers,
): string | undefined {
  const targets = killSwitch === undefined ? dependencies : [killSwitch, ...dependencies];
  if (targets.length > 0 && !set.chains.get(key)) return 'a flag that is missing';
  for (const target of targets) {
    const definition = set.byKey.get(target)?.definition;
    if (!definition) return 'a flag that is missing';
    if (known.has(target)) return `the flag ${target}`;
    if (usesGroups(definition.filters)) return `the flag ${target}, which is for groups`;
    if (target === killSwitch) {
      // Whoever may not see the kill switch is still protected by it; SDKs leave it out.
      if (definition.evaluationContexts.length > 0) return `the contexts of ${target}`;
    }
    // The server takes a flag of browsers for false when servers ask; SDKs evaluate it.
    if (dependencies.includes(target) && definition.evaluationRuntime === 'client') {
      return `the flag ${target}, which is for browsers`;
    }
  }
  return undefined;
}
