// Thirty days of a shop, event by event. The same options give the same events with the same ids, and a shopper does
// the same whoever else there is: a larger shop holds all events of a smaller one.
import { rngOf } from './chance.ts';
import { DAYS, DAY_MS } from './releases.ts';
import { type Account, makeShopper } from './shopper.ts';
import type { ShopEvent } from './trail.ts';
import { visitEvents } from './visit.ts';

export type ShopOptions = {
  /** Another one is another shop. */
  readonly seed: number;
  /** A midnight, milliseconds since the epoch: the story ends there. */
  readonly untilMs: number;
  readonly people: number;
};

/** What marks all events of a shop, of whichever size. */
export function runOf({ seed, untilMs }: ShopOptions): string {
  return `${seed}/${new Date(untilMs).toISOString().slice(0, 10)}`;
}

/** Each shopper's events, in order. */
export function* makeShop(options: ShopOptions): Generator<readonly ShopEvent[]> {
  for (let index = 0; index < options.people; index += 1) yield eventsOf(index, options);
}

function eventsOf(index: number, options: ShopOptions): readonly ShopEvent[] {
  const { seed, untilMs } = options;
  const day = Math.floor(untilMs / DAY_MS);
  const ofRun = seed ^ Math.imul(day, 0x27d4eb2f);
  const shopper = makeShopper(index, ofRun, untilMs);
  let account: Account | undefined;
  const events: ShopEvent[] = [];
  for (const [visit, atMs] of shopper.visitsMs.entries()) {
    const made = visitEvents({
      shopper,
      rng: rngOf(ofRun ^ 0x165667b1, index * DAYS + visit),
      atMs,
      day: (atMs - untilMs) / DAY_MS + DAYS,
      account,
      run: runOf(options),
    });
    account = made.account;
    events.push(...made.events);
  }
  return events.filter(({ timestamp }) => Date.parse(timestamp) < untilMs);
}
