// How many people it takes until evidence reaches a line, and the chance that so many suffice: for forecasts only,
// never for decisions. Source: docs/statistics.md §6.
import { normalCdf } from './distributions.ts';
import { halfNormalLogE } from './half-normal.ts';
import { oneSampleLogE } from './one-sample.ts';
import { expectedTreatmentPeople, infoDetect, infoSafe } from './planning.ts';

/** What it takes to reach a line. */
export type Need = {
  /** Treatment people after whom it is reached in half of the cases; Infinity: never. */
  readonly people: number;
  /** The chance (0 to 1) that it is reached with this many treatment people. */
  readonly chance: (people: number) => number;
};

export const NEVER: Need = { people: Infinity, chance: () => 0 };

/** Beyond this nobody waits; it bounds searches. */
const MOST_PEOPLE = 1e10;

/**
 * Treatment people until a line is reached are about log-normal around what growth alone would give: median and 80th
 * percentile in parts of it, simulated at 1 % of 1 % (docs/statistics.md §6).
 */
const DETECT = { median: 0.75, most: 1.6 } as const;
const SAFE = { median: 0.5, most: 1.2 } as const;
/** 80th percentile of the standard normal. */
const Z80 = 0.8416212335729143;

function needOfRate(expected: number, { median, most }: typeof DETECT | typeof SAFE): Need {
  if (!Number.isFinite(expected)) return NEVER;
  const spread = Math.log(most / median) / Z80;
  const people = expected * median;
  return {
    people,
    chance: (given) => (given <= 0 ? 0 : normalCdf(Math.log(given / people) / spread)),
  };
}

/** Both rates, and the part of everyone in treatment. */
export type RatePlan = {
  /** Share of control people with the outcome. */
  readonly p0: number;
  /** Treatment rate over control rate. */
  readonly ratio: number;
  /** 0 to 1. */
  readonly share: number;
};

/** Until harm shows, when treatment is in truth at `ratio`. */
export const needToDetect = ({ p0, ratio, share }: RatePlan, lnLine: number): Need =>
  needOfRate(expectedTreatmentPeople(infoDetect(p0, ratio, share), lnLine), DETECT);

/** Until “at `ratio` or worse” is refuted, when the rates are in truth equal. */
export const needToClear = ({ p0, ratio, share }: RatePlan, lnLine: number): Need =>
  needOfRate(expectedTreatmentPeople(infoSafe(p0, ratio, share), lnLine), SAFE);

/** Until a true share is told from a limit on the side of it that it is not on. */
export function needAgainstLimit(
  p: number,
  limit: number,
  { side, lnLine }: { readonly side: 'up' | 'down'; readonly lnLine: number },
): Need {
  const isBeyond = side === 'up' ? p > limit : p < limit;
  if (!isBeyond) return NEVER;
  const lnE = (n: number, events: number) => oneSampleLogE({ events, n }, { p0: limit, side });
  const people = leastPeople((n) => lnE(n, p * n) >= lnLine);
  const chance = (n: number) => {
    const whole = Math.floor(n);
    if (whole < 1) return 0;
    // The most (or fewest) events that still prove it, held against how many there would be.
    const last = lastEvents(whole, p, side, (events) => lnE(whole, events) >= lnLine);
    if (last === null) return 0;
    const sd = Math.sqrt(whole * p * (1 - p));
    const toSide = side === 'down' ? last + 0.5 - whole * p : whole * p - (last - 0.5);
    return sd === 0 ? Number(toSide > 0) : normalCdf(toSide / sd);
  };
  return { people, chance };
}

/** The number of events nearest to the limit that proves it; null when none does. */
function lastEvents(
  n: number,
  p: number,
  side: 'up' | 'down',
  isProof: (events: number) => boolean,
): number | null {
  const best = side === 'down' ? 0 : n;
  if (!isProof(best)) return null;
  let [proves, fails] = side === 'down' ? [0, n + 1] : [n, -1];
  while (Math.abs(fails - proves) > 1) {
    const middle = Math.floor((proves + fails) / 2);
    if (isProof(middle)) proves = middle;
    else fails = middle;
  }
  return proves;
}

/** A difference of means, for the half-normal mixture. */
export type MeanPlan = {
  /** Of one person, in either arm. */
  readonly variance: number;
  /** True difference in the direction of what is to be shown; also the effect worth catching. */
  readonly delta: number;
  /** Part of everyone in treatment, 0 to 1. */
  readonly share: number;
  /** Treatment people before whom nothing is said. */
  readonly burnIn: number;
};

/** Until a difference of means shows. */
export function needOfMean({ variance, delta, share, burnIn }: MeanPlan, lnLine: number): Need {
  if (!(delta > 0) || !(variance > 0)) return NEVER;
  const tauSquared = delta * delta;
  // Of the difference: each arm adds its own.
  const varianceAt = (n: number) => (variance / n) * (1 + share / (1 - share));
  const lnE = (found: number, n: number) =>
    halfNormalLogE(found, { sides: 1, variance: varianceAt(n), tauSquared });
  const people = Math.max(
    burnIn,
    leastPeople((n) => lnE(delta, n) >= lnLine),
  );
  const chance = (n: number) => {
    if (n < burnIn || n < 1) return 0;
    let [low, high] = [0, 2 * delta];
    while (lnE(high, n) < lnLine && high < 1e3 * delta) high *= 2;
    for (let step = 0; step < BISECTIONS; step += 1) {
      const middle = (low + high) / 2;
      if (lnE(middle, n) >= lnLine) high = middle;
      else low = middle;
    }
    return normalCdf((delta - high) / Math.sqrt(varianceAt(n)));
  };
  return { people, chance };
}

const BISECTIONS = 40;

/** The smallest number of people from which on it holds; Infinity when there is none. */
function leastPeople(holds: (n: number) => boolean): number {
  let enough = 1;
  while (!holds(enough)) {
    if (enough > MOST_PEOPLE) return Infinity;
    enough *= 2;
  }
  let tooFew = Math.floor(enough / 2);
  while (enough - tooFew > 1) {
    const middle = Math.floor((enough + tooFew) / 2);
    if (holds(middle)) enough = middle;
    else tooFew = middle;
  }
  return enough;
}

/** The one that is met first, by either way. */
export function eitherNeed(one: Need, other: Need): Need {
  return {
    people: Math.min(one.people, other.people),
    chance: (people) => Math.max(one.chance(people), other.chance(people)),
  };
}
