// Outcomes of every kind, and crowds whose events fall around the edges that matter: for tests that ask about people.
import { createRng } from '#kernel/rng';
import { personIdOf, type TestEvent } from '#platform/test-events';
import type { EventMatch } from './guardrail.ts';
import type { Outcome } from './outcome.ts';
import { call, seen } from './test-exposure.query.ts';

const MINUTE_MS = 60_000;
const match = (event: string): EventMatch => ({ event, filters: [] });
const paid = { ...match('paid'), property: 'amount' };
export const took = { ...match('took'), property: 'ms' };
export const OUTCOMES: readonly Outcome[] = [
  { kind: 'any', ...match('paid') },
  { kind: 'steps', steps: [match('cart'), match('paid')], windowMs: 10 * MINUTE_MS },
  { kind: 'steps', steps: [match('cart'), match('cart')], windowMs: 10 * MINUTE_MS },
  { kind: 'above', series: took, treatment: 700, control: 500 },
  { kind: 'tally', y: paid, cap: 120, above: null, x: null },
  { kind: 'tally', y: paid, cap: null, above: null, x: { ...match('cart'), property: null } },
  { kind: 'tally', y: took, cap: null, above: 600, x: took },
  { kind: 'sessions', ...match('paid') },
  { kind: 'spread', series: took, level: 0.9 },
];

/** A crowd whose events fall around the edges that matter; some people have two ids, in one arm or in both. */
export function crowd(seed: number): TestEvent[] {
  const rng = createRng(seed);
  const whole = (limit: number) => Math.floor(rng() * limit);
  return Array.from({ length: 60 }, (_, i) => {
    const ids = [`p${seed}-${i}`, ...(rng() < 0.3 ? [`p${seed}-${i}-too`] : [])];
    const personId = personIdOf(`p${seed}-${i}`);
    const id = () => ids[whole(ids.length)] ?? '';
    const calls = Array.from({ length: whole(3) }, () => call(id(), whole(40) - 15, { personId }));
    const views = Array.from({ length: whole(3) }, () => seen(id(), whole(45) - 5, { personId }));
    const done = Array.from({ length: whole(9) }, () => {
      const event = ['cart', 'paid', 'took'][whole(3)] ?? '';
      const value = rng() < 0.1 ? 'none' : whole(1000) / 4 + (event === 'took' ? 500 : 0);
      const properties = event === 'took' ? { ms: value } : { amount: String(value) };
      return seen(id(), whole(50) - 4, { personId, event, properties });
    });
    const robot = i % 20 === 0 ? Array.from({ length: 70 }, (_each, n) => n) : [];
    const burst = robot.map((n) =>
      seen(ids[0] ?? '', 10 + n / 10, { personId, event: 'took', properties: { ms: 10 * n } }),
    );
    const all = [...calls, ...views, ...done, ...burst];
    // Sessions go on when somebody logs in, and some clients know none.
    return all.map((event, n) => (n % 4 === 0 ? event : { ...event, sessionId: `${i}-${n % 3}` }));
  }).flat();
}
