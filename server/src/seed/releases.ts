// What the shop released in its thirty days: a search that helps, and a checkout that hurt until it was taken back.

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** How long the story is. */
export const DAYS = 30;

export const GOOD_FLAG = 'new-search';
export const BAD_FLAG = 'new-checkout';

/** `[since, in days from the start; share of people]`. */
const SEARCH_LADDER: readonly (readonly [number, number])[] = [
  [8.4, 0.1],
  [10.4, 0.25],
  [13.4, 0.5],
  [17.4, 1],
];

/** Near the end, so that what is looked at by default shows it. */
const CHECKOUT_DAYS = { from: 25.375, to: 27.375 } as const;
const CHECKOUT_SHARE = 0.5;

/** When half of all people had the bad checkout, milliseconds since the epoch. */
export function badRelease(untilMs: number): { readonly fromMs: number; readonly toMs: number } {
  const startMs = untilMs - DAYS * DAY_MS;
  return {
    fromMs: startMs + CHECKOUT_DAYS.from * DAY_MS,
    toMs: startMs + CHECKOUT_DAYS.to * DAY_MS,
  };
}

/** Where somebody stands in the order in which flags reach people: numbers from 0 to 1. */
export type Ranks = { readonly search: number; readonly checkout: number };

/** The values of the flags that there are at a moment; `day` counts from the start of the story. */
export function flagsAt(day: number, ranks: Ranks): Readonly<Record<string, boolean>> {
  const ladder = SEARCH_LADDER.findLast(([since]) => since <= day);
  const isBad = day < CHECKOUT_DAYS.to && ranks.checkout < CHECKOUT_SHARE;
  return {
    ...(ladder && { [GOOD_FLAG]: ranks.search < ladder[1] }),
    // Taken back, it is off for everybody.
    ...(day >= CHECKOUT_DAYS.from && { [BAD_FLAG]: isBad }),
  };
}
