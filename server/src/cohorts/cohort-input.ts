// Cohort filters as people and tools send them, what is wrong with them, and how they become the form that
// is stored: one word for each operator, membership always as `in`.
import type { JsonValue } from '#kernel/json';
import { checkComparison } from '#properties/check-value';
import { type OPERATOR_ALIASES, type Operator, canonicalOperator } from '#properties/operator';
import {
  type BehaviouralCondition,
  type CountOperator,
  type EventFilter,
  FIELDS_OF,
  checkBehaviour,
} from './behaviour.ts';
import type { CohortCondition, CohortFilters, CohortGroup, CohortNode } from './cohort.ts';

type PropertyConditionInput = {
  readonly type: 'person' | 'cohort';
  readonly key: string | number;
  readonly value?: JsonValue | undefined;
  readonly operator?: Operator | (typeof OPERATOR_ALIASES)[number] | null | undefined;
  readonly negation?: boolean | null | undefined;
};

type Nullish<T> = { readonly [K in keyof T]?: T[K] | null | undefined };

type EventFilterInput = {
  readonly type?: 'event' | undefined;
  readonly key: string;
  readonly value?: JsonValue | undefined;
  readonly operator?: Operator | (typeof OPERATOR_ALIASES)[number] | null | undefined;
};

type BehaviouralConditionInput = Pick<
  BehaviouralCondition,
  'type' | 'value' | 'key' | 'event_type'
> &
  Nullish<
    Omit<
      BehaviouralCondition,
      'type' | 'value' | 'key' | 'event_type' | 'operator' | 'event_filters'
    >
  > & {
    readonly operator?: CountOperator | 'eq' | null | undefined;
    readonly event_filters?: readonly EventFilterInput[] | null | undefined;
  };

type ConditionInput = PropertyConditionInput | BehaviouralConditionInput;

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
  { type, values }: GroupInput,
  knowledge: CohortKnowledge,
): CohortProblem | undefined {
  if (type === 'OR' && values.length > 1 && values.every(isAbsence)) {
    // As PostHog's editor says it: nearly everybody has not done one thing or the other.
    const detail =
      'What people did not do must be joined by AND: of things they did not do, any would be enough here.';
    return { attr: `${path}.type`, detail };
  }
  for (const [index, node] of values.entries()) {
    const at = `${path}.values.${index}`;
    const found = isGroupInput(node)
      ? checkGroup(at, node, knowledge)
      : checkCondition(at, node, knowledge);
    if (found) return found;
  }
  return undefined;
}

/** A condition on what somebody did not do. */
function isAbsence(node: NodeInput): boolean {
  return !isGroupInput(node) && node.type === 'behavioral' && node.negation === true;
}

function checkCondition(
  path: string,
  condition: ConditionInput,
  { isRegexUsable, isKnownCohort }: CohortKnowledge,
): CohortProblem | undefined {
  if (condition.type === 'behavioral') {
    const wrong = checkBehaviour(toBehaviour(condition), isRegexUsable);
    return wrong && { attr: `${path}.${wrong.field}`, detail: wrong.detail };
  }
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

function toCondition(condition: ConditionInput): CohortCondition {
  if (condition.type === 'behavioral') return toBehaviour(condition);
  const { type, key, operator, value, negation } = condition;
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

/** Null says that a field is not given; without an operator exactly so many are meant. */
function toBehaviour(input: BehaviouralConditionInput): BehaviouralCondition {
  const { type, key, event_type, value, negation, operator, event_filters, ...rest } = input;
  const given = Object.entries(rest).filter(
    ([field, one]) => one !== null && one !== undefined && !WRITTEN_BY_POSTHOG.has(field),
  );
  const isCounted = FIELDS_OF[value].includes('operator') || Boolean(operator);
  return {
    type,
    key,
    event_type,
    value,
    ...Object.fromEntries(given),
    ...(event_filters?.length ? { event_filters: event_filters.map(toEventFilter) } : {}),
    ...(isCounted ? { operator: operator === 'eq' || !operator ? 'exact' : operator } : {}),
    ...(negation === true ? NEGATED : {}),
  };
}

const WRITTEN_BY_POSTHOG: ReadonlySet<string> = new Set([
  'bytecode',
  'bytecode_error',
  'conditionHash',
]);

function toEventFilter({ key, operator, value }: EventFilterInput): EventFilter {
  return {
    type: 'event',
    key,
    operator: canonicalOperator(operator ?? 'exact'),
    ...(value === undefined ? {} : { value }),
  };
}

const NEGATED = { negation: true } as const;

function isGroupInput(node: NodeInput): node is GroupInput {
  return node.type === 'AND' || node.type === 'OR';
}
