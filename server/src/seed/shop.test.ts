// The demo shop, without a server: repeatable, orderly, and with the story that it is meant to tell.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DAYS, DAY_MS, badRelease } from './releases.ts';
import { type ShopOptions, makeShop } from './shop.ts';
import { tally } from './tally.ts';

const options = fc.record({
  seed: fc.integer({ min: 0, max: 2 ** 31 }),
  untilMs: fc.integer({ min: 19_000, max: 24_000 }).map((day) => day * DAY_MS),
  people: fc.integer({ min: 1, max: 40 }),
});
const shopOf = (wanted: ShopOptions) => [...makeShop(wanted)];

test('the same options give the same events, and a larger shop holds a smaller one', () => {
  fc.assert(
    fc.property(options, fc.nat({ max: 10 }), (wanted, more) => {
      const shop = shopOf(wanted);
      const larger = shopOf({ ...wanted, people: wanted.people + more });
      expect(larger.slice(0, wanted.people)).toEqual(shop);
      const other = shopOf({ ...wanted, seed: wanted.seed + 1 }).flat();
      const ids = new Set(shop.flat().map(({ uuid }) => uuid));
      expect(ids.size).toBe(shop.flat().length);
      expect(other.filter(({ uuid }) => ids.has(uuid))).toEqual([]);
    }),
    { numRuns: 25 },
  );
});

test('each shopper walks forward in time, within the thirty days, and keeps their name once they have one', () => {
  fc.assert(
    fc.property(options, (wanted) => {
      for (const own of makeShop(wanted)) {
        const times = own.map(({ timestamp }) => Date.parse(timestamp));
        expect(times).toEqual(times.toSorted((a, b) => a - b));
        expect(new Set(times).size).toBe(times.length);
        expect(times.every((ms) => ms < wanted.untilMs)).toBe(true);
        expect(times.every((ms) => ms >= wanted.untilMs - DAYS * DAY_MS)).toBe(true);
        const names = own.map(({ distinct_id }) => distinct_id);
        const known = own.findIndex(({ event }) => event === '$identify');
        const anonymous = known < 0 ? names : names.slice(0, known);
        expect(new Set(anonymous).size).toBeLessThanOrEqual(1);
        expect(new Set(known < 0 ? [] : names.slice(known)).size).toBeLessThanOrEqual(1);
      }
    }),
    { numRuns: 25 },
  );
});

const untilMs = Date.UTC(2026, 10, 30);
const shop = shopOf({ seed: 1, untilMs, people: 2500 });

test('the bad release raises errors and costs orders, of its own people and of its own days alone', () => {
  const { funnel } = tally(shop, untilMs);
  const rate = (variant: string) => {
    const [, , started = 0, ordered = 0] = funnel.get(variant) ?? [];
    return ordered / started;
  };
  expect(rate('true')).toBeLessThan(rate('false') * 0.85);
  const { fromMs, toMs } = badRelease(untilMs);
  const failed = shop
    .flat()
    .filter(({ properties }) =>
      JSON.stringify(properties['$exception_list'] ?? '').includes('postcode'),
    );
  expect(failed.length).toBeGreaterThan(10);
  for (const { timestamp, properties } of failed) {
    expect(properties['$feature/new-checkout']).toBe(true);
    expect(Date.parse(timestamp)).toBeGreaterThanOrEqual(fromMs);
    expect(Date.parse(timestamp)).toBeLessThan(toMs + DAY_MS / 24);
  }
});

test('people were there before they said who they are, and come by the clock and the week', () => {
  const anonymousFirst = shop.filter(
    (own) => own.findIndex(({ event }) => event === '$identify') > 0,
  );
  expect(anonymousFirst.length).toBeGreaterThan(200);
  const views = shop.flat().filter(({ event }) => event === '$pageview');
  const share = (is: (date: Date) => boolean) =>
    views.filter(({ timestamp }) => is(new Date(timestamp))).length / views.length;
  expect(share((date) => date.getUTCHours() === 19)).toBeGreaterThan(
    4 * share((date) => date.getUTCHours() === 3),
  );
  expect(share((date) => date.getUTCDay() === 0)).toBeGreaterThan(
    share((date) => date.getUTCDay() === 5),
  );
});
