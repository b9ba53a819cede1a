// What flags were for the recorded person, and when that changed, read from the events of the session.
import type { EventRow } from '../api/events.ts';
import { clientTimeOf, valueWord } from './session-event.ts';

export type FlagChange = {
  readonly key: string;
  readonly atMs: number;
  readonly value: string;
  /** Of before; undefined where it is first seen. */
  readonly before: string | undefined;
  /** The event that told of it. */
  readonly event: string;
  /** Of the flag, where a call told it. */
  readonly version: number | undefined;
};

type Writable = { -readonly [Key in keyof FlagChange]: FlagChange[Key] };

const PREFIX = '$feature/';

/**
 * Every first value and every change, by time. Calls alone would not do: the SDK reports a value once for a person,
 * not once for a session, but each event carries the values of its moment.
 */
export function flagChanges(events: readonly EventRow[]): FlagChange[] {
  const known = new Map<string, Writable>();
  const changes: Writable[] = [];
  for (const { event, atMs } of inOrder(events)) {
    for (const { key, value, version } of valuesOf(event)) {
      const last = known.get(key);
      if (last?.value === value) {
        // A later call with the same value tells the version, which other events do not.
        last.version ??= version;
        continue;
      }
      const change = { key, atMs, value, before: last?.value, event: event.event, version };
      known.set(key, change);
      changes.push(change);
    }
  }
  return changes;
}

function inOrder(events: readonly EventRow[]) {
  return events
    .map((event) => ({ event, atMs: clientTimeOf(event) }))
    .sort((a, b) => a.atMs - b.atMs);
}

type Value = Pick<FlagChange, 'key' | 'value' | 'version'>;

function valuesOf({ event, properties }: EventRow): Value[] {
  const carried = Object.entries(properties)
    .filter(([name]) => name.startsWith(PREFIX))
    .map(([name, value]) => ({
      key: name.slice(PREFIX.length),
      value: valueWord(value),
      version: undefined,
    }));
  const called = properties['$feature_flag'];
  const answer = properties['$feature_flag_response'];
  if (event !== '$feature_flag_called' || typeof called !== 'string' || answer === undefined) {
    return carried;
  }
  const version = properties['$feature_flag_version'];
  const call: Value = {
    key: called,
    value: valueWord(answer),
    version: typeof version === 'number' ? version : undefined,
  };
  // What the call answered counts, not what was carried along with it.
  return [...carried.filter(({ key }) => key !== called), call];
}

/** The last value of each flag at a moment, by key; before the first event, the first that is known. */
export function flagsAt(changes: readonly FlagChange[], atMs: number): FlagChange[] {
  const last = new Map<string, FlagChange>();
  for (const change of changes) {
    if (change.atMs <= atMs || !last.has(change.key)) last.set(change.key, change);
  }
  return [...last.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}
