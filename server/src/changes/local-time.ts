// Wall time in a time zone, and the instants that it means: one, none (clocks go forward over it) or two
// (clocks go back over it). Rules of zones are those of the JavaScript engine (IANA, by ECMA-402 `Intl`).

const LOCAL = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2}))?$/;
/** Longer than any zone's distance from UTC. */
const DAY_MS = 24 * 3_600_000;
/** `Europe/Berlin`, `America/Argentina/Ushuaia`, `UTC`; not `+02:00`, which knows no daylight saving. */
const ZONE = /^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/;

/** True for an IANA name that this engine knows. */
export function isTimeZone(name: string): boolean {
  if (!ZONE.test(name)) return false;
  try {
    formatterOf(name);
    return true;
  } catch {
    return false;
  }
}

/** `2026-03-29T02:30` as if it were UTC, or undefined when it is no time of a day. */
export function parseLocal(text: string): number | undefined {
  const [, year, month, day, hour, minute, second = '00'] = LOCAL.exec(text) ?? [];
  if (year === undefined) return undefined;
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const ms = Date.parse(iso);
  // The 30th of February would be read as a day in March.
  return Number.isNaN(ms) || new Date(ms).toISOString() !== iso ? undefined : ms;
}

/** What clocks in the zone show at an instant: `2026-03-29T03:00`, with seconds where there are any. */
export function formatLocal(instantMs: number, timeZone: string): string {
  return localText(instantMs + offsetMs(instantMs, timeZone));
}

/** The instants at which clocks in the zone show this, earliest first. `localMs` as of {@link parseLocal}. */
export function instantsOf(localMs: number, timeZone: string): number[] {
  const offsets = new Set(
    [localMs - DAY_MS, localMs, localMs + DAY_MS].map((ms) => offsetMs(ms, timeZone)),
  );
  return [...offsets]
    .map((offset) => ({ instant: localMs - offset, offset }))
    .filter(({ instant, offset }) => offsetMs(instant, timeZone) === offset)
    .map(({ instant }) => instant)
    .toSorted((a, b) => a - b);
}

/** For a time that clocks jump over: what they show right before and right after the jump. */
export function gapAround(
  localMs: number,
  timeZone: string,
): { readonly from: string; readonly to: string } {
  let low = localMs - DAY_MS - offsetMs(localMs - DAY_MS, timeZone);
  let high = localMs + DAY_MS - offsetMs(localMs + DAY_MS, timeZone);
  const before = offsetMs(low, timeZone);
  // The jump lies where the distance from UTC changes: halve until the minute is found.
  while (high - low > 60_000) {
    const middle = low + Math.floor((high - low) / 2 / 60_000) * 60_000;
    if (middle === low) break;
    if (offsetMs(middle, timeZone) === before) low = middle;
    else high = middle;
  }
  return {
    from: localText(high + before).slice(11, 16),
    to: formatLocal(high, timeZone).slice(11, 16),
  };
}

/** Milliseconds by which clocks in the zone are ahead of UTC at an instant. */
export function offsetMs(instantMs: number, timeZone: string): number {
  const parts = Object.fromEntries(
    formatterOf(timeZone)
      .formatToParts(instantMs)
      .map(({ type, value }) => [type, Number(value)]),
  ) as Record<'year' | 'month' | 'day' | 'hour' | 'minute' | 'second', number>;
  const { year, month, day, hour, minute, second } = parts;
  const shown = Date.UTC(year, month - 1, day, hour, minute, second);
  return shown - Math.floor(instantMs / 1000) * 1000;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

/** Building one takes far longer than using it. There are some 600 names of zones. */
function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known) return known;
  const formatter = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'iso8601',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formatters.set(timeZone, formatter);
  return formatter;
}

const localText = (localMs: number): string =>
  new Date(localMs).toISOString().slice(0, 19).replace(/:00$/, '');
