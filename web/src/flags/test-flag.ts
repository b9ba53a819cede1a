// A stored flag for tests of the form.
import type { Filters } from 'serin/flags/flag';
import type { EditedFlag } from './draft.ts';

export function aStoredFlag(filters: Filters, changes: Partial<EditedFlag> = {}): EditedFlag {
  return {
    key: 'k',
    name: 'd',
    filters,
    evaluation_runtime: 'all',
    evaluation_contexts: [],
    bucketing_identifier: 'distinct_id',
    value_type: null,
    value_source: null,
    kind: 'release',
    kill_switch: null,
    ensure_experience_continuity: false,
    ...changes,
  };
}
