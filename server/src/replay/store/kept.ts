// Until when recordings are kept: shown until their day has come, whichever day their week is erased. Pure.

const DAY_MS = 86_400_000;
const WEEK_DAYS = 7;

type Kept = { readonly day: string; readonly retention_days: number | string };

/** From then on nothing of it is shown. */
export const endOfShowingMs = ({ day, retention_days: days }: Kept): number =>
  Date.parse(day) + Number(days) * DAY_MS;

/** When what began in a week is erased, its last day included. @param monday of that week */
export const erasureMs = (monday: number, days: number): number =>
  monday + (WEEK_DAYS + days) * DAY_MS;

/** When all of it is gone from the disk: weeks are erased as a whole. */
export function endOfKeepingMs({ day, retention_days: days }: Kept): number {
  const dayMs = Date.parse(day);
  const sinceMonday = (new Date(dayMs).getUTCDay() + 6) % 7;
  return erasureMs(dayMs - sinceMonday * DAY_MS, Number(days));
}

/** The same in SQL. @param today a parameter of type Date */
export const isShownSql = (alias: string, today: string): string =>
  `addDays(toDate32(${alias}.session_day), ${alias}.retention_days) > toDate32(${today})`;
