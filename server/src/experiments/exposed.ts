// Who was exposed, as it is kept from a look: by day and variant, until when somebody new came, and where the split of
// the variants is not the planned one.
import { isoDay, timeZone } from '#insights/zone';
import { HELD_OUT } from './exposures-sql.ts';
import { type SampleRatio, sampleRatioOf } from './sample-ratio.ts';
import { EXPOSURES } from './statistics.ts';
import { MULTIPLE } from './unit-values.ts';

const DAY_MS = 86_400_000;

/** What a look found, of exposures under {@link EXPOSURES}, else of the metric with this id. */
export type Kept = {
  readonly metricUuid: string;
  readonly asOf: Date;
  readonly settingsHash: string;
  readonly statistics: object;
};

/** What was kept before shares could be changed names no epoch: it is the first. */
export type ExposureRow = readonly [
  variant: string,
  day: string,
  people: number,
  epoch?: number,
  isSettling?: number,
  /** When one of them was last exposed, in milliseconds. */
  lastMs?: number,
];

/** People of one value of a property of their first exposure. */
export type LevelRow = readonly [
  property: string,
  value: string,
  variant: string,
  epoch: number,
  isSettling: number,
  people: number,
];

/** Events of the last day, and how many of them came late. */
export type Lateness = { readonly events: number; readonly late: number };

export type ExposureStatistics = {
  readonly rows: readonly ExposureRow[];
  /** Asked for where the whole split is off. */
  readonly levels?: readonly LevelRow[];
  readonly lateness?: Lateness;
};

export function exposuresIn(kept: readonly Kept[]): ExposureStatistics {
  const own = kept.find(({ metricUuid }) => metricUuid === EXPOSURES);
  return { rows: [], ...(own?.statistics as Partial<ExposureStatistics> | undefined) };
}

type Shares = Readonly<Record<string, number>>;

/** Whether people come in the planned shares, those of each time between changes; null while too few have come. */
export function splitOf(
  rows: readonly ExposureRow[],
  splits: readonly Shares[],
): SampleRatio | null {
  return sampleRatioOf(splits.map((shares, epoch) => ({ shares, people: peopleOf(rows, epoch) })));
}

/** Who came by the shares of one time between changes, by variant. */
export function peopleOf(rows: readonly ExposureRow[], wanted: number): Record<string, number> {
  const people: Record<string, number> = {};
  for (const [variant, , count, epoch = 0, isSettling = 0] of rows) {
    // Of those who came just after a change nobody knows by which shares.
    if (epoch !== wanted || isSettling === 1) continue;
    people[variant] = (people[variant] ?? 0) + count;
  }
  return people;
}

export function daysBetween(startMs: number, endMs: number, zone: string): string[] {
  const { dayOf } = timeZone(zone);
  const first = dayOf(startMs);
  const last = Math.max(first, dayOf(Math.max(startMs, endMs - 1)));
  return Array.from({ length: last - first + 1 }, (_, i) => isoDay(first + i));
}

/** People by variant (then `$multiple`, `$holdout`) at the end of each day. */
export function cumulativeOf(
  rows: readonly ExposureRow[],
  variants: readonly string[],
  days: readonly string[],
): Record<string, number[]> {
  const isHeld = rows.some(([variant]) => variant === HELD_OUT);
  const keys = [...variants, MULTIPLE, ...(isHeld ? [HELD_OUT] : [])];
  return Object.fromEntries(
    keys.map((key) => {
      const perDay = new Map<string, number>();
      for (const [variant, day, people] of rows) {
        if (variant === key) perDay.set(day, (perDay.get(day) ?? 0) + people);
      }
      let sum = 0;
      return [key, days.map((day) => (sum += perDay.get(day) ?? 0))];
    }),
  );
}

/** Nobody has been exposed for a day, not even once more, although new people had come on the days before. */
export type Silence = { readonly sinceMs: number; readonly perDay: number };

const PACE_DAYS = 7;
/** With 7 a day a day without anybody comes once in a thousand (a Poisson's e^−7). */
const EXPECTED = 7;

/**
 * @param sinceMs the flag has given variants without a break since then
 * @returns null where people come, new or not, or where so few new ones had come that a day without any says nothing
 */
export function silenceOf(
  rows: readonly ExposureRow[],
  { startMs, sinceMs, asOfMs }: { startMs: number; sinceMs: number; asOfMs: number },
  zone: string,
): Silence | null {
  const lastMs = rows.reduce((last, [, , , , , at = 0]) => Math.max(last, at), 0);
  if (lastMs === 0 || asOfMs - Math.max(lastMs, sinceMs) < DAY_MS) return null;
  const from = isoDay(timeZone(zone).dayOf(lastMs) - PACE_DAYS + 1);
  const people = rows.reduce((sum, [, day, count]) => sum + (day >= from ? count : 0), 0);
  const days = Math.min(PACE_DAYS, Math.max(1, (lastMs - startMs) / DAY_MS));
  return people / days < EXPECTED ? null : { sinceMs: lastMs, perDay: people / days };
}
