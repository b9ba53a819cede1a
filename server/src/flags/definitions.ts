// The definitions that SDKs evaluate by themselves: every flag of an environment in the form in which
// PostHog serves it, kill switch and overrides as conditions. What SDKs would decide differently is marked
// as a continuity flag, for which every SDK asks the server. Pure, so that equal flags give equal text and
// thereby an equal ETag.
import type { CompiledFlag } from './compile.ts';
import type { FlagSet } from './flag-set.ts';
import type { Filters, FlagOverride, Group, Property } from './flag.ts';
import { localBarriers } from './local-barriers.ts';
import { exactly } from './portable-regex.ts';

/**
 * JSON text of the definitions; inactive flags included, because SDKs then answer false without asking.
 * The three top-level keys must always be there: posthog-python reads them without a default.
 */
export function definitionsJson(
  set: FlagSet,
  groupTypes: readonly (string | undefined)[],
  projectId: number,
): string {
  const mapping = groupTypes.flatMap((name, index) => (name === undefined ? [] : [[index, name]]));
  const world: World = {
    set,
    projectId,
    barriers: localBarriers(set),
    keyById: new Map(set.flags.map(({ key, definition }) => [String(definition.id), key])),
  };
  return JSON.stringify({
    flags: set.flags.map((flag) => served(flag, world)),
    group_type_mapping: Object.fromEntries(mapping) as Record<string, string>,
    cohorts: {},
  });
}

type World = {
  readonly set: FlagSet;
  readonly projectId: number;
  readonly barriers: ReadonlyMap<string, string>;
  readonly keyById: ReadonlyMap<string, string>;
};

function served(flag: CompiledFlag, world: World) {
  const { definition } = flag;
  const isAsked = world.barriers.has(flag.key);
  const filters = servedFilters(definition.filters, world);
  return {
    id: definition.id,
    team_id: world.projectId,
    name: definition.name,
    key: flag.key,
    filters: isAsked || !flag.isActive ? filters : withForced(filters, flag, world),
    deleted: false,
    active: flag.isActive,
    ensure_experience_continuity: isAsked,
    version: definition.version,
    evaluation_runtime: definition.evaluationRuntime,
    bucketing_identifier: definition.bucketingIdentifier,
    evaluation_contexts: definition.evaluationContexts,
    has_experiment: definition.hasExperiment,
  };
}

/** Stored dependencies name a flag's id; served ones name its key and the order of evaluation. */
function servedFilters(filters: Filters, { set, keyById }: World): Filters {
  const property = (stored: Property): Property => {
    if (stored.type !== 'flag') return stored;
    const key = keyById.get(stored.key) ?? stored.key;
    return { ...stored, key, dependency_chain: set.chains.get(key) ?? [] };
  };
  const group = (stored: Group): Group => ({
    ...stored,
    properties: stored.properties?.map(property) ?? [],
  });
  return { ...filters, groups: filters.groups.map(group) };
}

/** Puts what decides before the condition sets into them. */
function withForced(filters: Filters, flag: CompiledFlag, { set }: World): Filters {
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
