// How people arrive at a stage: of those who were seen in the past, each counts once, at first sight; beyond the
// stretch that was looked at, at the pace of its last quarter.
const HOUR_MS = 3_600_000;
/** A year: what takes longer never happens. */
const LONGEST_MS = 366 * 24 * HOUR_MS;

/** People seen by the end of hour 1, 2, …, and people of a day. */
export type Arriving = { readonly byHour: readonly number[]; readonly perDay: number };

/** People of an hour once most have been seen. */
function latePace(byHour: readonly number[]): number {
  const last = byHour.length - 1;
  const from = Math.floor(last * 0.75);
  if (last <= 0) return byHour[0] ?? 0;
  return ((byHour[last] ?? 0) - (byHour[from] ?? 0)) / Math.max(1, last - from);
}

/** People expected after so long. */
export function peopleBy({ byHour }: Arriving, ms: number): number {
  const hours = ms / HOUR_MS;
  if (hours >= byHour.length) {
    return (byHour.at(-1) ?? 0) + (hours - byHour.length) * latePace(byHour);
  }
  const whole = Math.floor(hours);
  const before = whole === 0 ? 0 : (byHour[whole - 1] ?? 0);
  return before + (hours - whole) * ((byHour[whole] ?? before) - before);
}

/** Milliseconds until so many have been seen; null: not within a year. */
export function msUntil(arriving: Arriving, people: number): number | null {
  if (people <= 0) return 0;
  if (!(peopleBy(arriving, LONGEST_MS) >= people)) return null;
  let [tooShort, enough] = [0, LONGEST_MS];
  while (enough - tooShort > PRECISION_MS) {
    const middle = (tooShort + enough) / 2;
    if (peopleBy(arriving, middle) >= people) enough = middle;
    else tooShort = middle;
  }
  return enough;
}

const PRECISION_MS = 1000;
