// What happened to a flag from one version to the next, in words.
import type { FlagVersion } from '../api/flag-upkeep.ts';
import type { EditedFlag } from './draft.ts';
import type { FilterChange } from './filter-changes.ts';
import { flagChanges } from './flag-changes.ts';
import type { WordsContext } from './words.ts';

export type VersionState = FlagVersion['flag'];

const TITLES: Record<string, string> = {
  created: 'Created',
  updated: 'Changed',
  archived: 'Archived',
  unarchived: 'Brought back from the archive',
  switched_on: 'Switched on',
  switched_off: 'Switched off',
  deleted: 'Deleted',
  restored: 'Brought back',
  restored_version: 'An earlier version restored',
  rolled_out: 'Given to everyone',
  widened: 'Widened by a rollout',
  rolled_back: 'Rolled back',
  override_set: 'Forced for single people',
  override_removed: 'No longer forced for single people',
};

/** `switched_off` → `Switched off`; what is not known is told by its own words. */
export function versionTitle(action: string | null): string {
  if (action === null) return 'As it was found';
  const words = TITLES[action] ?? action.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Every difference between two states of a flag, the switch first. */
export function versionChanges(
  before: VersionState,
  after: VersionState,
  context: WordsContext = {},
): FilterChange[] {
  const was = new Map(fieldEntries(before));
  const fields = fieldEntries(after).flatMap(([what, now]): FilterChange[] => {
    const old = was.get(what) ?? '';
    return old === now ? [] : [{ kind: 'changed', what, before: old, after: now }];
  });
  return [...fields, ...flagChanges(edited(before), edited(after), context)];
}

/** A version knows the kill switch by number, not by the key that it has today. */
function edited(flag: VersionState): EditedFlag {
  const id = flag.kill_switch_id;
  return { ...flag, kill_switch: id === null ? null : `flag ${id}` } as EditedFlag;
}

function fieldEntries(flag: VersionState): readonly (readonly [string, string])[] {
  const json = (value: unknown): string => (value === null ? 'none' : JSON.stringify(value));
  return [
    ['Switch', flag.active ? 'on' : 'off'],
    ['Archived', flag.archived ? 'yes' : 'no'],
    ['Deleted', flag.deleted ? 'yes' : 'no'],
    ['Tags', flag.tags.join(', ') || 'none'],
    ['Owner', flag.owner_id ?? 'nobody'],
    ['Payload schema', json(flag.payload_schema)],
  ];
}

/**
 * What restoring a version brings back: what decides answers. Key, description, tags, owner, schema and
 * kind stay as they are now, so the server leaves them alone.
 */
export function afterRestore(current: VersionState, version: VersionState): VersionState {
  return { ...current, ...restoredFields(version), kill_switch_id: version.kill_switch_id };
}

/** The same without the kill switch, which requests name and versions number. */
export function restoredFields(version: VersionState) {
  return {
    active: version.active,
    filters: version.filters,
    evaluation_contexts: version.evaluation_contexts,
    evaluation_runtime: version.evaluation_runtime,
    bucketing_identifier: version.bucketing_identifier,
    ensure_experience_continuity: version.ensure_experience_continuity,
    value_type: version.value_type,
    value_source: version.value_source,
  };
}
