// What a cohort is: people who belong together, listed one by one (static) or told by their properties and by
// what they did (dynamic). `CohortFilters` has the form in which PostHog's API exchanges it (snake_case), because it is
// stored, served and edited as it stands.
import type { JsonValue } from '#kernel/json';
import type { Operator } from '#properties/operator';
import type { BehaviouralCondition } from './behaviour.ts';

/** A condition on a property of the person. Without an operator it means `exact`. */
export type PersonCondition = {
  readonly type: 'person';
  readonly key: string;
  readonly operator?: Operator;
  readonly value?: JsonValue;
  /** Inverts the result. */
  readonly negation?: boolean;
};

/** Being in another cohort. */
export type MemberCondition = {
  readonly type: 'cohort';
  readonly key: 'id';
  readonly operator: 'in';
  /** The other cohort's id. */
  readonly value: number;
  /** True: not being in it. */
  readonly negation?: boolean;
};

export type CohortCondition = PersonCondition | MemberCondition | BehaviouralCondition;

/** All of the values (AND) or any (OR). */
export type CohortGroup = {
  readonly type: 'AND' | 'OR';
  readonly values: readonly CohortNode[];
};

export type CohortNode = CohortGroup | CohortCondition;

export type CohortFilters = { readonly properties: CohortGroup };

/** A cohort as far as evaluation and the definitions feed need it. */
export type CohortDefinition = {
  readonly id: number;
  readonly name: string;
  readonly isStatic: boolean;
  /** Of a static cohort: without values. */
  readonly filters: CohortFilters;
  /** Counts the changes, from 1. */
  readonly version: number;
};

/** A project's cohorts by id. */
export type CohortsById = ReadonlyMap<number, CohortDefinition>;

/** What a static cohort has for filters: its members are listed elsewhere. */
export const LISTED: CohortFilters = { properties: { type: 'OR', values: [] } };

export function isGroup(node: CohortNode): node is CohortGroup {
  return node.type === 'AND' || node.type === 'OR';
}

/** Every condition of a group, at any depth, in stored order. */
export function conditionsOf(group: CohortGroup): CohortCondition[] {
  return group.values.flatMap((node) => (isGroup(node) ? conditionsOf(node) : [node]));
}

/** The cohorts that a dynamic cohort asks for directly. */
export function cohortsIn({ properties }: CohortFilters): number[] {
  const members = conditionsOf(properties).filter(({ type }) => type === 'cohort');
  return [...new Set(members.map(({ value }) => Number(value)))];
}

/**
 * The cohorts that ask for what people did, themselves or through others: who is in them is calculated from time to
 * time. Static cohorts never do.
 */
export function cohortsByEvents(cohorts: CohortsById): ReadonlySet<number> {
  const known = new Map<number, boolean>();
  const look = (id: number): boolean => {
    const found = known.get(id);
    if (found !== undefined) return found;
    // Met again on the way, it adds nothing.
    known.set(id, false);
    const filters = cohorts.get(id)?.filters;
    const isSo =
      filters !== undefined &&
      (conditionsOf(filters.properties).some(({ type }) => type === 'behavioral') ||
        cohortsIn(filters).some(look));
    known.set(id, isSo);
    return isSo;
  };
  return new Set([...cohorts.keys()].filter(look));
}
