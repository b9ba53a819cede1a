// Lays cohorts out for evaluation: a dynamic one becomes a test of its person's properties, a static one a
// look into the cohorts that list the person. A cohort that cannot be evaluated (it asks for one that is
// gone, for itself, or for what people did) is left out: a condition on it holds for nobody, negated or not.
import { type CompileRegex, usesClock } from '#properties/match';
import {
  type PersonTest,
  type PropertyOwner,
  compilePersonProperty,
} from '#properties/person-property';
import {
  type CohortDefinition,
  type CohortGroup,
  type CohortNode,
  type CohortsById,
  type MemberCondition,
  type PersonCondition,
  cohortsIn,
  conditionsOf,
  isGroup,
} from './cohort.ts';

/** Of whom it is asked. */
export type CohortSubject = PropertyOwner & {
  /** The static cohorts that list the person. */
  readonly staticCohortIds?: readonly number[] | undefined;
};

export type CohortTest = (subject: CohortSubject, at: { readonly nowMs: number }) => boolean;

export type CompiledCohort = {
  readonly definition: CohortDefinition;
  readonly test: CohortTest;
  /** The cohorts that it asks for directly, by id. */
  readonly others: ReadonlyMap<number, CompiledCohort>;
  /** Stored person properties that the answer depends on. */
  readonly personKeys: ReadonlySet<string>;
  /** Static cohorts that the answer depends on. */
  readonly staticIds: ReadonlySet<number>;
  /** Whether the id asked for decides, rather than the person behind it alone. */
  readonly usesDistinctId: boolean;
  /** True when the answer may change by itself as time goes by. */
  readonly usesClock: boolean;
};

/** The cohorts of a project. */
export type CohortSet = {
  readonly byId: CohortsById;
  /** Those that can be evaluated. */
  readonly compiled: ReadonlyMap<number, CompiledCohort>;
};

export const NO_COHORTS: CohortSet = { byId: new Map(), compiled: new Map() };

/**
 * Lays out the cohorts of a project; deleted ones must not be among them. Of `previous` those are taken over
 * whose definition is at the same version, as long as it is so of all that they ask for.
 */
export function compileCohorts(
  definitions: readonly CohortDefinition[],
  compileRegex: CompileRegex,
  previous: CohortSet = NO_COHORTS,
): CohortSet {
  const byId = new Map(definitions.map((definition) => [definition.id, definition]));
  const run: Run = { byId, compileRegex, previous, done: new Map(), open: new Set() };
  for (const { id } of definitions) compileCohort(id, run);
  const compiled = [...run.done].flatMap(([id, cohort]) => (cohort ? [[id, cohort] as const] : []));
  return { byId, compiled: new Map(compiled) };
}

type Run = {
  readonly byId: CohortsById;
  readonly compileRegex: CompileRegex;
  readonly previous: CohortSet;
  readonly done: Map<number, CompiledCohort | undefined>;
  /** Those that are being laid out: meeting one again is a circle. */
  readonly open: Set<number>;
};

function compileCohort(id: number, run: Run): CompiledCohort | undefined {
  if (run.done.has(id)) return run.done.get(id);
  const definition = run.byId.get(id);
  if (!definition || run.open.has(id)) return undefined;
  run.open.add(id);
  const cohort = layOut(definition, run);
  run.open.delete(id);
  run.done.set(id, cohort);
  return cohort;
}

function layOut(definition: CohortDefinition, run: Run): CompiledCohort | undefined {
  const { id, version, isStatic, filters } = definition;
  if (conditionsOf(filters.properties).some((one) => one.type === 'behavioral')) return undefined;
  const others = new Map<number, CompiledCohort>();
  for (const otherId of cohortsIn(filters)) {
    const other = compileCohort(otherId, run);
    if (!other) return undefined;
    others.set(otherId, other);
  }
  const known = run.previous.compiled.get(id);
  const isSame =
    known?.definition.version === version &&
    [...others].every(([otherId, other]) => known.others.get(otherId) === other);
  if (isSame) return known;
  const needs: Needs = {
    others,
    personKeys: new Set(),
    staticIds: new Set(isStatic ? [id] : []),
    usesDistinctId: false,
    usesClock: false,
  };
  const test = isStatic ? isListed(id) : compileGroup(filters.properties, needs, run.compileRegex);
  return { definition, test, ...needs };
}

function isListed(id: number): CohortTest {
  return ({ staticCohortIds }) => staticCohortIds !== undefined && staticCohortIds.includes(id);
}

type Needs = {
  readonly others: ReadonlyMap<number, CompiledCohort>;
  readonly personKeys: Set<string>;
  readonly staticIds: Set<number>;
  usesDistinctId: boolean;
  usesClock: boolean;
};

function compileGroup(group: CohortGroup, needs: Needs, compileRegex: CompileRegex): CohortTest {
  const tests = group.values.map((node) => compileNode(node, needs, compileRegex));
  const isAll = group.type === 'AND';
  return (subject, at) => {
    for (const test of tests) {
      if (test(subject, at) !== isAll) return !isAll;
    }
    return isAll;
  };
}

function compileNode(node: CohortNode, needs: Needs, compileRegex: CompileRegex): CohortTest {
  if (isGroup(node)) return compileGroup(node, needs, compileRegex);
  if (node.type === 'behavioral') return nobody;
  return node.type === 'cohort'
    ? compileMember(node, needs)
    : compilePerson(node, needs, compileRegex);
}

function compileMember({ value, negation }: MemberCondition, needs: Needs): CohortTest {
  const other = needs.others.get(value);
  if (!other) return nobody;
  for (const key of other.personKeys) needs.personKeys.add(key);
  for (const id of other.staticIds) needs.staticIds.add(id);
  needs.usesDistinctId ||= other.usesDistinctId;
  needs.usesClock ||= other.usesClock;
  const { test } = other;
  return negation === true ? (subject, at) => !test(subject, at) : test;
}

function compilePerson(
  condition: PersonCondition,
  needs: Needs,
  compileRegex: CompileRegex,
): PersonTest {
  const compiled = compilePersonProperty(condition.key, { ...condition }, compileRegex);
  if (compiled?.personKey !== undefined) needs.personKeys.add(compiled.personKey);
  else needs.usesDistinctId = true;
  needs.usesClock ||= usesClock({ ...condition });
  return compiled?.test ?? nobody;
}

const nobody: PersonTest = () => false;
