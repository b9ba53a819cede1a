// What is said of a part of a request that is not kept: to who sent it, and to those who look after the app.
import type { Refusal } from '../wire/snapshot.ts';

export const WORDS: Readonly<Record<Refusal, string>> = {
  not_a_snapshot: 'Only "$snapshot" events are taken here.',
  session_id_missing: 'The event has no "$session_id".',
  session_id_invalid: 'A "$session_id" has letters, digits and hyphens, at most 70.',
  session_id_wrong_time: 'The "$session_id" is of another day than what was recorded.',
  distinct_id_missing: 'The event has no "distinct_id".',
  no_events: 'Nothing in "$snapshot_data" can be read.',
  too_old_or_new: 'It was recorded more than 7 days from now, by the clock of the page.',
  block_too_large: 'One event may hold 24 MiB of recording.',
};

/** Which field is at fault. */
export const FIELDS: Partial<Record<Refusal, string>> = {
  session_id_missing: '$session_id',
  session_id_invalid: '$session_id',
  session_id_wrong_time: '$session_id',
  distinct_id_missing: 'distinct_id',
  no_events: '$snapshot_data',
  block_too_large: '$snapshot_data',
};

/** What each is counted as; the others as `recording_refused`. */
export const KINDS: Partial<
  Record<Refusal, 'recording_of_another_time' | 'recording_unreadable' | 'recording_too_large'>
> = {
  session_id_wrong_time: 'recording_of_another_time',
  too_old_or_new: 'recording_of_another_time',
  no_events: 'recording_unreadable',
  block_too_large: 'recording_too_large',
};
