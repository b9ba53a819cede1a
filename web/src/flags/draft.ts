// The flag as a form holds it, and back. What the form does not edit (holdouts, early access, unknown
// fields of a condition) is carried along untouched, so that saving never loses anything.
import type { BucketingIdentifier, EvaluationRuntime, Filters, Group } from 'serin/flags/flag';
import type { FiltersInput, Flag } from '../api/flags.ts';
import {
  type ConditionDraft,
  conditionFrom,
  propertyFrom,
  rowId,
} from '../targeting/condition-draft.ts';

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
  /** The first set whose conditions hold decides, even when its share leaves the person out. */
  readonly earlyExit: boolean;
  readonly runtime: EvaluationRuntime;
  /** Only requests that name one of these get the flag; empty: all of them. */
  readonly contexts: readonly string[];
  readonly bucketing: BucketingIdentifier;
};

/** What of a flag the form edits. */
export type EditedFlag = Readonly<
  Pick<Flag, 'key' | 'name' | 'evaluation_runtime' | 'evaluation_contexts' | 'bucketing_identifier'>
> & { readonly filters: Filters };

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

/** What a new flag starts as: on, for nobody. */
export function emptyDraft(): FlagDraft {
  return {
    key: '',
    description: '',
    kind: 'boolean',
    variants: [],
    payload: '',
    groups: [newGroup(0)],
    earlyExit: false,
    runtime: 'all',
    contexts: [],
    bucketing: 'distinct_id',
  };
}

/** Opens a stored flag in the form. */
export function draftFrom(flag: EditedFlag): FlagDraft {
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
    earlyExit: filters.early_exit === true,
    runtime: flag.evaluation_runtime,
    contexts: flag.evaluation_contexts,
    bucketing: flag.bucketing_identifier,
  };
}

function groupTo(group: GroupDraft, isMultivariate: boolean): Group {
  const description = group.description.trim();
  return {
    ...group.original,
    ...(description || group.original?.description ? { description: description || null } : {}),
    properties: group.conditions.map(propertyFrom),
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
    // Left out when it is off and was never said, so that an untouched flag stays as it was.
    ...(draft.earlyExit || base?.early_exit ? { early_exit: draft.earlyExit } : {}),
  };
}

/** What is sent beside the filters, in the words of the server. */
function fieldsOf(draft: FlagDraft) {
  return {
    key: draft.key.trim(),
    name: draft.description.trim(),
    evaluation_runtime: draft.runtime,
    evaluation_contexts: [...draft.contexts],
    bucketing_identifier: draft.bucketing,
  };
}

/** All of a draft, for a new flag. */
export function bodyOf(draft: FlagDraft) {
  return { ...fieldsOf(draft), filters: filtersFrom(draft, null) as FiltersInput };
}

type DraftChange = Partial<ReturnType<typeof bodyOf>>;

/** Only what differs from the stored flag, so that history names only what was changed. */
export function changeOf(draft: FlagDraft, base: EditedFlag): DraftChange {
  const before = draftFrom(base);
  const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
  const old: Record<string, unknown> = fieldsOf(before);
  const changed = Object.entries(fieldsOf(draft)).filter(
    ([name, value]) => !isSame(value, old[name]),
  );
  const filters = filtersFrom(draft, base.filters);
  return {
    ...(Object.fromEntries(changed) as DraftChange),
    ...(isSame(filters, filtersFrom(before, base.filters))
      ? {}
      : { filters: filters as FiltersInput }),
  };
}

/** Whether two drafts say the same; row keys do not count. */
export function isSameDraft(a: FlagDraft, b: FlagDraft): boolean {
  // The payload of a value kind that is not chosen counts too: it would come back with it.
  const plain = (draft: FlagDraft) =>
    JSON.stringify([draft.kind, draft.payload, draft.key, draft.description, bodyOf(draft)]);
  return plain(a) === plain(b);
}
