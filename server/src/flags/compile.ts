// Reads a flag's stored form once and lays it out for evaluation: property conditions as functions,
// variant bounds summed, every possible outcome made ahead. Accepts any JSON and never throws.
import type { CompiledCohort } from '#cohorts/compile';
import { isJsonObject } from '#kernel/json';
import { variantBounds } from './bucket.ts';
import {
  type CompiledProperty,
  type PropertyOptions,
  type PropertyTest,
  compileProperty,
} from './compile-property.ts';
import type { Evaluation, FlagDefinition } from './flag.ts';
import { forcedOutcomes, hit, miss } from './outcome.ts';
import { type HashPrefix, hashPrefix } from './sha1.ts';

/** One condition set, ready to be asked. */
export type CompiledCondition = {
  readonly tests: readonly PropertyTest[];
  /** 0 to 100. */
  readonly percentage: number;
  /** -1 for persons. */
  readonly groupTypeIndex: number;
  /** The variant that this set forces, as an index, or -1. */
  readonly overrideIndex: number;
  readonly noMatch: Evaluation;
  readonly outOfRollout: Evaluation;
  /** The same reason for a device flag asked without a device id; it never ends the evaluation. */
  readonly withoutDevice: Evaluation;
  readonly withoutGroup: Evaluation;
  /** Outcomes of a match: [0] without a variant, [i + 1] with variant i. Filled on first use. */
  readonly matches: (Evaluation | undefined)[];
};

type CompiledEarlyAccess = {
  /** The person property by which people opt in. */
  readonly enrollmentKey: string | undefined;
  /** The older form: decides for people who have any of these properties. */
  readonly legacy:
    | { readonly keys: readonly string[]; readonly condition: CompiledCondition }
    | undefined;
  readonly optedIn: Evaluation;
  readonly optedOut: Evaluation;
};

export type CompiledFlag = {
  readonly key: string;
  readonly definition: FlagDefinition;
  readonly isActive: boolean;
  readonly prefix: HashPrefix;
  readonly conditions: readonly CompiledCondition[];
  readonly variantKeys: readonly string[];
  readonly variantBounds: readonly number[];
  readonly isEarlyExit: boolean;
  readonly earlyAccess: CompiledEarlyAccess | undefined;
  readonly holdout: { readonly percentage: number; readonly outcome: Evaluation } | undefined;
  /** Of the flag as a whole, for the holdout; -1 for persons. */
  readonly groupTypeIndex: number;
  /** Keys of the flags that conditions name; empty text for one that does not exist. */
  readonly dependencies: readonly string[];
  /** Key of the flag that switches this one off; undefined when it has none, or none that exists. */
  readonly killSwitch: string | undefined;
  /** By distinct id; undefined without overrides. */
  readonly overrides: ReadonlyMap<string, Evaluation> | undefined;
  /** Stored person properties that the outcome may depend on. */
  readonly personKeys: ReadonlySet<string>;
  /** The cohorts that conditions ask for directly, by id; undefined for one that cannot be asked. */
  readonly cohorts: ReadonlyMap<number, CompiledCohort | undefined>;
  /** Whether the outcome depends on the lists of static cohorts, which are stored with the person. */
  readonly usesMembership: boolean;
  /** Stored group properties that the outcome may depend on, by group type index. */
  readonly groupKeys: ReadonlyMap<number, ReadonlySet<string>>;
  /** True when the outcome may change by itself as time goes by. */
  readonly usesClock: boolean;
  /** People are bucketed by the id that they had before login. */
  readonly keepsExperience: boolean;
  readonly disabled: Evaluation;
  readonly killed: Evaluation;
  readonly missingDependency: Evaluation;
  readonly noConditions: Evaluation;
  readonly failed: Evaluation;
  /** Fails because a hash would decide and the request names nobody. */
  readonly nameless: Evaluation;
};

export type CompileOptions = Pick<PropertyOptions, 'compileRegex' | 'cohorts' | 'flagKeyOf'>;

/** Lays a flag out for {@link evaluateFlag}. */
export function compileFlag(definition: FlagDefinition, options: CompileOptions): CompiledFlag {
  const { key } = definition;
  const filters: Record<string, unknown> = isJsonObject(definition.filters)
    ? definition.filters
    : {};
  const variants = readVariants(filters);
  const needs: Needs = {
    personKeys: new Set(),
    groupKeys: new Map(),
    dependencies: new Set(),
    cohorts: new Map(),
    usesMembership: false,
    usesClock: false,
  };
  const read: Reading = {
    key,
    options,
    needs,
    variantKeys: variants.map((variant) => variant.key),
    flagGroupTypeIndex: groupIndexOf(filters.aggregation_group_type_index),
  };
  const conditions = listOf(filters.groups).map((group, index) =>
    readCondition(group, index, read),
  );
  const earlyAccess = readEarlyAccess(filters, read);
  return {
    key,
    definition,
    isActive: definition.active,
    prefix: hashPrefix(`${key}.`),
    conditions,
    variantKeys: read.variantKeys,
    variantBounds: variantBounds(variants.map((variant) => variant.percentage)),
    isEarlyExit: filters.early_exit === true,
    earlyAccess,
    holdout: readHoldout(filters, definition),
    groupTypeIndex: read.flagGroupTypeIndex,
    dependencies: [...needs.dependencies],
    killSwitch: readKillSwitch(definition, options),
    overrides: forcedOutcomes(definition, read.variantKeys),
    personKeys: needs.personKeys,
    cohorts: needs.cohorts,
    usesMembership: needs.usesMembership,
    groupKeys: needs.groupKeys,
    usesClock: needs.usesClock,
    keepsExperience:
      definition.ensureExperienceContinuity && definition.bucketingIdentifier === 'distinct_id',
    ...fixedOutcomes(key),
  };
}

/** Outcomes that no condition set decides. */
function fixedOutcomes(key: string) {
  return {
    disabled: miss(key, 'flag_disabled', null),
    killed: miss(key, 'flag_disabled', null, 'kill_switch'),
    missingDependency: miss(key, 'missing_dependency', null),
    noConditions: miss(key, 'no_condition_match', null),
    failed: { ...miss(key, 'no_condition_match', null), failed: true },
    nameless: { ...miss(key, 'no_condition_match', null), failed: true },
  };
}

/** The outcome of a match in condition set `index` with a variant (-1: none); always the same object. */
export function matchOutcome(flag: CompiledFlag, index: number, variantIndex: number): Evaluation {
  const { matches } = flag.conditions[index] as CompiledCondition;
  const known = matches[variantIndex + 1];
  if (known) return known;
  const variant = flag.variantKeys[variantIndex] ?? null;
  const made = hit(flag.definition, variant, 'condition_match', index);
  matches[variantIndex + 1] = made;
  return made;
}

type Needs = {
  readonly personKeys: Set<string>;
  readonly groupKeys: Map<number, Set<string>>;
  readonly dependencies: Set<string>;
  readonly cohorts: Map<number, CompiledCohort | undefined>;
  usesMembership: boolean;
  usesClock: boolean;
};

type Reading = {
  readonly key: string;
  readonly options: CompileOptions;
  readonly needs: Needs;
  readonly variantKeys: readonly string[];
  readonly flagGroupTypeIndex: number;
};

function readCondition(group: unknown, index: number, read: Reading): CompiledCondition {
  const { key, variantKeys } = read;
  const fields: Record<string, unknown> = isJsonObject(group) ? group : { properties: false };
  const groupTypeIndex = Object.hasOwn(fields, 'aggregation_group_type_index')
    ? groupIndexOf(fields.aggregation_group_type_index)
    : read.flagGroupTypeIndex;
  const percentage = fields.rollout_percentage ?? 100;
  return {
    tests: readProperties(fields.properties, { ...read.options, groupTypeIndex }, read.needs),
    // NaN compares false with every hash: a percentage that is no number lets nobody in.
    percentage: typeof percentage === 'number' ? percentage : Number.NaN,
    groupTypeIndex,
    overrideIndex: typeof fields.variant === 'string' ? variantKeys.indexOf(fields.variant) : -1,
    noMatch: miss(key, 'no_condition_match', index),
    outOfRollout: miss(key, 'out_of_rollout_bound', index),
    withoutDevice: miss(key, 'out_of_rollout_bound', index),
    withoutGroup: miss(key, 'no_group_type', index),
    matches: Array.from({ length: variantKeys.length + 1 }),
  };
}

function readProperties(
  properties: unknown,
  options: PropertyOptions,
  needs: Needs,
): readonly PropertyTest[] {
  if (properties === undefined || properties === null) return [];
  if (!Array.isArray(properties)) return [() => false];
  const compiled = properties.map((property: unknown) => compileProperty(property, options));
  for (const property of compiled) addNeeds(needs, property);
  return compiled.toSorted((a, b) => costOf(a) - costOf(b)).map(({ test }) => test);
}

function addNeeds(needs: Needs, property: CompiledProperty): void {
  const { personKey, groupKey, cohort, flagKey } = property;
  if (personKey !== undefined) needs.personKeys.add(personKey);
  if (flagKey !== undefined) needs.dependencies.add(flagKey);
  if (groupKey) {
    const keys = needs.groupKeys.get(groupKey.groupTypeIndex) ?? new Set();
    needs.groupKeys.set(groupKey.groupTypeIndex, keys.add(groupKey.key));
  }
  if (property.usesClock) needs.usesClock = true;
  if (!cohort) return;
  needs.cohorts.set(cohort.id, cohort.compiled);
  for (const key of cohort.compiled?.personKeys ?? []) needs.personKeys.add(key);
  if (cohort.compiled && cohort.compiled.staticIds.size > 0) needs.usesMembership = true;
}

/** Flags first (already known), cohorts last (the dearest). The order changes no result. */
function costOf(property: CompiledProperty): number {
  if (property.flagKey !== undefined) return 0;
  return property.cohort ? 2 : 1;
}

function readVariants(filters: Record<string, unknown>): { key: string; percentage: number }[] {
  const variants = isJsonObject(filters.multivariate) ? filters.multivariate.variants : undefined;
  return listOf(variants)
    .filter((variant) => isJsonObject(variant))
    .map((variant) => ({
      key: typeof variant.key === 'string' ? variant.key : '',
      percentage: typeof variant.rollout_percentage === 'number' ? variant.rollout_percentage : 0,
    }));
}

function readEarlyAccess(
  filters: Record<string, unknown>,
  read: Reading,
): CompiledEarlyAccess | undefined {
  const enrollmentKey =
    filters.feature_enrollment === true ? `$feature_enrollment/${read.key}` : undefined;
  const group = listOf(filters.super_groups)[0];
  if (enrollmentKey === undefined && !isJsonObject(group)) return undefined;
  if (enrollmentKey !== undefined) read.needs.personKeys.add(enrollmentKey);
  const person = { ...read, flagGroupTypeIndex: -1 };
  const keys = listOf(isJsonObject(group) ? group.properties : undefined)
    .map((property) => (isJsonObject(property) ? property.key : undefined))
    .filter((key) => typeof key === 'string');
  return {
    enrollmentKey,
    legacy: isJsonObject(group) ? { keys, condition: readCondition(group, 0, person) } : undefined,
    optedIn: hit({ key: read.key, filters }, null, 'super_condition_value', 0),
    optedOut: miss(read.key, 'super_condition_value', 0),
  };
}

function readHoldout(
  filters: Record<string, unknown>,
  definition: FlagDefinition,
): CompiledFlag['holdout'] {
  const { holdout } = filters;
  if (isJsonObject(holdout)) {
    const { id, exclusion_percentage: percentage } = holdout;
    if (typeof percentage !== 'number' || typeof id !== 'number') return undefined;
    const outcome = hit(definition, `holdout-${id}`, 'holdout_condition_value', null);
    return { percentage: Math.min(100, Math.max(0, percentage)), outcome };
  }
  const group = listOf(filters.holdout_groups)[0];
  if (!isJsonObject(group) || typeof group.rollout_percentage !== 'number') return undefined;
  const variant = typeof group.variant === 'string' ? group.variant : 'holdout';
  const outcome = hit(definition, variant, 'holdout_condition_value', null);
  return { percentage: Math.min(100, Math.max(0, group.rollout_percentage)), outcome };
}

/** A kill switch that is gone (archived, deleted) switches nothing off. */
function readKillSwitch(
  { killSwitchId }: FlagDefinition,
  { flagKeyOf }: CompileOptions,
): string | undefined {
  if (killSwitchId === undefined || killSwitchId === null) return undefined;
  return flagKeyOf?.(String(killSwitchId));
}

function groupIndexOf(value: unknown): number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : -1;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
