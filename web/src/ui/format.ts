// Numbers, durations and times in words. Pure: "now" is handed in.

const number = new Intl.NumberFormat('en', { maximumFractionDigits: 2 });
const exact = new Intl.DateTimeFormat('en-GB', {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
});
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const dayAndYear = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
});

/** `12,345` or `0.25`. */
export const formatNumber = (value: number): string => number.format(value);

/**
 * A share from 0 to 1 as a percentage with about two significant digits below ten percent:
 * `0.042` → `4.2 %`, `0.00031` → `0.031 %`.
 */
export function formatShare(fraction: number): string {
  const percent = fraction * 100;
  const size = Math.abs(percent);
  if (size === 0) return '0 %';
  if (size >= 10) return `${percent.toFixed(1).replace(/\.0$/, '')} %`;
  return `${Number(percent.toPrecision(2))} %`;
}

/** As many digits as a share is stored with: 0.001 % must not read as 0 %. */
const precise = new Intl.NumberFormat('en', { maximumFractionDigits: 4 });

/** A percentage from 0 to 100 as people write it: `25 %`, `0.5 %`. */
export const formatPercent = (percent: number): string => `${precise.format(percent)} %`;

const UNITS = [
  { seconds: 86_400, short: 'd', one: 'day', many: 'days' },
  { seconds: 3600, short: 'h', one: 'hour', many: 'hours' },
  { seconds: 60, short: 'min', one: 'minute', many: 'minutes' },
  { seconds: 1, short: 's', one: 'second', many: 'seconds' },
] as const;

/** A length of time in its two largest units: 5400 → `1 h 30 min`, 0.4 → `0.4 s`. */
export function formatDuration(seconds: number): string {
  if (seconds <= 0) return '0 s';
  if (seconds < 10 && !Number.isInteger(seconds)) return `${Number(seconds.toFixed(1))} s`;
  let rest = Math.round(seconds);
  const parts: string[] = [];
  for (const unit of UNITS) {
    const count = Math.floor(rest / unit.seconds);
    rest -= count * unit.seconds;
    if (count > 0) parts.push(`${count} ${unit.short}`);
    // 1 d 4 h is precise enough; 1 d 0 h 12 min would not be read.
    if (parts.length === 2 || (parts.length === 1 && count === 0)) break;
  }
  return parts.join(' ');
}

/** `3 minutes ago`, `in 2 hours`, `just now`; past a month, the day itself. */
export function formatRelative(atMs: number, nowMs: number): string {
  const seconds = (nowMs - atMs) / 1000;
  const size = Math.abs(seconds);
  if (size < 5) return 'just now';
  if (size > 30 * 86_400) return formatDay(atMs, nowMs);
  const unit = UNITS.find((candidate) => size >= candidate.seconds) ?? UNITS[3];
  const count = Math.floor(size / unit.seconds);
  const words = `${count} ${count === 1 ? unit.one : unit.many}`;
  return seconds > 0 ? `${words} ago` : `in ${words}`;
}

/** `3 Mar`, with the year when it is not this one. */
function formatDay(atMs: number, nowMs: number): string {
  const isThisYear = new Date(atMs).getFullYear() === new Date(nowMs).getFullYear();
  return (isThisYear ? day : dayAndYear).format(atMs);
}

/** The exact moment with seconds and time zone, for titles. */
export const formatExact = (atMs: number): string => exact.format(atMs);

/** `1 person`, `2 people`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatNumber(count)} ${count === 1 ? one : many}`;
}

/** `a, b and c`. */
export function joinWords(words: readonly string[], last = 'and'): string {
  if (words.length < 2) return words[0] ?? '';
  return `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;
}
