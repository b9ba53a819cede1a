// When a change is to be made: what people wrote, and the one instant that it means. What means none or two
// is refused with an explanation.
import { fail } from '#kernel/errors';
import {
  formatLocal,
  gapAround,
  instantsOf,
  isTimeZone,
  offsetMs,
  parseLocal,
} from './local-time.ts';

export type Fold = 'earlier' | 'later';

export type DueInput = {
  readonly at?: string | undefined;
  readonly local_time?: string | undefined;
  readonly time_zone?: string | undefined;
  readonly fold?: Fold | undefined;
};

export type Due = {
  readonly atMs: number;
  /** As it was written: wall time in `timeZone`. */
  readonly localTime: string;
  readonly timeZone: string;
  readonly fold: Fold | null;
};

/** 5 years. */
const FARTHEST_MS = 5 * 366 * 24 * 3_600_000;

/**
 * The instant that is meant. `attr` is the field that holds the input.
 * @throws required; invalid_input for a zone or time that there is not, a time that clocks jump over or
 *   show twice, and one that is past or more than five years away.
 */
export function dueOf(input: DueInput, nowMs: number, attr: string): Due {
  const due = input.at === undefined ? fromLocal(input, attr) : fromInstant(input, input.at, attr);
  const field = input.at === undefined ? `${attr}.local_time` : `${attr}.at`;
  if (due.atMs <= nowMs) fail('invalid_input', { attr: field, detail: 'This time has passed.' });
  if (due.atMs > nowMs + FARTHEST_MS) {
    fail('invalid_input', { attr: field, detail: 'At most five years from now.' });
  }
  return due;
}

function fromInstant(input: DueInput, at: string, attr: string): Due {
  const other = (['local_time', 'time_zone', 'fold'] as const).find(
    (field) => input[field] !== undefined,
  );
  if (other !== undefined) {
    const detail = 'Give an instant in “at”, or wall time in “local_time” and “time_zone”.';
    fail('invalid_input', { attr: `${attr}.${other}`, detail });
  }
  const atMs = Date.parse(at);
  return { atMs, localTime: formatLocal(atMs, 'UTC'), timeZone: 'UTC', fold: null };
}

function fromLocal(input: DueInput, attr: string): Due {
  const { local_time, time_zone } = input;
  const fold = input.fold ?? null;
  const localTime = local_time ?? fail('required', { attr: `${attr}.local_time` });
  const timeZone = time_zone ?? fail('required', { attr: `${attr}.time_zone` });
  if (!isTimeZone(timeZone)) {
    const detail = 'Not a time zone that is known here; names are such as Europe/Berlin.';
    fail('invalid_input', { attr: `${attr}.time_zone`, detail });
  }
  const localMs = parseLocal(localTime);
  if (localMs === undefined) {
    const detail = 'Not a time of a day; write it as 2026-11-30T09:00.';
    fail('invalid_input', { attr: `${attr}.local_time`, detail });
  }
  const atMs = chosen(instantsOf(localMs, timeZone), { localMs, localTime, timeZone, fold }, attr);
  return { atMs, localTime, timeZone, fold };
}

type Written = {
  readonly localMs: number;
  readonly localTime: string;
  readonly timeZone: string;
  readonly fold: Fold | null;
};

function chosen(instants: readonly number[], written: Written, attr: string): number {
  const { localMs, localTime, timeZone, fold } = written;
  const [first, second] = instants;
  if (first === undefined) {
    const { from, to } = gapAround(localMs, timeZone);
    fail('invalid_input', {
      attr: `${attr}.local_time`,
      detail: `${localTime.replace('T', ' ')} does not exist in ${timeZone}: clocks go from ${from} to ${to} that day.`,
    });
  }
  if (second === undefined || fold === 'earlier') return first;
  if (fold === 'later') return second;
  const names = [first, second].map((ms) => `${clock(ms)} UTC (${utcWords(ms, timeZone)})`);
  fail('invalid_input', {
    attr: `${attr}.fold`,
    detail: `${localTime.replace('T', ' ')} comes twice in ${timeZone}, because clocks go back: at ${names.join(' and at ')}. Say which in “fold”: earlier or later.`,
  });
}

const clock = (ms: number): string => new Date(ms).toISOString().slice(11, 16);

/** `UTC+02:00`. */
function utcWords(ms: number, timeZone: string): string {
  const minutes = Math.round(offsetMs(ms, timeZone) / 60_000);
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  const two = (value: number): string => String(value).padStart(2, '0');
  return `UTC${minutes < 0 ? '-' : '+'}${two(hours)}:${two(rest)}`;
}
