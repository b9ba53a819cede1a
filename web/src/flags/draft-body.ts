// A draft in the words of the server: all of it, or what differs from what is stored.
import type { Filters, Group } from 'serin/flags/flag';
import type { FiltersInput } from '../api/flags.ts';
import { propertyFrom } from '../targeting/condition-draft.ts';
import { draftFrom, type EditedFlag, type FlagDraft, type GroupDraft } from './draft.ts';

function groupTo(group: GroupDraft, isMultivariate: boolean): Group {
  const description = group.description.trim();
  const { aggregation_group_type_index: _was, ...original } = group.original ?? {};
  return {
    ...original,
    // Null is not the same as left out: it means people, whatever the flag says.
    ...(group.aggregation === undefined ? {} : { aggregation_group_type_index: group.aggregation }),
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
    ...(draft.holdout !== null || base?.holdout ? { holdout: draft.holdout } : {}),
    ...(draft.aggregation !== null || typeof base?.aggregation_group_type_index === 'number'
      ? { aggregation_group_type_index: draft.aggregation }
      : {}),
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
    value_type: draft.valueType,
    value_source: draft.valueSource,
    kind: draft.flagKind,
    kill_switch: draft.killSwitch,
    ensure_experience_continuity: draft.continuity,
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
