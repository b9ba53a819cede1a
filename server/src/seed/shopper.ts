// Who shops: where from, with what, and when they come.
import type { Rng } from '#kernel/rng';
import { exponential, pick, rngOf, uuidAt, weighted } from './chance.ts';
import { DAYS, DAY_MS, HOUR_MS, type Ranks } from './releases.ts';
import {
  COMPANIES,
  COUNTRIES,
  type Company,
  type Country,
  DEVICES,
  type Device,
  FIRST_NAMES,
  LAST_NAMES,
  PLANS,
  SOURCES,
  type Source,
} from './shop-facts.ts';

export type Shopper = {
  /** From 0 on. */
  readonly index: number;
  /** What the browser calls them until they log in. */
  readonly deviceId: string;
  readonly account: Account | undefined;
  /** From their first visit on they are logged in. */
  readonly isKnown: boolean;
  readonly country: Country;
  readonly device: Device;
  readonly source: Source;
  readonly ranks: Ranks;
  /** How ready they are to buy: around 1. */
  readonly zeal: number;
  /** When each visit begins, ascending; on different days. */
  readonly visitsMs: readonly number[];
};

export type Account = {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly plan: string;
  readonly company: Company | undefined;
};

const REGULAR_SHARE = 0.35;
const ONE_VISIT_SHARE = 0.52;
const ACCOUNT_SHARE = { regular: 0.75, newcomer: 0.4 } as const;
const COMPANY_SHARE = 0.12;
/** Days between visits, on average. */
const GAP_DAYS = { regular: 6, newcomer: 7 } as const;
/** Each day brings this much more newcomers than the day before. */
const GROWTH = 1.012;
/** Sunday first. */
const WEEKDAYS = [1.3, 1.05, 0.95, 0.95, 1, 0.8, 0.95];
/** Of a day where the shopper is. */
const HOURS = [
  0.8, 0.4, 0.2, 0.2, 0.2, 0.4, 1, 2, 3, 3.6, 4, 4.2, 4.6, 4.2, 3.8, 3.8, 4.1, 4.6, 5.2, 6.2, 6.8,
  6, 3.8, 1.8,
].map((weight, hour) => ({ hour, weight }));

/** The shopper of a number: the same whoever else there is. */
export function makeShopper(index: number, seed: number, untilMs: number): Shopper {
  const rng = rngOf(seed, index);
  const isRegular = rng() < REGULAR_SHARE;
  const country = weighted(rng, COUNTRIES);
  const device = weighted(rng, DEVICES);
  const source = weighted(rng, SOURCES);
  const ranks = { search: rng(), checkout: rng() };
  const zeal = 0.6 + rng() * 0.8;
  const startMs = untilMs - DAYS * DAY_MS;
  const visitsMs = daysOf(rng, isRegular, startMs).map((day) =>
    momentOf(rng, startMs + day * DAY_MS, country),
  );
  const hasAccount = rng() < (isRegular ? ACCOUNT_SHARE.regular : ACCOUNT_SHARE.newcomer);
  const deviceId = uuidAt(rng, visitsMs[0] ?? startMs);
  return {
    index,
    deviceId,
    account: hasAccount ? accountOf(rng, index, deviceId) : undefined,
    isKnown: hasAccount && isRegular,
    country,
    device,
    source,
    ranks,
    zeal,
    visitsMs,
  };
}

function accountOf(rng: Rng, index: number, deviceId: string): Account {
  const first = pick(rng, FIRST_NAMES);
  const last = pick(rng, LAST_NAMES);
  return {
    // Never that of somebody in another demo.
    id: `customer-${index}-${deviceId.slice(-6)}`,
    name: `${first} ${last}`,
    email: `${first}.${last}${index}@example.com`.toLowerCase(),
    plan: weighted(rng, PLANS).name,
    company: rng() < COMPANY_SHARE ? pick(rng, COMPANIES) : undefined,
  };
}

/** On which days of the story they come, ascending. */
function daysOf(rng: Rng, isRegular: boolean, startMs: number): number[] {
  const gap = isRegular ? GAP_DAYS.regular : GAP_DAYS.newcomer;
  let day = isRegular ? Math.floor(exponential(rng, gap)) : firstDay(rng, startMs);
  const days = [];
  const comesOnce = !isRegular && rng() < ONE_VISIT_SHARE;
  while (day < DAYS) {
    days.push(day);
    if (comesOnce) break;
    day += 1 + Math.floor(exponential(rng, gap - 1));
    // Who planned to come on a Friday may come on the weekend instead.
    if (rng() > (WEEKDAYS[weekdayOf(startMs, day)] ?? 1)) day += 1;
  }
  return days;
}

function firstDay(rng: Rng, startMs: number): number {
  const days = Array.from({ length: DAYS }, (_, day) => ({
    day,
    weight: GROWTH ** day * (WEEKDAYS[weekdayOf(startMs, day)] ?? 1),
  }));
  return weighted(rng, days).day;
}

const weekdayOf = (startMs: number, day: number) => new Date(startMs + day * DAY_MS).getUTCDay();

/** A time of that day, by when people there are awake. */
function momentOf(rng: Rng, dayMs: number, { zone }: Country): number {
  const { hour } = weighted(rng, HOURS);
  const ofDay = (((hour - zone + 24) % 24) + rng()) * HOUR_MS;
  return dayMs + Math.floor(ofDay);
}
