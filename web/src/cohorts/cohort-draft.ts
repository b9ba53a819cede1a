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
import {
  type Behaviour,
  type BehaviourDraft,
  behaviourFrom,
  behaviourProblems,
  storedBehaviour,
} from './behaviour-draft.ts';

type Group = Cohort['filters']['properties'];
type Node = Group['values'][number];
type Condition = Exclude<Node, Group>;

export type SetDraft = {
  readonly id: string;
  /** On properties and cohorts. */
  readonly conditions: readonly ConditionDraft[];
  /** On what people did. */
  readonly behaviours: readonly BehaviourDraft[];
};

/** A condition of an alternative: on a property or a cohort, or on what people did. */
type Told = Property | Behaviour;
export const isBehaviour = (one: Told): one is Behaviour => one.type === 'behavioral';
export const isProperty = (one: Told): one is Property => one.type !== 'behavioral';

export type CohortDraft = {
  readonly name: string;
  readonly description: string;
  readonly isStatic: boolean;
  /** Null when what is stored is nested so that the form cannot show it; then it stays as it is. */
  readonly sets: readonly SetDraft[] | null;
};

const isGroup = (node: Node): node is Group => 'values' in node;

/** The conditions of a set as properties, which the words and the editor of conditions take. */
function toProperty(condition: Exclude<Condition, { type: 'behavioral' }>): Property {
  if (condition.type === 'person') return condition;
  const { negation, ...named } = condition;
  return negation ? { ...named, operator: 'not_in' } : named;
}

/** What multiplies to more sets than this is easier to read nested. */
const MAX_MULTIPLIED = 12;

/** Nested groups written out as alternatives of conditions that all must hold; null when they are too many. */
function writtenOut(node: Node): Told[][] | null {
  if (!isGroup(node)) return [[node.type === 'behavioral' ? node : toProperty(node)]];
  if (node.values.length === 0) return [[]];
  const parts = node.values.map(writtenOut);
  if (!parts.every((part) => part !== null)) return null;
  return node.type === 'OR' ? parts.flat() : eachWithEach(parts);
}

function eachWithEach(parts: readonly Told[][][]): Told[][] | null {
  const [only, ...others] = parts;
  if (only && others.length === 0) return only;
  let sets: Told[][] = [[]];
  for (const part of parts) {
    if (sets.length * part.length > MAX_MULTIPLIED) return null;
    sets = sets.flatMap((one) => part.map((other) => [...one, ...other]));
  }
  return sets;
}

/** The alternatives of a cohort, or null when they cannot be told so simply. */
export const alternativesOf = ({ properties }: Cohort['filters']): Told[][] | null =>
  writtenOut(properties);

export function newSet(): SetDraft {
  return { id: rowId(), conditions: [], behaviours: [] };
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
    sets:
      sets &&
      sets.map((set) => ({
        id: rowId(),
        conditions: set.filter(isProperty).map(conditionFrom),
        behaviours: set.filter(isBehaviour).map(behaviourFrom),
      })),
  };
}

/** What is stored of the form. */
export function bodyOf({ name, description, isStatic, sets }: CohortDraft) {
  const values = (sets ?? []).map(({ conditions, behaviours }) => ({
    type: 'AND' as const,
    values: [...conditions.map(propertyFrom), ...behaviours.map(storedBehaviour)],
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
  for (const [index, { conditions, behaviours }] of (isStatic ? [] : (sets ?? [])).entries()) {
    const at = setAttr(index);
    if (conditions.length + behaviours.length === 0) {
      found.push([at, 'Add at least one condition.']);
    }
    found.push(...conditionProblems(conditions, at, 'values'));
    for (const [i, behaviour] of behaviours.entries()) {
      found.push(...behaviourProblems(behaviour, `${at}.values.${conditions.length + i}`));
    }
  }
  return new Map(found);
}

/** Where the set stands, as the server names it. */
export function setAttr(index: number): string {
  return `filters.properties.values.${index}`;
}
