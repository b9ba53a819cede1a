// Audit entries of flags in words. Targeting is told as sentences, everything else as before and after.
import type { Filters } from 'serin/flags/flag';
import { summarySentences } from './words.ts';

const TITLES: Record<string, string> = {
  'flag.created': 'Created',
  'flag.updated': 'Changed',
  'flag.archived': 'Archived',
  'flag.restored': 'Brought back',
  'flag.switched_on': 'Switched on',
  'flag.switched_off': 'Switched off',
  'flag.deleted': 'Deleted',
};

const FIELDS: Record<string, string> = {
  name: 'Description',
  key: 'Key',
  active: 'Switch',
  archived: 'Archived',
  filters: 'Who gets it',
  tags: 'Tags',
};

/** Fields that change with every save and say nothing to people. */
const SILENT = new Set(['version', 'updated_at', 'updated_by']);

/** `flag.updated` → `Changed`; an unknown action is told by its own words. */
export function entryTitle(action: string): string {
  const known = TITLES[action];
  if (known) return known;
  const words = action.replace(/^.*\./, '').replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export type ChangeWords = {
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
};

type Change = { readonly field: string; readonly before?: unknown; readonly after?: unknown };

/** One change in words; none for a field that says nothing to people. */
export function changeWords({ field, before, after }: Change): ChangeWords[] {
  if (SILENT.has(field)) return [];
  return [
    {
      field: FIELDS[field] ?? field,
      before: valueWords(field, before),
      after: valueWords(field, after),
    },
  ];
}

function valueWords(field: string, value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (field === 'filters' && isFilters(value)) return summarySentences(value, true).join('\n');
  if (field === 'active') return value === true ? 'on' : 'off';
  return typeof value === 'string' ? value || '(empty)' : JSON.stringify(value);
}

const isFilters = (value: unknown): value is Filters =>
  typeof value === 'object' && value !== null && Array.isArray((value as Filters).groups);
