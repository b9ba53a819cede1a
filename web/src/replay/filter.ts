// A filter of recordings in an address, so that a link shows others the same and the way back works.
import type { Condition, RecordingFilter } from '../api/recordings.ts';

export type { Condition, RecordingFilter } from '../api/recordings.ts';
export type Order = NonNullable<RecordingFilter['order']>;

export const ORDERS: readonly { readonly value: Order; readonly label: string }[] = [
  { value: 'start_time', label: 'Newest first' },
  { value: 'relevance', label: 'Best matches first' },
  { value: 'activity_score', label: 'Liveliest first' },
  { value: 'active_seconds', label: 'Longest active first' },
  { value: 'duration', label: 'Longest first' },
  { value: 'clicks', label: 'Most clicks first' },
  { value: 'errors', label: 'Most exceptions first' },
  { value: 'console_errors', label: 'Most console errors first' },
];

/** The filter as text; undefined for one that narrows nothing, so that its address is the bare one. */
export function filterText(filter: RecordingFilter): string | undefined {
  const { date_from, date_to, conditions = [], match, order } = filter;
  const text = JSON.stringify({
    ...(date_from === undefined ? {} : { date_from }),
    ...(date_to === undefined ? {} : { date_to }),
    ...(conditions.length === 0 ? {} : { conditions }),
    ...(match === 'any' ? { match } : {}),
    ...(order === undefined || order === 'start_time' ? {} : { order }),
  });
  return text === '{}' ? undefined : text;
}

/** The filter in a text; what its fields hold is for the server to judge. Of no filter at all: everything. */
export function parseFilter(text: string | undefined): RecordingFilter {
  if (text === undefined) return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
    const { conditions } = value as { readonly conditions?: unknown };
    if (conditions !== undefined && !isListOfConditions(conditions)) return {};
    return value as RecordingFilter;
  } catch {
    return {};
  }
}

/** Times in filters are read to the second. */
const AROUND_MS = 1000;

/** What finds the recording that began at a moment, if the filter does, however many others it finds. */
export function beganAt(filter: RecordingFilter, startTime: string): RecordingFilter {
  const atMs = Date.parse(startTime);
  return {
    ...filter,
    date_from: new Date(atMs - AROUND_MS).toISOString(),
    date_to: new Date(atMs + AROUND_MS).toISOString(),
  };
}

const isListOfConditions = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.every(
    (one: unknown) =>
      typeof one === 'object' && one !== null && typeof (one as Condition).kind === 'string',
  );

/** Where the player opens: so long before what happened. */
const LEAD_MS = 5000;

/** In milliseconds from the start of the recording, as the player's address has it. */
export const openingAt = (offsetMs: number): string => String(Math.max(0, offsetMs - LEAD_MS));

/** Whether anything but the time narrows the list. */
export const isNarrowed = ({ conditions, date_from, date_to }: RecordingFilter): boolean =>
  (conditions?.length ?? 0) > 0 || date_from !== undefined || date_to !== undefined;
