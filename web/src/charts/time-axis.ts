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

const NICE = [1, 2, 3, 4, 6, 7, 12, 14, 24, 28, 48, 56, 96];

/** Every how-many-th of `steps` is written, so that names of a width stand apart. */
export function everyNth(steps: number, width: number, nameWidth: number): number {
  const needed = Math.max(1, Math.ceil((steps * nameWidth) / Math.max(1, width)));
  return NICE.find((nice) => nice >= needed) ?? Math.ceil(needed / 100) * 100;
}
