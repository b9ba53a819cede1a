// Condition sets as SDKs are served them: dependencies by key and in order of evaluation, conditions on
// cohorts in the one form that every SDK reads alike, or spelt out for SDKs that know no cohorts.
import type { CohortsById } from '#cohorts/cohort';
import { spelledOut } from '#cohorts/served';
import type { FlagSet } from './flag-set.ts';
import type { Group, Property } from './flag.ts';

/**
 * What the asking SDK can do with cohorts.
 * - `current`: it evaluates them, `not_in` included.
 * - `older`: it evaluates them, but takes `not_in` for `in` (posthog-node up to 4, which asks by the older
 *   path).
 * - `none`: it knows no cohorts.
 */
export type CohortSupport = 'current' | 'older' | 'none';

export function servedGroups(
  groups: readonly Group[],
  set: FlagSet,
  support: CohortSupport,
): Group[] {
  const spelled = support === 'none' ? withoutCohorts(groups, set.cohorts.byId) : undefined;
  return (spelled ?? groups).map((group) => ({
    ...group,
    properties: group.properties?.map((property) => servedProperty(property, set)) ?? [],
  }));
}

/** Stored dependencies name a flag's id; served ones name its key and the order of evaluation. */
function servedProperty(stored: Property, set: FlagSet): Property {
  if (stored.type === 'cohort') {
    // posthog-node reads over `negation` here, so the operator must say it.
    const { negation: _, ...named } = stored;
    return { ...named, operator: isNegatedCohort(stored) ? 'not_in' : 'in' };
  }
  if (stored.type !== 'flag') return stored;
  const key = set.keyById.get(stored.key) ?? stored.key;
  return { ...stored, key, dependency_chain: set.chains.get(key) ?? [] };
}

/** True for a condition that asks for people outside of a cohort. */
export function isNegatedCohort({ type, operator, negation }: Property): boolean {
  return type === 'cohort' && (operator === 'not_in') !== (negation === true);
}

/**
 * The same condition sets without cohorts: each set as one set per alternative of the cohorts it asks for.
 * Undefined when one of them cannot be said so.
 */
export function withoutCohorts(
  groups: readonly Group[],
  cohorts: CohortsById,
): Group[] | undefined {
  const all: Group[] = [];
  for (const group of groups) {
    let sets: readonly (readonly Property[])[] = [[]];
    for (const property of group.properties ?? []) {
      const choices = property.type === 'cohort' ? alternatives(property, cohorts) : [[property]];
      if (!choices || choices.length * sets.length > MAX_SETS) return undefined;
      sets = sets.flatMap((set) => choices.map((choice) => [...set, ...choice]));
    }
    all.push(...sets.map((properties) => ({ ...group, properties })));
  }
  return all.length > MAX_SETS ? undefined : all;
}

/** As many as a flag may have. */
const MAX_SETS = 200;

function alternatives(
  property: Property,
  cohorts: CohortsById,
): readonly (readonly Property[])[] | undefined {
  return isNegatedCohort(property) ? undefined : spelledOut(Number(property.value), cohorts);
}
