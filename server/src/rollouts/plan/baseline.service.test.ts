import { afterAll, beforeAll, expect, test } from 'vitest';
import { SerinError } from '#kernel/errors';
import { openClickHouse } from '#platform/clickhouse/open';
import { insertEvents } from '#platform/test-events';
import { measureBaselines } from './baseline.service.ts';
import { type PlanInput, planOf, PlanWire } from './plan.contract.ts';
import { aStory, startWorld, type World } from '../running/test-world.service.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

let world: World;
beforeAll(async () => {
  world = await startWorld();
  const { clickhouse, environment } = world.ctx;
  const about = { distinctId: 'somebody', properties: { step: 'pay' } };
  const nowMs = world.clock.now();
  await insertEvents(clickhouse, environment.id, [
    { ...about, event: 'checkout_failed', atMs: nowMs - MINUTE_MS },
    { ...about, event: 'order', atMs: nowMs - 8 * DAY_MS },
  ]);
});
afterAll(() => world.close());

/** What becomes of a draft that is guarded so: the field at fault, or nothing. */
async function faultOf(guardrail: object, at: World = world): Promise<string | null> {
  const guardrails = [{ id: 'one', kind: 'event_rate', ...guardrail }] as PlanInput['guardrails'];
  return aStory(at, { guardrails }).then(
    () => null,
    (error: unknown) => {
      if (!(error instanceof SerinError)) throw error;
      return `${error.code} ${error.attr}`;
    },
  );
}

test('a guardrail that has counted nothing for a week is refused, unless that is allowed', async () => {
  const event = 'checkout_failed';
  const step = (value: string) => ({ event, properties: [{ key: 'step', value }] });
  expect(await faultOf({ event })).toBeNull();
  expect(await faultOf(step('pay'))).toBeNull();
  expect(await faultOf(step('basket'))).toBe('invalid_input guardrails.0.event');
  expect(await faultOf({ event: 'chekout_failed' })).toBe('invalid_input guardrails.0.event');
  expect(await faultOf({ event: 'order' })).toBe('invalid_input guardrails.0.event');
  expect(await faultOf({ event: 'order', allow_no_baseline: true })).toBeNull();
});

test('a draft is checked again when it starts', async () => {
  const story = await aStory(world, {
    guardrails: [{ id: 'one', kind: 'event_rate', event: 'checkout_failed' }],
  });
  world.clock.advance(8 * DAY_MS);
  await expect(story.command('start')).rejects.toThrow(/No “checkout_failed” event has arrived/);
  world.clock.advance(-8 * DAY_MS);
  expect((await story.command('start')).position.state).toBe('applying');
});

test('an event store that does not answer refuses, and says why', async () => {
  const dead = openClickHouse({ url: 'http://127.0.0.1:9' });
  const cut: World = { ...world, ctx: { ...world.ctx, clickhouse: dead.client } };
  expect(await faultOf({ event: 'checkout_failed' }, cut)).toBe('unavailable null');
  await dead.close();
});

test('steps and numbers that have not arrived are refused by their field', async () => {
  const steps = ['checkout_failed', 'paid'];
  expect(await faultOf({ kind: 'funnel', steps })).toBe('invalid_input guardrails.0.steps.1');
  const event = 'checkout_failed';
  const latency = { kind: 'latency', event, property: 'step', allow_no_baseline: true };
  // Without values there is no percentile to hold anybody against.
  expect(await faultOf(latency)).toBe('invalid_input guardrails.0.property');
  const ratio = { kind: 'ratio', event, per: { event: 'nothing' } };
  expect(await faultOf(ratio)).toBe('invalid_input guardrails.0.per');
});

test('percentiles, shares and caps are measured once, and kept while their guardrail stays the same', async () => {
  const { ctx, clock } = world;
  const day = (n: number) => clock.now() - n * DAY_MS;
  const people = Array.from({ length: 200 }, (_, i) => i + 1);
  await insertEvents(
    ctx.clickhouse,
    ctx.environment.id,
    people.flatMap((n) => [
      { event: 'request', distinctId: `b${n}`, atMs: day(1), properties: { ms: n } },
      { event: 'order', distinctId: `b${n}`, atMs: day(2), properties: { total: n % 2 ? n : 0 } },
      // Too old to count.
      { event: 'request', distinctId: `b${n}`, atMs: day(15), properties: { ms: 10_000 } },
    ]),
  );
  const wire = (percentile: number) =>
    PlanWire.parse({
      flag_key: 'any',
      stages: [{ name: 'half', percent: 50 }],
      guardrails: [
        { id: 'slow', kind: 'latency', event: 'request', property: 'ms', percentile },
        { id: 'revenue', kind: 'revenue_per_user', event: 'order', property: 'total' },
        { id: 'orders', kind: 'conversion', event: 'order' },
        { id: 'errors', kind: 'exception_users' },
      ],
    });
  const measure = (one: PlanWire, known?: Parameters<typeof measureBaselines>[3]) =>
    measureBaselines(ctx, ctx.environment.id, { plan: planOf(one), wire: one }, known);
  const first = await measure(wire(95));
  expect(Object.keys(first)).toEqual(['slow', 'revenue', 'orders', 'errors']);
  expect(first['slow']?.threshold).toBeGreaterThan(188);
  expect(first['slow']?.threshold).toBeLessThan(192);
  // 10 of the 401 people of a day (one more is somebody of the last minute).
  expect(first['slow']?.share).toBeCloseTo(0.025, 2);
  expect(first['revenue']?.cap).toBeGreaterThan(194);
  expect(first['orders']?.share).toBeCloseTo(0.5, 2);
  expect(first['errors']?.share).toBe(0);
  const known = {
    baselines: { ...first, slow: { ...first['slow'], threshold: 7 } },
    wire: wire(95),
  };
  expect(await measure(wire(95), known as never)).toEqual(known.baselines);
  const { errors: _unknown, ...older } = first;
  expect(await measure(wire(95), { baselines: older, wire: wire(95) })).toEqual(older);
  const moved = await measure(wire(50), known as never);
  expect(moved['slow']?.threshold).toBeCloseTo(100, -1);
  expect(moved['revenue']).toEqual(first['revenue']);
});
