// The columns of the views that SQL reads, for whoever writes it. Those of groups and of single properties come on top.

export type ViewColumn = { readonly name: string; readonly type: string };

const column = (name: string, type: string): ViewColumn => ({ name, type });
const TEXT = 'String';
const TIME = "DateTime64(3, 'UTC')";

/** In the order in which `SELECT *` gives them. */
export const VIEW_COLUMNS: Readonly<Record<string, readonly ViewColumn[]>> = {
  events: [
    column('uuid', 'UUID'),
    column('event', TEXT),
    column('timestamp', TIME),
    column('distinct_id', TEXT),
    column('person_id', 'UUID'),
    column('session_id', TEXT),
    column('$session_id', TEXT),
    column('properties', TEXT),
    column('received_at', TIME),
    column('person_mode', TEXT),
    column('person.id', 'UUID'),
  ],
  persons: [column('id', 'UUID'), column('created_at', TIME), column('properties', TEXT)],
  groups: [
    column('index', 'UInt8'),
    column('key', TEXT),
    column('created_at', TIME),
    column('properties', TEXT),
  ],
  sessions: [
    column('session_id', TEXT),
    column('distinct_id', TEXT),
    column('person_id', 'UUID'),
    column('$start_timestamp', TIME),
    column('$end_timestamp', TIME),
    column('$session_duration', 'Int64'),
    column('$event_count', 'UInt64'),
    column('$pageview_count', 'UInt64'),
    column('$screen_count', 'UInt64'),
    column('$autocapture_count', 'UInt64'),
    column('$entry_current_url', 'Nullable(String)'),
    column('$exit_current_url', 'Nullable(String)'),
  ],
  cohort_people: [column('cohort_id', 'UInt32'), column('person_id', 'UUID')],
};
