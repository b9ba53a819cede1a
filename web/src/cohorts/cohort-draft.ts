// A cohort as a form holds it, and back: sets of conditions, of which one must hold entirely.
import type { Property } from 'serin/flags/flag';
import type { Cohort } from '../api/cohorts.ts';
import {
  type ConditionDraft,
  conditionFrom,
  propertyFrom,
  rowId,
} from '../targeting/condition-draft.ts';
import { conditionProblems, type Found, type Problems } from '../targeting/condition-problem.ts';

type Group = Cohort['filters']['properties'];
type Node = Group['values'][number];
type Condition = Exclude<Node, Group>;

export type SetDraft = { readonly id: string; readonly conditions: readonly ConditionDraft[] };

export type CohortDraft = {
  readonly name: string;
  readonly description: string;
  readonly isStatic: boolean;
  /** Null when what is stored is nested deeper than the form can show; then it stays as it is. */
  readonly sets: readonly SetDraft[] | null;
};

const isGroup = (node: Node): node is Group => 'values' in node;

/** The conditions of a set as properties, which the words and the editor of conditions take. */
function toProperty(condition: Condition): Property {
  if (condition.type === 'person') return condition;
  const { negation, ...named } = condition;
  return negation ? { ...named, operator: 'not_in' } : named;
}

/** Conditions of which all must hold; undefined for a group that holds others. */
function allOf(node: Node): Property[] | undefined {
  if (!isGroup(node)) return [toProperty(node)];
  if (node.values.some(isGroup) || (node.type === 'OR' && node.values.length > 1)) return undefined;
  return node.values.filter((value) => !isGroup(value)).map(toProperty);
}

/** The alternatives of a cohort, or null when they cannot be told so simply. */
export function alternativesOf({ properties }: Cohort['filters']): Property[][] | null {
  const whole = allOf(properties);
  if (whole) return [whole];
  if (properties.type === 'AND') return null;
  const sets = properties.values.map(allOf);
  return sets.every((set) => set !== undefined) ? sets : null;
}

export function newSet(): SetDraft {
  return { id: rowId(), conditions: [] };
}

export function emptyDraft(): CohortDraft {
  return { name: '', description: '', isStatic: false, sets: [newSet()] };
}

/** Opens a stored cohort in the form. */
export function draftFrom(cohort: Cohort): CohortDraft {
  const { name, description, is_static: isStatic, filters } = cohort;
  const sets = isStatic ? [] : alternativesOf(filters);
  return {
    name,
    description,
    isStatic,
    sets: sets && sets.map((set) => ({ id: rowId(), conditions: set.map(conditionFrom) })),
  };
}

/** What is stored of the form. */
export function bodyOf({ name, description, isStatic, sets }: CohortDraft) {
  const values = (sets ?? []).map(({ conditions }) => ({
    type: 'AND' as const,
    values: conditions.map(propertyFrom),
  }));
  const isTold = !isStatic && sets !== null;
  return {
    name: name.trim(),
    description: description.trim(),
    ...(isTold ? { filters: { properties: { type: 'OR' as const, values } } } : {}),
  };
}

/** What the form lacks before it can be saved, each at the field that the server would name. */
export function problemsOf({ name, isStatic, sets }: CohortDraft): Problems {
  const found: Found[] = [];
  if (name.trim() === '') found.push(['name', 'A cohort needs a name.']);
  for (const [index, { conditions }] of (isStatic ? [] : (sets ?? [])).entries()) {
    const at = setAttr(index);
    if (conditions.length === 0) found.push([at, 'Add at least one condition.']);
    found.push(...conditionProblems(conditions, at, 'values'));
  }
  return new Map(found);
}

/** Where the set stands, as the server names it. */
export function setAttr(index: number): string {
  return `filters.properties.values.${index}`;
}
