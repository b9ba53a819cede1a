// The flag as a form holds it. What the form does not edit (early access, unknown fields of a
// condition) is carried along untouched, so that saving never loses anything.
import type {
  BucketingIdentifier,
  EvaluationRuntime,
  Filters,
  FlagKind,
  Group,
  ValueSource,
  ValueType,
} from 'serin/flags/flag';
import type { Flag } from '../api/flags.ts';
import { type ConditionDraft, conditionFrom, rowId } from '../targeting/condition-draft.ts';

export type GroupDraft = {
  readonly id: string;
  readonly description: string;
  readonly conditions: readonly ConditionDraft[];
  readonly percent: number;
  readonly variant: string | null;
  /** Whom the share is dealt out to: undefined: as the flag says; null: people; else a group type. */
  readonly aggregation: number | null | undefined;
  readonly original: Group | null;
};

export type VariantDraft = {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly percent: number;
  /** JSON text; empty for none. */
  readonly payload: string;
  /** Left alone when shares are dealt out; known to the form only. */
  readonly isLocked: boolean;
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
  /** The group type that sets are about unless they say otherwise; null: people. */
  readonly aggregation: number | null;
  /** Of what OpenFeature SDKs get; null: as the variants say. */
  readonly valueType: ValueType | null;
  readonly valueSource: ValueSource | null;
  readonly flagKind: FlagKind;
  /** Key of the flag that makes this one off for whom it is on. */
  readonly killSwitch: string | null;
  /** People keep what they had before they logged in. */
  readonly continuity: boolean;
  readonly holdout: { readonly id: number; readonly exclusion_percentage: number } | null;
};

/** What of a flag the form edits. */
export type EditedFlag = Readonly<
  Pick<
    Flag,
    | 'key'
    | 'name'
    | 'evaluation_runtime'
    | 'evaluation_contexts'
    | 'bucketing_identifier'
    | 'value_type'
    | 'value_source'
    | 'kind'
    | 'kill_switch'
    | 'ensure_experience_continuity'
  >
> & { readonly filters: Filters };

export function newGroup(percent = 100): GroupDraft {
  return {
    id: rowId(),
    description: '',
    conditions: [],
    percent,
    variant: null,
    aggregation: undefined,
    original: null,
  };
}

/** A copy with row keys of its own. */
export function duplicateGroup(group: GroupDraft): GroupDraft {
  const conditions = group.conditions.map((condition) => ({ ...condition, id: rowId() }));
  return { ...group, id: rowId(), conditions };
}

export function newVariant(key: string): VariantDraft {
  return { id: rowId(), key, name: '', percent: 0, payload: '', isLocked: false };
}

function groupFrom(group: Group): GroupDraft {
  return {
    id: rowId(),
    description: group.description ?? '',
    conditions: (group.properties ?? []).map(conditionFrom),
    percent: group.rollout_percentage ?? 100,
    variant: group.variant ?? null,
    aggregation: group.aggregation_group_type_index,
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
    aggregation: null,
    valueType: null,
    valueSource: null,
    flagKind: 'release',
    killSwitch: null,
    continuity: false,
    holdout: null,
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
      isLocked: false,
    })),
    payload: filters.payloads?.['true'] ?? '',
    groups: filters.groups.map(groupFrom),
    earlyExit: filters.early_exit === true,
    runtime: flag.evaluation_runtime,
    contexts: flag.evaluation_contexts,
    bucketing: flag.bucketing_identifier,
    aggregation: filters.aggregation_group_type_index ?? null,
    valueType: flag.value_type,
    valueSource: flag.value_source,
    flagKind: flag.kind,
    killSwitch: flag.kill_switch,
    continuity: flag.ensure_experience_continuity,
    holdout: filters.holdout ?? null,
  };
}
