import { afterAll, beforeAll, expect, test } from 'vitest';
import { SerinError } from '#kernel/errors';
import { openClickHouse } from '#platform/clickhouse/open';
import { insertEvents } from '#platform/test-events';
import type { PlanInput } from './plan.contract.ts';
import { aStory, startWorld, type World } from './test-world.service.ts';

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
