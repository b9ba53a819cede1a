// Names of the intervals of a time axis, and which of them are written below it. Days are those of the
// project's time zone already: `2026-11-20`, `2026-11-20 14:00:00`.

const short = (options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat('en-GB', { ...options, timeZone: 'UTC' });
const DAY = short({ day: 'numeric', month: 'short' });
const MONTH = short({ month: 'short', year: 'numeric' });
const FULL_DAY = short({ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' });
const TIME = short({ hour: '2-digit', minute: '2-digit' });

const at = (day: string): Date => new Date(`${day.replace(' ', 'T')}${day.length > 10 ? 'Z' : ''}`);

/** Below the axis: `20 Nov`, `Nov 2026`, `14:00`, and at midnight the day. */
export function shortName(day: string, interval: string): string {
  const date = at(day);
  if (Number.isNaN(date.getTime())) return day;
  if (interval === 'month') return MONTH.format(date);
  if (interval !== 'hour' && interval !== 'minute') return DAY.format(date);
  const time = TIME.format(date);
  return time === '00:00' ? DAY.format(date) : time;
}

/** In full: `Fri, 20 Nov 2026`, `Week of …`, `Fri, 20 Nov 2026, 14:00`. */
export function longName(day: string, interval: string): string {
  const date = at(day);
  if (Number.isNaN(date.getTime())) return day;
  if (interval === 'month') return MONTH.format(date);
  if (interval === 'week') return `Week of ${FULL_DAY.format(date)}`;
  const name = FULL_DAY.format(date);
  return day.length > 10 ? `${name}, ${TIME.format(date)}` : name;
}

/** A step of the axis that has its name below it. */
export type Tick = { readonly step: number; readonly name: string };

/** Hours and minutes from one name to the next: whole days, so that each is at the same time. */
const CLOCK_HOURS = [1, 2, 3, 6, 12, 24, 48, 72, 168, 336];
const NICE: Readonly<Record<string, readonly number[]>> = {
  minute: [1, 5, 10, 15, 30, ...CLOCK_HOURS.map((hours) => hours * 60)],
  hour: CLOCK_HOURS,
  day: [1, 2, 7, 14, 28, 56, 112],
  other: [1, 2, 3, 4, 6, 12, 24],
};

/** Every how-many-th of `steps` is named, so that names of a width stand apart. */
export function everyNth(
  steps: number,
  width: number,
  nameWidth: number,
  interval = 'other',
): number {
  const needed = Math.max(1, Math.ceil((steps * nameWidth) / Math.max(1, width)));
  const nice = NICE[interval] ?? NICE['other'] ?? [];
  return nice.find((one) => one >= needed) ?? Math.ceil(needed / 100) * 100;
}

/** The names below an axis of anything else. */
export function plainTicks(
  steps: number,
  nameOf: (step: number) => string,
  width: number,
  nameWidth: number,
): Tick[] {
  const every = everyNth(steps, width, nameWidth);
  const count = Math.ceil(steps / every);
  return Array.from({ length: count }, (_, n) => ({ step: n * every, name: nameOf(n * every) }));
}

/** The names below an axis of days; those of hours and minutes begin at midnight. */
export function ticksOf(
  days: readonly string[],
  interval: string,
  width: number,
  nameWidth: number,
): Tick[] {
  const every = everyNth(days.length, width, nameWidth, interval);
  const midnight = days.findIndex((day) => day.endsWith(' 00:00:00'));
  const first = midnight === -1 ? 0 : midnight % every;
  const ticks: Tick[] = [];
  for (let step = first; step < days.length; step += every) {
    ticks.push({ step, name: shortName(days[step] ?? '', interval) });
  }
  return ticks;
}
