// When a rollout may widen: windows of the week in a time zone, such as "Mon-Thu 09:00-16:00 Europe/Berlin".
// Going back needs no window.

export type ChangeWindow = {
  /** Days on which it opens; 0 is Sunday. */
  readonly days: readonly number[];
  /** Minutes since midnight; one that ends before it begins ends on the next day. */
  readonly fromMinute: number;
  readonly toMinute: number;
  /** IANA name. */
  readonly timeZone: string;
};

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
const FORM = /^(\S+) (\d\d):(\d\d)-(\d\d):(\d\d)(?: (\S+))?$/;
const DAY_MINUTES = 24 * 60;
const MINUTE_MS = 60_000;

/** The window that a text means; undefined when it means none. Without a zone it is UTC. */
export function parseChangeWindow(text: string): ChangeWindow | undefined {
  const [, list = '', fromHour, from, toHour, to, timeZone = 'UTC'] = FORM.exec(text) ?? [];
  const days = list.split(',').map(parseDays);
  const fromMinute = Number(fromHour) * 60 + Number(from);
  const toMinute = Number(toHour) * 60 + Number(to);
  const isTime = [from, to].every((minute) => Number(minute) < 60);
  const isInside = fromMinute < DAY_MINUTES && toMinute <= DAY_MINUTES && fromMinute !== toMinute;
  if (!isTime || !isInside || !isTimeZone(timeZone)) return undefined;
  if (days.some((some) => some === undefined)) return undefined;
  return { days: days.flatMap((some) => some ?? []), fromMinute, toMinute, timeZone };
}

/** `Mon`, `Fri-Mon` or `daily`. */
function parseDays(text: string): readonly number[] | undefined {
  if (text.toLowerCase() === 'daily') return DAYS.map((_, day) => day);
  const [first = '', last = first, ...rest] = text.toLowerCase().split('-');
  const from = DAYS.findIndex((day) => day === first);
  const to = DAYS.findIndex((day) => day === last);
  if (from < 0 || to < 0 || rest.length > 0) return undefined;
  const count = ((to - from + DAYS.length) % DAYS.length) + 1;
  return Array.from({ length: count }, (_, step) => (from + step) % DAYS.length);
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known) return known;
  const clock = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  clocks.set(timeZone, clock);
  return clock;
}

function isTimeZone(timeZone: string): boolean {
  try {
    clockOf(timeZone);
    return true;
  } catch {
    return false;
  }
}

/** True when a change may be made now; without windows, always. */
export function isOpenAt(windows: readonly ChangeWindow[], nowMs: number): boolean {
  return windows.length === 0 || windows.some((window) => isInWindow(window, nowMs));
}

function isInWindow({ days, fromMinute, toMinute, timeZone }: ChangeWindow, atMs: number): boolean {
  const { day, minute } = localTime(timeZone, atMs);
  if (fromMinute < toMinute) return days.includes(day) && minute >= fromMinute && minute < toMinute;
  const dayBefore = (day + DAYS.length - 1) % DAYS.length;
  return (
    (days.includes(day) && minute >= fromMinute) || (days.includes(dayBefore) && minute < toMinute)
  );
}

function localTime(timeZone: string, atMs: number): { day: number; minute: number } {
  const parts = clockOf(timeZone).formatToParts(atMs);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  const day = DAYS.findIndex((name) => name === part('weekday').toLowerCase());
  return { day, minute: Number(part('hour')) * 60 + Number(part('minute')) };
}

/** When the next window opens, in milliseconds; `nowMs` when one is open. */
export function nextOpening(windows: readonly ChangeWindow[], nowMs: number): number {
  if (isOpenAt(windows, nowMs)) return nowMs;
  return Math.min(...windows.map((window) => openingOf(window, nowMs)));
}

const WEEK_DAYS = 7;

function openingOf(window: ChangeWindow, nowMs: number): number {
  const startMs = Math.ceil(nowMs / MINUTE_MS) * MINUTE_MS;
  const { minute } = localTime(window.timeZone, startMs);
  for (let day = 0; day <= WEEK_DAYS; day += 1) {
    const plainMs = startMs + (window.fromMinute - minute + day * DAY_MINUTES) * MINUTE_MS;
    // Where clocks have been put on or back since, the hour is another one; one that is skipped opens later.
    const shift = window.fromMinute - localTime(window.timeZone, plainMs).minute;
    const found = [plainMs + shift * MINUTE_MS, plainMs].find(
      (atMs) => atMs >= startMs && isInWindow(window, atMs),
    );
    if (found !== undefined) return found;
  }
  return startMs + WEEK_DAYS * DAY_MINUTES * MINUTE_MS;
}
