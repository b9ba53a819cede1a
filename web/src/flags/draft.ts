// The flag as a form holds it, and back. What the form does not edit (holdouts, early access, unknown
// fields of a condition) is carried along untouched, so that saving never loses anything.
import type { Filters, Group, Operator, Property, PropertyType } from 'serin/flags/flag';
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

export type GroupDraft = {
  readonly id: string;
  readonly description: string;
  readonly conditions: readonly ConditionDraft[];
  readonly percent: number;
  readonly variant: string | null;
  readonly original: Group | null;
};

export type VariantDraft = {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly percent: number;
  /** JSON text; empty for none. */
  readonly payload: string;
};

export type FlagDraft = {
  readonly key: string;
  readonly description: string;
  readonly kind: 'boolean' | 'multivariate';
  readonly variants: readonly VariantDraft[];
  /** JSON text of a boolean flag; empty for none. */
  readonly payload: string;
  readonly groups: readonly GroupDraft[];
};

let lastId = 0;
/** A key for rows of a form. */
export function rowId(): string {
  lastId += 1;
  return `row-${lastId}`;
}

/** What a value becomes in the form: a list of texts, or one text. */
export function valueForForm(operator: Operator, value: unknown): unknown {
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
export function valueForWire(operator: Operator, entered: unknown, original: unknown): unknown {
  const { kind } = wordsOf(operator);
  if (kind === 'other') return entered;
  if (kind === 'none') return operator;
  if (kind === 'range') return listOf(entered).map((text) => Number(text));
  if (kind === 'number') return numberOr(textOf(entered));
  if (kind !== 'texts') return textOf(entered).trim();
  const stored = new Map(listOf(original).map((item) => [textOf(item), item]));
  return listOf(entered).map((item) => stored.get(textOf(item)) ?? item);
}

function numberOr(text: string): number | string {
  const trimmed = text.trim();
  return trimmed !== '' && Number.isFinite(Number(trimmed)) ? Number(trimmed) : trimmed;
}

function listOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined || value === null || value === '' ? [] : [value];
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export function newCondition(): ConditionDraft {
  return { id: rowId(), key: '', type: 'person', operator: 'exact', value: [], original: null };
}

export function newGroup(percent = 100): GroupDraft {
  return {
    id: rowId(),
    description: '',
    conditions: [],
    percent,
    variant: null,
    original: null,
  };
}

/** A copy with row keys of its own. */
export function duplicateGroup(group: GroupDraft): GroupDraft {
  const conditions = group.conditions.map((condition) => ({ ...condition, id: rowId() }));
  return { ...group, id: rowId(), conditions };
}

export function newVariant(key: string): VariantDraft {
  return { id: rowId(), key, name: '', percent: 0, payload: '' };
}

/** Changes the operator, keeping of the value what the new one can use. */
export function withOperator(condition: ConditionDraft, operator: Operator): ConditionDraft {
  const before = wordsOf(condition.operator).kind;
  const after = wordsOf(operator).kind;
  if (before === after) return { ...condition, operator };
  if (before === 'other' || before === 'none') {
    return { ...condition, operator, value: valueForForm(operator, undefined) };
  }
  return { ...condition, operator, value: valueForForm(operator, condition.value) };
}

/**
 * Shares in whole percent that sum to 100, as equal as can be; the first ones take what is left over:
 * three → 34, 33, 33.
 */
export function equalShares(count: number): number[] {
  const share = Math.floor(100 / count);
  const left = 100 - share * count;
  return Array.from({ length: count }, (_, index) => share + (index < left ? 1 : 0));
}

/** Sum of the variants' shares, free of floating-point dust. */
export function shareSum(variants: readonly { readonly percent: number }[]): number {
  return Number(variants.reduce((sum, { percent }) => sum + percent, 0).toFixed(6));
}

function conditionFrom(property: Property): ConditionDraft {
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

function groupFrom(group: Group): GroupDraft {
  return {
    id: rowId(),
    description: group.description ?? '',
    conditions: (group.properties ?? []).map(conditionFrom),
    percent: group.rollout_percentage ?? 100,
    variant: group.variant ?? null,
    original: group,
  };
}

/** Opens a stored flag in the form. */
export function draftFrom(flag: {
  readonly key: string;
  readonly name: string;
  readonly filters: Filters;
}): FlagDraft {
  const { filters } = flag;
  const variants = filters.multivariate?.variants ?? [];
  return {
    key: flag.key,
    description: flag.name,
    kind: variants.length > 0 ? 'multivariate' : 'boolean',
    variants: variants.map((variant) => ({
      id: rowId(),
      key: variant.key,
      name: variant.name ?? '',
      percent: variant.rollout_percentage,
      payload: filters.payloads?.[variant.key] ?? '',
    })),
    payload: filters.payloads?.['true'] ?? '',
    groups: filters.groups.map(groupFrom),
  };
}

function propertyTo(condition: ConditionDraft): Property {
  const { key, type, operator, original } = condition;
  if (wordsOf(operator).kind === 'other' && original) return original;
  const value = valueForWire(operator, condition.value, original?.value) as Property['value'];
  return { ...original, key: key.trim(), type, operator, value };
}

function groupTo(group: GroupDraft, isMultivariate: boolean): Group {
  const description = group.description.trim();
  return {
    ...group.original,
    ...(description || group.original?.description ? { description: description || null } : {}),
    properties: group.conditions.map(propertyTo),
    rollout_percentage: group.percent,
    variant: isMultivariate ? group.variant : null,
  };
}

function payloadsTo(draft: FlagDraft): Record<string, string> {
  if (draft.kind === 'boolean') return draft.payload.trim() ? { true: draft.payload.trim() } : {};
  return Object.fromEntries(
    draft.variants.flatMap(({ key, payload }) => (payload.trim() ? [[key, payload.trim()]] : [])),
  );
}

/** What is sent to the server. `base` is what was loaded, for the parts that the form does not edit. */
export function filtersFrom(draft: FlagDraft, base: Filters | null): Filters {
  const isMultivariate = draft.kind === 'multivariate';
  const variants = draft.variants.map(({ key, name, percent }) => ({
    key: key.trim(),
    ...(name.trim() ? { name: name.trim() } : {}),
    rollout_percentage: percent,
  }));
  return {
    ...base,
    groups: draft.groups.map((group) => groupTo(group, isMultivariate)),
    multivariate: isMultivariate ? { variants } : null,
    payloads: payloadsTo(draft),
  };
}

/** Whether two drafts say the same; row keys do not count. */
export function isSameDraft(a: FlagDraft, b: FlagDraft): boolean {
  const plain = (draft: FlagDraft) =>
    JSON.stringify([draft.key, draft.description, draft.payload, filtersFrom(draft, null)]);
  return plain(a) === plain(b);
}
