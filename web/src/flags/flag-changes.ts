// What differs between two versions of a flag, in words.
import { draftFrom, type EditedFlag, type FlagDraft } from './draft.ts';
import { changeOf, filtersFrom } from './draft-body.ts';
import { type FilterChange, filterChanges } from './filter-changes.ts';
import { KIND_WORDS } from './kind-words.ts';
import { valueWords } from './value-words.ts';
import type { WordsContext } from './words.ts';

const RUNTIMES = { all: 'everywhere', client: 'browsers and apps only', server: 'servers only' };
const BUCKETING = { distinct_id: 'person', device_id: 'device' };

/** A change that waits for a yes. */
export type Review = {
  /** As it was when editing began. */
  readonly before: EditedFlag;
  /** As it would be saved. */
  readonly after: EditedFlag;
};

/** What a draft would change, as two versions that differ in nothing else. */
export function reviewOf(draft: FlagDraft, base: EditedFlag): Review {
  // Through the form and back: how a condition happened to be written is no change.
  const before = { ...base, filters: filtersFrom(draftFrom(base), base.filters) };
  return { before, after: { ...before, ...changeOf(draft, before) } as EditedFlag };
}

function fieldEntries(flag: EditedFlag): readonly (readonly [string, string])[] {
  return [
    ['Key', flag.key],
    ['Description', flag.name || '(empty)'],
    ['Evaluated for', RUNTIMES[flag.evaluation_runtime]],
    ['Contexts', flag.evaluation_contexts.join(', ') || 'every request'],
    ['Shares are dealt out by', BUCKETING[flag.bucketing_identifier]],
    ['Value for OpenFeature', valueWords(flag.value_type, flag.value_source) || 'automatic'],
    ['Kind', KIND_WORDS[flag.kind]],
    ['Kill switch', flag.kill_switch ?? 'none'],
    ['Kept across login', flag.ensure_experience_continuity ? 'yes' : 'no'],
    ['Held out', holdoutWords(flag.filters.holdout)],
  ];
}

function holdoutWords(holdout: EditedFlag['filters']['holdout']): string {
  return holdout ? `${holdout.exclusion_percentage} % (holdout ${holdout.id})` : 'nobody';
}

/** Every difference that the form can make, targeting first. */
export function flagChanges(
  before: EditedFlag,
  after: EditedFlag,
  names: WordsContext = {},
): FilterChange[] {
  const context = { ...names, bucketing: after.bucketing_identifier };
  const was = new Map(fieldEntries(before));
  const fields = fieldEntries(after).flatMap(([what, now]): FilterChange[] =>
    was.get(what) === now
      ? []
      : [{ kind: 'changed', what, before: was.get(what) ?? '', after: now }],
  );
  return [...filterChanges(before.filters, after.filters, context), ...fields];
}

/** Whether two values of a draft say the same: row keys and locks of the form do not count. */
function saysSame(a: unknown, b: unknown): boolean {
  const plain = (value: unknown) =>
    JSON.stringify(value, (key, part: unknown) =>
      ['id', 'original', 'isLocked'].includes(key) ? undefined : part,
    );
  return plain(a) === plain(b);
}

/**
 * The draft on top of what was saved meanwhile: fields that it does not touch are taken from there, those
 * that it does stay as they are.
 */
export function rebaseDraft(draft: FlagDraft, base: EditedFlag, latest: EditedFlag): FlagDraft {
  const before = draftFrom(base);
  const theirs = draftFrom(latest);
  const fields = Object.keys(theirs) as (keyof FlagDraft)[];
  const mine = fields.filter((field) => !saysSame(draft[field], before[field]));
  return { ...theirs, ...Object.fromEntries(mine.map((field) => [field, draft[field]])) };
}
