// The definitions that SDKs evaluate by themselves: every flag of an environment in the form in which
// PostHog serves it, kill switch and overrides as conditions. What SDKs would decide differently is marked
// as a continuity flag, for which every SDK asks the server. Pure, so that equal flags give equal text and
// thereby an equal ETag.
import { servedCohorts } from '#cohorts/served';
import type { CompiledFlag } from './compile.ts';
import { type FlagSet, targetsOf } from './flag-set.ts';
import type { Filters, FlagOverride, Group, Property } from './flag.ts';
import { localBarrier } from './local-barriers.ts';
import { exactly } from './portable-regex.ts';
import { type CohortSupport, servedGroups } from './served-groups.ts';

/** Flags whose compiled forms the text of this flag's definition follows from, itself included. */
export function partsOf(flag: CompiledFlag, set: FlagSet): readonly (CompiledFlag | undefined)[] {
  const targets = targetsOf(flag).flatMap((key) => set.chains.get(key) ?? [key]);
  return [flag, ...targets.map((key) => set.byKey.get(key))];
}

/** JSON text of one flag's definition. */
export function definitionText(
  flag: CompiledFlag,
  set: FlagSet,
  projectId: number,
  support: CohortSupport,
): string {
  const { definition } = flag;
  const isAsked = localBarrier(flag, set, support) !== undefined;
  const groups = servedGroups(definition.filters.groups, set, support);
  const filters = { ...definition.filters, groups };
  return JSON.stringify({
    id: definition.id,
    team_id: projectId,
    name: definition.name,
    key: flag.key,
    filters: isAsked || !flag.isActive ? filters : withForced(filters, flag, set),
    deleted: false,
    active: flag.isActive,
    ensure_experience_continuity: isAsked,
    version: definition.version,
    evaluation_runtime: definition.evaluationRuntime,
    bucketing_identifier: definition.bucketingIdentifier,
    evaluation_contexts: definition.evaluationContexts,
    has_experiment: definition.hasExperiment,
  });
}

/** JSON text of what the definitions hold beside flags, without the braces. */
export function definitionsTail(
  groupTypes: readonly (string | undefined)[],
  { flags, cohorts }: FlagSet,
  support: CohortSupport,
): string {
  const mapping = groupTypes.flatMap((name, index) => (name === undefined ? [] : [[index, name]]));
  const names = Object.fromEntries(mapping) as Record<string, string>;
  const asked = flags.flatMap((flag) => [...flag.cohorts.keys()]);
  const served = support === 'none' ? {} : servedCohorts(asked, cohorts.byId);
  return `"group_type_mapping":${JSON.stringify(names)},"cohorts":${JSON.stringify(served)}`;
}

/**
 * JSON text of the definitions; inactive flags included, because SDKs then answer false without asking.
 * The three top-level keys must always be there: posthog-python reads them without a default.
 */
export function definitionsJson(flags: readonly string[], tail: string): string {
  return `{"flags":[${flags.join(',')}],${tail}}`;
}

/** Puts what decides before the condition sets into them. */
function withForced(filters: Filters, flag: CompiledFlag, set: FlagSet): Filters {
  const { overrides = [] } = flag.definition;
  const valid = overrides.filter(({ distinctId }) => flag.overrides?.has(distinctId));
  const kill = flag.killSwitch === undefined ? [] : [isOff(flag.killSwitch, set)];
  const off = valid.filter(({ value }) => value === false);
  const everywhere = off.length === 0 ? kill : [...kill, isOneOf(off, 'not_regex')];
  const byValue = Map.groupBy(
    valid.filter(({ value }) => value !== false),
    ({ value }) => value,
  );
  const forced = [...byValue].map(([value, own]): Group => ({
    properties: [...kill, isOneOf(own, 'regex')],
    rollout_percentage: 100,
    ...(value === true ? {} : { variant: String(value) }),
  }));
  if (everywhere.length === 0 && forced.length === 0) return filters;
  const groups = filters.groups.map((group) => ({
    ...group,
    properties: [...everywhere, ...(group.properties ?? [])],
  }));
  return { ...filters, groups: [...forced, ...groups] };
}

function isOff(killSwitch: string, set: FlagSet): Property {
  return {
    key: killSwitch,
    type: 'flag',
    operator: 'flag_evaluates_to',
    value: false,
    dependency_chain: set.chains.get(killSwitch) ?? [],
  };
}

function isOneOf(overrides: readonly FlagOverride[], operator: 'regex' | 'not_regex'): Property {
  const value = exactly(overrides.map(({ distinctId }) => distinctId));
  return { key: 'distinct_id', type: 'person', operator, value };
}
