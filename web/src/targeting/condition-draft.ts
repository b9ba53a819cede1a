// A condition as a form holds it, and back. Values are texts while they are edited; what was stored as a
// number or a boolean stays one.
import type { Operator, Property, PropertyType } from 'serin/flags/flag';
import { wordsOf } from './operators.ts';

/** A condition in the form. `id` only tells rows apart; it is never sent. */
export type ConditionDraft = {
  readonly id: string;
  readonly key: string;
  readonly type: PropertyType;
  readonly operator: Operator;
  /** As entered: texts for every kind but `other`, which keeps its stored value. */
  readonly value: unknown;
  readonly original: Property | null;
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

export function newCondition(): ConditionDraft {
  return { id: rowId(), key: '', type: 'person', operator: 'exact', value: [], original: null };
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

/** Opens a stored condition in the form. */
export function conditionFrom(property: Property): ConditionDraft {
  const operator = property.operator ?? (property.type === 'cohort' ? 'in' : 'exact');
  return {
    id: rowId(),
    key: property.key,
    type: property.type,
    operator,
    value: valueForForm(operator, property.value),
    original: property,
  };
}

/** The condition that is stored. What the form does not edit goes along as it was. */
export function propertyFrom(condition: ConditionDraft): Property {
  const { key, type, operator, original } = condition;
  if (wordsOf(operator).kind === 'other' && original) return original;
  const value = valueForWire(operator, condition.value, original?.value) as Property['value'];
  return { ...original, key: key.trim(), type, operator, value };
}
