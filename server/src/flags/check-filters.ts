// Whether filters make sense: what the form alone cannot tell. Says which field is at fault, so that
// nothing is saved that would later quietly match nobody, or everybody.
import { checkComparison } from '#properties/check-value';
import type { Operator } from '#properties/operator';
import {
  type FiltersInput,
  type GroupInput,
  type PropertyInput,
  operatorOf,
  payloadText,
} from './filters-input.ts';

/** The first thing wrong, with the dotted path of the field (`filters.groups.0.variant`). */
export type FilterProblem = {
  readonly attr: string;
  readonly detail: string;
  /** Where it has one of its own. */
  readonly code?: 'behavioral_cohort_found';
};

/** What the check must ask about the world. */
export type FilterKnowledge = {
  readonly isRegexUsable: (pattern: string) => boolean;
  /** Whether the project has another flag of that id or key. */
  readonly isKnownFlag: (idOrKey: string) => boolean;
  /** A cohort of the project; undefined when there is none. */
  readonly cohortNamed: (
    id: number,
  ) => { readonly name: string; readonly byEvents: boolean } | undefined;
};

/** Variant weights may miss 100 by this much: three thirds typed with seven decimals do. */
const WEIGHT_TOLERANCE = 1e-6;
/** 100 kB of JSON text. */
const MAX_PAYLOAD_CHARACTERS = 100_000;

/** The first problem of the filters, or undefined when they can be saved. */
export function checkFilters(
  filters: FiltersInput,
  knowledge: FilterKnowledge,
): FilterProblem | undefined {
  const variants = new Set(filters.multivariate?.variants.map(({ key }) => key));
  const flagGroupType = filters.aggregation_group_type_index ?? null;
  const groups = [
    ...listed('filters.groups', filters.groups),
    ...listed('filters.super_groups', filters.super_groups),
  ];
  return (
    checkVariants(filters) ??
    firstOf(groups, ([path, group]) =>
      checkGroup(path, group, variants, flagGroupType, knowledge),
    ) ??
    checkPayloads(filters, variants)
  );
}

function checkVariants(filters: FiltersInput): FilterProblem | undefined {
  const variants = filters.multivariate?.variants;
  if (!variants) return undefined;
  const path = 'filters.multivariate.variants';
  const seen = new Set<string>();
  for (const [i, { key }] of variants.entries()) {
    if (seen.has(key)) return problem(`${path}.${i}.key`, `There are two variants named "${key}".`);
    seen.add(key);
  }
  const sum = variants.reduce((total, variant) => total + variant.rollout_percentage, 0);
  if (Math.abs(sum - 100) <= WEIGHT_TOLERANCE) return undefined;
  const shown = Number(sum.toFixed(6));
  return problem(path, `The rollout percentages of the variants must sum to 100, not ${shown}.`);
}

function checkGroup(
  path: string,
  group: GroupInput,
  variants: ReadonlySet<string>,
  flagGroupType: number | null,
  knowledge: FilterKnowledge,
): FilterProblem | undefined {
  const { variant } = group;
  if (typeof variant === 'string' && !variants.has(variant)) {
    return problem(`${path}.variant`, `The flag has no variant named "${variant}".`);
  }
  const groupType =
    group.aggregation_group_type_index === undefined
      ? flagGroupType
      : group.aggregation_group_type_index;
  return firstOf(listed(`${path}.properties`, group.properties), ([at, property]) =>
    checkProperty(at, property, groupType, knowledge),
  );
}

function checkProperty(
  path: string,
  property: PropertyInput,
  groupType: number | null,
  knowledge: FilterKnowledge,
): FilterProblem | undefined {
  const operator = operatorOf(property);
  switch (property.type) {
    case 'cohort':
      return groupType === null
        ? checkCohort(path, property, operator, knowledge)
        : problem(`${path}.type`, 'A cohort holds people: a condition set by group has none.');
    case 'flag':
      return checkDependency(path, property, operator, knowledge);
    case 'group':
      if ((property.group_type_index ?? groupType) === null) {
        return problem(`${path}.group_type_index`, 'Say which group type the property belongs to.');
      }
      break;
    case 'person':
    case undefined:
      break;
  }
  const wrong = checkComparison(operator, property.value, knowledge.isRegexUsable);
  return wrong && problem(`${path}.${wrong.field}`, wrong.detail);
}

function checkCohort(
  path: string,
  { value }: PropertyInput,
  operator: Operator,
  knowledge: FilterKnowledge,
): FilterProblem | undefined {
  if (operator !== 'in' && operator !== 'not_in' && operator !== 'exact') {
    return problem(`${path}.operator`, 'A cohort condition takes the operator in or not_in.');
  }
  const cohort = Number.isInteger(Number(value)) && knowledge.cohortNamed(Number(value));
  if (!cohort) return problem(`${path}.value`, `There is no cohort ${JSON.stringify(value)}.`);
  if (!cohort.byEvents) return undefined;
  const detail = `The cohort "${cohort.name}" asks for what people did, and flags are answered without looking through events. Make a static copy of it and use that.`;
  return { ...problem(`${path}.value`, detail), code: 'behavioral_cohort_found' };
}

function checkDependency(
  path: string,
  { key, value }: PropertyInput,
  operator: Operator,
  knowledge: FilterKnowledge,
): FilterProblem | undefined {
  if (operator !== 'flag_evaluates_to') {
    return problem(`${path}.operator`, 'A flag condition takes the operator flag_evaluates_to.');
  }
  if (!knowledge.isKnownFlag(String(key))) {
    return problem(`${path}.key`, `The project has no other flag "${key}".`);
  }
  if (typeof value === 'boolean' || typeof value === 'string') return undefined;
  return problem(`${path}.value`, 'A flag can be compared with true, false or a variant key.');
}

function checkPayloads(
  filters: FiltersInput,
  variants: ReadonlySet<string>,
): FilterProblem | undefined {
  for (const [key, payload] of Object.entries(filters.payloads ?? {})) {
    const attr = `filters.payloads.${key}`;
    if (key !== 'true' && !variants.has(key)) {
      return problem(
        attr,
        `Payloads belong to a variant or to "true"; there is no variant "${key}".`,
      );
    }
    const text = payloadText(payload);
    if (text === undefined) return problem(attr, 'The payload is not valid JSON.');
    if (text.length > MAX_PAYLOAD_CHARACTERS) {
      return problem(attr, `The payload is longer than ${MAX_PAYLOAD_CHARACTERS} characters.`);
    }
  }
  return undefined;
}

function problem(attr: string, detail: string): FilterProblem {
  return { attr, detail };
}

function listed<T>(path: string, items: readonly T[] | null | undefined): [string, T][] {
  return (items ?? []).map((item, i) => [`${path}.${i}`, item]);
}

function firstOf<T>(
  items: readonly T[],
  check: (item: T) => FilterProblem | undefined,
): FilterProblem | undefined {
  for (const item of items) {
    const found = check(item);
    if (found) return found;
  }
  return undefined;
}
