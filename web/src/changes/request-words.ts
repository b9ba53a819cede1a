// Change requests and scheduled changes in words.
import type { RequestItem, RequestSummary, ScheduledChange, ThreadEntry } from '../api/changes.ts';
import { groupWords } from '../flags/words.ts';
import { formatPercent } from '../ui/format.ts';
import type { Tone } from '../ui/status-badge.tsx';

type StateWords = { readonly label: string; readonly tone: Tone };

/** Where a request stands, for whoever looks at the list. */
export function requestState(
  request: Pick<RequestSummary, 'state' | 'is_objected' | 'is_moved' | 'approvals'>,
): StateWords {
  switch (request.state) {
    case 'applied':
      return { label: 'Applied', tone: 'safe' };
    case 'refused':
      return { label: 'Refused', tone: 'harm' };
    case 'withdrawn':
      return { label: 'Withdrawn', tone: 'neutral' };
    case 'open':
      break;
  }
  if (request.is_moved) return { label: 'The flag moved', tone: 'watch' };
  if (request.is_objected) return { label: 'Changes asked for', tone: 'watch' };
  const { given, required } = request.approvals;
  if (given >= required) return { label: 'Ready to apply', tone: 'safe' };
  return { label: `${given} of ${required} approvals`, tone: 'info' };
}

/** What an entry of the thread did, after the name of who did it. */
export const ENTRY_WORDS: Readonly<Record<ThreadEntry['type'], string>> = {
  proposed: 'proposed this',
  commented: 'commented',
  approved: 'approved',
  changes_requested: 'asked for changes',
  edited: 'proposed something else',
  rebased: 'brought it on top of what changed meanwhile',
  planned: 'changed the planned time',
  not_applied: 'could not apply it at its time',
  applied: 'applied it',
  refused: 'refused it',
  withdrawn: 'withdrew it',
};

const PART_NAMES: Readonly<Record<RequestItem['parts'][number], string>> = {
  switch: 'the switch',
  targeting: 'who gets it',
  variants: 'the variants',
  payloads: 'the payloads',
  settings: 'its settings',
  words: 'its description',
};

/** `the switch`, `who gets it`. */
export const partName = (part: RequestItem['parts'][number]): string => PART_NAMES[part];

const SCHEDULE_STATES: Readonly<Record<ScheduledChange['state'], StateWords>> = {
  pending: { label: 'Planned', tone: 'info' },
  applied: { label: 'Made', tone: 'safe' },
  failed: { label: 'Not made', tone: 'harm' },
  cancelled: { label: 'Cancelled', tone: 'neutral' },
};

/** Where a scheduled change stands. */
export function scheduleState(change: Pick<ScheduledChange, 'state' | 'is_late'>): StateWords {
  const words = SCHEDULE_STATES[change.state];
  return change.state === 'applied' && change.is_late ? { ...words, label: 'Made, late' } : words;
}

/** What a scheduled change does: `Switch on`, `Give set 1 to 25 %`. */
export function settingWords({ active, share, filters }: ScheduledChange['change']): string {
  const parts = [];
  if (active !== undefined) parts.push(active ? 'Switch on' : 'Switch off');
  if (share) {
    parts.push(`Give set ${share.condition_set + 1} to ${formatPercent(share.rollout_percentage)}`);
  }
  if (filters) {
    const [first] = filters.groups;
    const more = filters.groups.length - 1;
    const who = first ? groupWords(first) : 'nobody';
    parts.push(`Targeting: ${who}${more > 0 ? ` and ${more} more` : ''}`);
  }
  return parts.join('; ');
}

/** `30 Nov 2026, 09:00` as clocks show it there, from `2026-11-30T09:00`. */
export function localWords(localTime: string): string {
  const at = new Date(`${localTime.length === 16 ? `${localTime}:00` : localTime}Z`);
  return new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: 'UTC',
  }).format(at);
}
