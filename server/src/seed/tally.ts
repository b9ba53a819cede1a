// What a shop's events come to, counted in plain loops: what reading them back must give.
import { BAD_FLAG, HOUR_MS, badRelease } from './releases.ts';
import type { ShopEvent } from './trail.ts';

export const FUNNEL = ['product viewed', 'added to cart', 'checkout started', 'order completed'];

/** A visit: what is bought later was not bought because of it. */
export const FUNNEL_WINDOW_MS = HOUR_MS;
const FLAG = `$feature/${BAD_FLAG}`;

export type Tally = {
  readonly events: ReadonlyMap<string, number>;
  readonly people: number;
  readonly revenue: number;
  /** During the bad release, by the value of its flag: how many people came to each step. */
  readonly funnel: ReadonlyMap<string, readonly number[]>;
};

/** @param shoppers each one's events, in order */
export function tally(shoppers: Iterable<readonly ShopEvent[]>, untilMs: number): Tally {
  const events = new Map<string, number>();
  const funnel = new Map<string, number[]>();
  let people = 0;
  let cents = 0;
  for (const own of shoppers) {
    if (own.length > 0) people += 1;
    for (const { event, properties } of own) {
      events.set(event, (events.get(event) ?? 0) + 1);
      if (event === 'order completed') cents += Math.round(Number(properties['revenue']) * 100);
    }
    walk(own, untilMs, funnel);
  }
  return { events, people, revenue: cents / 100, funnel };
}

/**
 * Counts one shopper in, by the flag's value in their first event of any step: their way from a first step during the
 * release that gets furthest within {@link FUNNEL_WINDOW_MS}.
 */
function walk(own: readonly ShopEvent[], untilMs: number, funnel: Map<string, number[]>): void {
  const { fromMs, toMs } = badRelease(untilMs);
  const steps = own
    .filter(({ event, properties }) => FUNNEL.includes(event) && FLAG in properties)
    .map(({ event, timestamp, properties }) => ({
      event,
      atMs: Date.parse(timestamp),
      value: JSON.stringify(properties[FLAG]),
    }))
    .filter(({ atMs }) => atMs >= fromMs && atMs < toMs + FUNNEL_WINDOW_MS);
  const entries = steps.filter(({ event, atMs }) => event === FUNNEL[0] && atMs < toMs);
  const [first] = steps;
  if (!first || entries.length === 0) return;
  const level = Math.max(
    ...entries.map((entry) => {
      let reached = 0;
      for (const { event, atMs } of steps) {
        const isOnWay = atMs >= entry.atMs && atMs <= entry.atMs + FUNNEL_WINDOW_MS;
        if (isOnWay && event === FUNNEL[reached]) reached += 1;
      }
      return reached;
    }),
  );
  const counts = funnel.get(first.value) ?? FUNNEL.map(() => 0);
  funnel.set(
    first.value,
    counts.map((count, step) => (step < level ? count + 1 : count)),
  );
}
