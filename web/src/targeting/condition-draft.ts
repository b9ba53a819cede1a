// A condition as a form holds it, and back. Values are texts while they are edited; what was stored as a
// number or a boolean stays one.
import type { Operator, Property, PropertyType } from 'serin/flags/flag';
import { wordsOf } from './operators.ts';

/** What a condition is about; of events only where people ask about those. */
type DraftType = PropertyType | 'event';
/** A condition as it is stored, with a flag or in a question about events. */
export type StoredCondition = Omit<Property, 'type'> & { readonly type: DraftType };

/** A condition in the form. `id` only tells rows apart; it is never sent. */
export type ConditionDraft = {
  readonly id: string;
  readonly key: string;
  readonly type: DraftType;
  readonly operator: Operator;
  /** Of a group property: which type of group; null: the type that the set is about. */
  readonly groupTypeIndex: number | null;
  /** What people call the cohort or flag that the condition names by number. */
  readonly label: string | null;
  /** As entered: texts for every kind but `other`, which keeps its value. */
  readonly value: unknown;
  readonly original: StoredCondition | null;
};

let lastId = 0;
/** A key for rows of a form. */
export function rowId(): string {
  lastId += 1;
  return `row-${lastId}`;
}

/** A value as text; nothing for one that is missing. */
export function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function listOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined || value === null || value === '' ? [] : [value];
}

function numberOr(text: string): number | string {
  const trimmed = text.trim();
  return trimmed !== '' && Number.isFinite(Number(trimmed)) ? Number(trimmed) : trimmed;
}

/** What a value becomes in the form: a list of texts, or one text. */
function valueForForm(operator: Operator, value: unknown): unknown {
  const { kind } = wordsOf(operator);
  if (kind === 'other') return value;
  if (kind === 'none') return '';
  if (kind === 'texts') return listOf(value).map(textOf);
  if (kind === 'range') {
    const [min, max] = listOf(value).map(textOf);
    return [min ?? '', max ?? ''];
  }
  return Array.isArray(value) ? textOf(value[0]) : textOf(value);
}

/** The value that the server stores; numbers and booleans that were stored as such stay so. */
function valueForWire(operator: Operator, entered: unknown, original: unknown): unknown {
  const { kind } = wordsOf(operator);
  if (kind === 'other') return entered;
  if (kind === 'none') return operator;
  if (kind === 'range') return listOf(entered).map((item) => numberOr(textOf(item)));
  if (kind === 'number') return numberOr(textOf(entered));
  if (kind !== 'texts') return textOf(entered).trim();
  const stored = new Map(listOf(original).map((item) => [textOf(item), item]));
  return listOf(entered).map((item) => stored.get(textOf(item)) ?? item);
}

export function newCondition(type: 'person' | 'group' | 'event' = 'person'): ConditionDraft {
  return {
    id: rowId(),
    key: '',
    type,
    operator: 'exact',
    groupTypeIndex: null,
    label: null,
    value: [],
    original: null,
  };
}

/** What a condition is about. */
export type ConditionSubject =
  | { readonly type: 'person' | 'event' | 'cohort' | 'flag' }
  | { readonly type: 'group'; readonly groupTypeIndex: number };

/** Turns to another subject; between people, groups and events everything else stays. */
export function withSubject(condition: ConditionDraft, subject: ConditionSubject): ConditionDraft {
  const isProperty = (type: DraftType) => type !== 'cohort' && type !== 'flag';
  const groupTypeIndex = subject.type === 'group' ? subject.groupTypeIndex : null;
  const { id, type: was } = condition;
  if (isProperty(was) && isProperty(subject.type)) {
    return { ...condition, type: subject.type, groupTypeIndex, original: null };
  }
  const fresh = { ...newCondition(), id, type: subject.type, groupTypeIndex };
  if (subject.type === 'cohort') return { ...fresh, key: 'id', operator: 'in', value: null };
  if (subject.type === 'flag') return { ...fresh, operator: 'flag_evaluates_to', value: true };
  return fresh;
}

/** Changes the operator, keeping of the value what the new one can use. */
export function withOperator(condition: ConditionDraft, operator: Operator): ConditionDraft {
  const before = wordsOf(condition.operator).kind;
  const after = wordsOf(operator).kind;
  if (before === after) return { ...condition, operator };
  const isLost = before === 'other' || before === 'none';
  const value = valueForForm(operator, isLost ? undefined : condition.value);
  return { ...condition, operator, value };
}

const DEFAULT_OPERATOR: Record<DraftType, Operator> = {
  event: 'exact',
  person: 'exact',
  group: 'exact',
  cohort: 'in',
  flag: 'flag_evaluates_to',
};

/** Opens a stored condition in the form. */
export function conditionFrom(property: StoredCondition): ConditionDraft {
  const operator = property.operator ?? DEFAULT_OPERATOR[property.type];
  return {
    id: rowId(),
    key: property.key,
    type: property.type,
    operator,
    groupTypeIndex: property.group_type_index ?? null,
    label: (property.type === 'cohort' ? property.cohort_name : property.label) ?? null,
    value: valueForForm(operator, property.value),
    original: property,
  };
}

/** The condition as a flag or a cohort stores it. */
export function propertyFrom(condition: ConditionDraft): Property {
  const { type, ...rest } = storedFrom(condition);
  if (type === 'event') throw new Error('Flags have no conditions on events.');
  return { ...rest, type };
}

/** The condition that is stored. What the form does not edit goes along as it was. */
export function storedFrom(condition: ConditionDraft): StoredCondition {
  const { key, type, operator, original, label } = condition;
  const value = valueForWire(operator, condition.value, original?.value) as Property['value'];
  const plain = { ...original, key: key.trim(), type, operator, value };
  switch (type) {
    case 'person':
    case 'event':
      return plain;
    case 'group':
      return condition.groupTypeIndex === null
        ? plain
        : { ...plain, group_type_index: condition.groupTypeIndex };
    case 'cohort':
      return label === null ? plain : { ...plain, cohort_name: label };
    case 'flag':
      return label === null ? plain : { ...plain, label };
  }
}
