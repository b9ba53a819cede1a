// Cohorts in the form that SDKs evaluate by themselves. Static ones and those by events are left out: an SDK
// that misses a cohort asks the server.
import {
  type CohortDefinition,
  type CohortGroup,
  type CohortNode,
  type CohortsById,
  type PersonCondition,
  cohortsByEvents,
  cohortsIn,
  isGroup,
} from './cohort.ts';

/**
 * The cohorts that are asked for, directly or through others, ordered by id.
 * @param asked ids; unknown ones are passed over.
 */
export function reachableCohorts(
  asked: Iterable<number>,
  cohorts: CohortsById,
): CohortDefinition[] {
  const reached = new Map<number, CohortDefinition>();
  const waiting = [...asked];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    const cohort = cohorts.get(id);
    if (!cohort || reached.has(id)) continue;
    reached.set(id, cohort);
    waiting.push(...cohortsIn(cohort.filters));
  }
  return [...reached.values()].toSorted((a, b) => a.id - b.id);
}

/** Every dynamic cohort by properties among those that {@link reachableCohorts} finds, by its id as text. */
export function servedCohorts(
  asked: Iterable<number>,
  cohorts: CohortsById,
): Record<string, CohortGroup> {
  const byEvents = cohortsByEvents(cohorts);
  const dynamic = reachableCohorts(asked, cohorts).filter(
    ({ id, isStatic }) => !isStatic && !byEvents.has(id),
  );
  return Object.fromEntries(
    dynamic.map(({ id, filters }) => [String(id), served(filters.properties)]),
  );
}

/**
 * Groups and conditions never stand side by side: posthog-node judges a list by its first entry. SDKs expect
 * `negation` on every condition.
 */
function served({ type, values }: CohortGroup): CohortGroup {
  const isMixed = values.some(isGroup) && !values.every(isGroup);
  return {
    type,
    values: values.map((node): CohortNode => {
      if (isGroup(node)) return served(node);
      const condition = { ...node, negation: node.negation === true };
      return isMixed ? { type: 'AND', values: [condition] } : condition;
    }),
  };
}

/** Alternatives that a cohort may be spelt out in before it is left to the server. */
const MAX_ALTERNATIVES = 20;
/** Conditions of all alternatives together. */
const MAX_SPELT_OUT = 200;

/**
 * The cohort as alternatives of plain conditions on person properties, of which one must hold entirely, for
 * SDKs that know no cohorts. Undefined when it cannot be said so: it lists its people, asks for what they did,
 * negates something, or comes to too much.
 */
export function spelledOut(
  id: number,
  cohorts: CohortsById,
): readonly (readonly PersonCondition[])[] | undefined {
  const cohort = cohorts.get(id);
  if (!cohort || cohort.isStatic) return undefined;
  return alternativesOf(cohort.filters.properties, cohorts, [id]);
}

type Alternatives = readonly (readonly PersonCondition[])[];

function alternativesOf(
  node: CohortNode,
  cohorts: CohortsById,
  within: readonly number[],
): Alternatives | undefined {
  if (isGroup(node)) {
    const parts: Alternatives[] = [];
    for (const value of node.values) {
      const part = alternativesOf(value, cohorts, within);
      if (!part) return undefined;
      parts.push(part);
    }
    return bounded(node.type === 'OR' ? parts.flat() : combined(parts));
  }
  if (node.negation === true) return undefined;
  if (node.type === 'person') return [[node]];
  if (node.type === 'behavioral') return undefined;
  const other = cohorts.get(node.value);
  if (!other || other.isStatic || within.includes(other.id)) return undefined;
  return alternativesOf(other.filters.properties, cohorts, [...within, other.id]);
}

/** Each choice of one alternative per part, or nothing at all when that is too many. */
function combined(parts: readonly Alternatives[]): Alternatives {
  return parts.reduce<Alternatives>(
    (choices, part) =>
      choices.length * part.length > MAX_ALTERNATIVES
        ? TOO_MANY
        : choices.flatMap((choice) => part.map((more) => [...choice, ...more])),
    [[]],
  );
}

const TOO_MANY: Alternatives = Array.from({ length: MAX_ALTERNATIVES + 1 }, () => []);

function bounded(alternatives: Alternatives): Alternatives | undefined {
  const size = alternatives.reduce((sum, conditions) => sum + conditions.length, 0);
  return alternatives.length > MAX_ALTERNATIVES || size > MAX_SPELT_OUT ? undefined : alternatives;
}
