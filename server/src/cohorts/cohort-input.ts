// Cohort filters as people and tools send them, what is wrong with them, and how they become the form that
// is stored: one word for each operator, membership always as `in`.
import type { JsonValue } from '#kernel/json';
import { checkComparison } from '#properties/check-value';
import { type OPERATOR_ALIASES, type Operator, canonicalOperator } from '#properties/operator';
import type { CohortCondition, CohortFilters, CohortGroup, CohortNode } from './cohort.ts';

type ConditionInput = {
  readonly type: 'person' | 'cohort';
  readonly key: string | number;
  readonly value?: JsonValue | undefined;
  readonly operator?: Operator | (typeof OPERATOR_ALIASES)[number] | null | undefined;
  readonly negation?: boolean | null | undefined;
};

type GroupInput = {
  readonly type: 'AND' | 'OR';
  readonly values: readonly NodeInput[];
};

type NodeInput = GroupInput | ConditionInput;

export type CohortFiltersInput = { readonly properties: GroupInput };

/** The first thing wrong, with the dotted path of the field. */
export type CohortProblem = { readonly attr: string; readonly detail: string };

/** What the check must ask about the world. */
export type CohortKnowledge = {
  readonly isRegexUsable: (pattern: string) => boolean;
  /** Whether the project has that cohort. */
  readonly isKnownCohort: (id: number) => boolean;
};

/** The first problem of the filters, or undefined when they can be saved. */
export function checkCohortFilters(
  { properties }: CohortFiltersInput,
  knowledge: CohortKnowledge,
): CohortProblem | undefined {
  return checkGroup('filters.properties', properties, knowledge);
}

function checkGroup(
  path: string,
  { values }: GroupInput,
  knowledge: CohortKnowledge,
): CohortProblem | undefined {
  for (const [index, node] of values.entries()) {
    const at = `${path}.values.${index}`;
    const found = isGroupInput(node)
      ? checkGroup(at, node, knowledge)
      : checkCondition(at, node, knowledge);
    if (found) return found;
  }
  return undefined;
}

function checkCondition(
  path: string,
  condition: ConditionInput,
  { isRegexUsable, isKnownCohort }: CohortKnowledge,
): CohortProblem | undefined {
  const { type, operator, value } = condition;
  if (type === 'person') {
    const wrong = checkComparison(canonicalOperator(operator ?? 'exact'), value, isRegexUsable);
    return wrong && { attr: `${path}.${wrong.field}`, detail: wrong.detail };
  }
  if (!['in', 'not_in', 'exact'].includes(operator ?? 'in')) {
    const detail = 'A condition on a cohort takes the operator in or not_in.';
    return { attr: `${path}.operator`, detail };
  }
  const id = Number(value);
  if (Number.isInteger(id) && isKnownCohort(id)) return undefined;
  return { attr: `${path}.value`, detail: `There is no cohort ${JSON.stringify(value)}.` };
}

/** The stored form of filters that {@link checkCohortFilters} found nothing wrong with. */
export function toCohortFilters({ properties }: CohortFiltersInput): CohortFilters {
  return { properties: toGroup(properties) };
}

function toGroup({ type, values }: GroupInput): CohortGroup {
  return {
    type,
    values: values.map((node): CohortNode =>
      isGroupInput(node) ? toGroup(node) : toCondition(node),
    ),
  };
}

function toCondition({ type, key, operator, value, negation }: ConditionInput): CohortCondition {
  const isNegated = negation === true;
  if (type === 'cohort') {
    const isOut = (operator === 'not_in') !== isNegated;
    return { type, key: 'id', operator: 'in', value: Number(value), ...(isOut ? NEGATED : {}) };
  }
  return {
    type,
    key: String(key),
    operator: canonicalOperator(operator ?? 'exact'),
    ...(value === undefined ? {} : { value }),
    ...(isNegated ? NEGATED : {}),
  };
}

const NEGATED = { negation: true } as const;

function isGroupInput(node: NodeInput): node is GroupInput {
  return node.type === 'AND' || node.type === 'OR';
}
