// What went wrong, or nearly, with single events: such problems never fail a request, they are counted
// per environment and shown to its users.
import { storableText } from '#kernel/json';

export type WarningKind =
  | 'events_rate_limited'
  | 'flag_requests_rate_limited'
  | 'event_not_an_object'
  | 'event_name_missing'
  | 'event_name_too_long'
  | 'distinct_id_missing'
  | 'distinct_id_too_long'
  | 'uuid_invalid'
  | 'properties_invalid'
  | 'property_too_deep'
  | 'property_name_too_long'
  | 'too_many_properties'
  | 'event_too_large'
  | 'event_not_storable'
  | 'timestamp_unreadable'
  | 'timestamp_in_future'
  | 'invalid_process_person_profile'
  | 'invalid_event_when_process_person_profile_is_false'
  | 'client_ingestion_warning'
  | 'cannot_merge_already_identified'
  | 'cannot_merge_with_illegal_distinct_id'
  | 'person_properties_too_large'
  | 'person_change_refused'
  | 'group_type_limit'
  | 'group_properties_too_large'
  | 'recordings_rate_limited'
  | 'recording_refused'
  | 'recording_of_another_time'
  | 'recording_unreadable'
  | 'recording_too_large'
  | 'recording_not_storable'
  | 'recording_events_left_out'
  | 'recording_too_long';

export type Warning = {
  readonly kind: WarningKind;
  readonly detail: string;
  /** Field at fault. */
  readonly attr?: string;
};

/** Equal warnings of one environment, with one example of them. */
export type CountedWarning = {
  readonly environmentId: number;
  readonly kind: WarningKind;
  readonly count: number;
  readonly example: Readonly<Record<string, string>>;
  /** When it happened last, milliseconds since the epoch. */
  readonly atMs: number;
};

/** Longest text kept of any part of an example. */
const MAX_EXAMPLE_CHARS = 300;

/** The beginning of a text that comes from a client, as long as an example may be. */
export function exampleText(text: string): string {
  return storableText(text.slice(0, MAX_EXAMPLE_CHARS));
}

/** Counts warnings by environment and kind; the first of each is the example. */
export function countWarnings(
  warnings: readonly {
    readonly environmentId: number;
    readonly kind: WarningKind;
    readonly atMs: number;
    readonly example: Readonly<Record<string, string | undefined>>;
  }[],
): CountedWarning[] {
  const groups = Map.groupBy(warnings, ({ environmentId, kind }) => `${environmentId}:${kind}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const { environmentId, kind } = first;
    const example: Record<string, string> = {};
    for (const [key, value] of Object.entries(first.example)) {
      if (value !== undefined) example[key] = exampleText(value);
    }
    const atMs = Math.max(...group.map((warning) => warning.atMs));
    return [{ environmentId, kind, count: group.length, example, atMs }];
  });
}
