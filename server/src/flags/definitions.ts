// The definitions that SDKs evaluate by themselves: every flag of an environment in the form in which
// PostHog serves it. Pure, so that equal flags give equal text and thereby an equal ETag.
import type { FlagSet } from './flag-set.ts';
import type { FlagDefinition, Filters, Group, Property } from './flag.ts';

/**
 * JSON text of the definitions; inactive flags included, because SDKs then answer false without asking.
 * The three top-level keys must always be there: posthog-python reads them without a default.
 */
export function definitionsJson(
  set: FlagSet,
  groupTypes: readonly (string | undefined)[],
  projectId: number,
): string {
  const keyById = new Map(set.flags.map(({ key, definition }) => [String(definition.id), key]));
  const mapping = groupTypes.flatMap((name, index) => (name === undefined ? [] : [[index, name]]));
  return JSON.stringify({
    flags: set.flags.map(({ definition }) => served(definition, set, keyById, projectId)),
    group_type_mapping: Object.fromEntries(mapping) as Record<string, string>,
    cohorts: {},
  });
}

function served(
  flag: FlagDefinition,
  set: FlagSet,
  keyById: ReadonlyMap<string, string>,
  projectId: number,
) {
  return {
    id: flag.id,
    team_id: projectId,
    name: flag.name,
    key: flag.key,
    filters: servedFilters(flag.filters, set, keyById),
    deleted: false,
    active: flag.active,
    ensure_experience_continuity: flag.ensureExperienceContinuity,
    version: flag.version,
    evaluation_runtime: flag.evaluationRuntime,
    bucketing_identifier: flag.bucketingIdentifier,
    evaluation_contexts: flag.evaluationContexts,
    has_experiment: flag.hasExperiment,
  };
}

/** Stored dependencies name a flag's id; served ones name its key and the order of evaluation. */
function servedFilters(
  filters: Filters,
  set: FlagSet,
  keyById: ReadonlyMap<string, string>,
): Filters {
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
