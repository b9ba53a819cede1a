// Rollouts that begin at a time, are put elsewhere, are planned otherwise, begin again after a rollback, and do not get
// through; and how long a controller keeps them for itself.
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { listEvents } from '../kept/history.store.ts';
import { createRollout } from '../plan/draft.service.ts';
import { replanRollout } from '../plan/replan.service.ts';
import { commandRollout } from '../rollouts.service.ts';
import { LateRollbacks } from './late-rollback.service.ts';
import {
  aStory,
  look,
  type RolloutStory,
  startWorld,
  withSlowStore,
  type World,
} from './test-world.service.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const stories: RolloutStory[] = [];
afterEach(async () => {
  for (const story of stories.splice(0)) await story.cancel();
});

async function aDraft(): Promise<RolloutStory> {
  const story = await aStory(world);
  stories.push(story);
  return story;
}

async function aStarted(): Promise<RolloutStory> {
  const story = await aDraft();
  await story.command('start');
  return story;
}

const ALL = { limit: 500, offset: 0 };
/** What happened, oldest first. */
async function timeLine({ id }: RolloutStory): Promise<string[]> {
  const { events } = await listEvents(world.ctx.db, id, ALL);
  return events.toReversed().map((event) => event.type);
}

test('a rollout starts at its time by itself, once nothing stands in its way', async () => {
  const story = await aDraft();
  const startAtMs = world.clock.now() + 10 * MINUTE_MS;
  const scheduled = await story.command('start', { startAtMs });
  expect(scheduled.position).toMatchObject({ state: 'scheduled', deadlineAtMs: startAtMs });
  const before = await story.flagNow();
  world.clock.advance(9 * MINUTE_MS);
  await look(world);
  expect((await story.rollout()).position.state).toBe('scheduled');

  // Somebody else's rollout of the same flag comes first: what is scheduled does not own its flag.
  const first = await createRollout(world.ctx, scheduled.wire, 1);
  await commandRollout(world.ctx, first.id, { name: 'start', reason: null });
  world.clock.advance(2 * MINUTE_MS);
  await look(world);
  const waiting = await story.rollout();
  expect(waiting.position.state).toBe('scheduled');
  expect(waiting.holdDetail).toContain('already has a running rollout');
  // Who takes a change back by hand has seen why.
  const ada = { ...world.ctx, actor: { kind: 'user', id: 'ada', label: 'Ada' } as const };
  await commandRollout(ada, first.id, { name: 'cancel', reason: null, flag: 'revert' });
  await look(world);
  await look(world);
  world.clock.advance(2 * MINUTE_MS);
  await look(world);
  const started = await story.rollout();
  expect(started.position).toMatchObject({ state: 'applying', stageIndex: 0 });
  expect(started).toMatchObject({ holdDetail: null, startedAt: expect.any(Date) });
  expect((await story.flagNow()).version).toBeGreaterThan(before.version);
});

test('what is scheduled is held against the days before its start, and starts only while it has something to count', async () => {
  const earlier = await aDraft();
  earlier.also = (_isTreated, visitor) => (visitor % 2 === 0 ? [{ event: 'order' }] : []);
  await earlier.minute();
  const story = await aStory(world, {
    guardrails: [
      { id: 'errors', kind: 'exception_users', allow_no_baseline: true },
      { id: 'orders', kind: 'conversion', event: 'order' },
    ],
  });
  stories.push(story);
  const atOf = (days: number) => world.clock.now() + days * DAY_MS;
  const scheduled = await story.command('start', { startAtMs: atOf(8) });
  const before = scheduled.baselines['orders']?.share ?? 0;
  expect(before).toBeGreaterThan(0.1);
  world.clock.advance(8 * DAY_MS);
  await look(world);
  const waiting = await story.rollout();
  expect(waiting.position.state).toBe('scheduled');
  expect(waiting.holdDetail).toContain('No “order” event has arrived in the last seven days.');
  // Far fewer order by now.
  story.also = (_isTreated, visitor) => (visitor % 50 === 0 ? [{ event: 'order' }] : []);
  for (let i = 0; i < 10; i += 1) await story.minute();
  world.clock.advance(2 * MINUTE_MS);
  await look(world);
  const started = await story.rollout();
  expect(started.position.state).toBe('applying');
  expect(started.baselines['orders']?.share).toBeLessThan(before / 2);
});

test('after a rollback somebody acknowledges it before more people get it again', async () => {
  const story = await aDraft();
  await story.command('start');
  story.errorEvery = { treatment: 3, control: 200 };
  const ended = await story.live(60);
  story.errorEvery = { treatment: Infinity, control: Infinity };
  expect(ended.position.state).toBe('rolled_back');
  const other = await createRollout(world.ctx, ended.wire, 1);
  const start = commandRollout(world.ctx, other.id, { name: 'start', reason: null });
  await expect(start).rejects.toMatchObject({ code: 'conflict', attr: 'flag_key' });
  await expect(story.command('retry', { stageIndex: 1 })).rejects.toMatchObject({
    code: 'conflict',
  });
  const seen = await story.command('ack', { reason: 'a missing index' });
  expect(seen).toMatchObject({ position: { state: 'rolled_back' }, outcome: 'rolled_back' });
  expect(seen.acknowledged?.by).toBe(world.ctx.actor.label);
  await expect(story.command('retry', { stageIndex: 9 })).rejects.toMatchObject({
    attr: 'stage_index',
  });
  const again = await story.command('retry', { reason: 'the index is there', stageIndex: 1 });
  expect(again.position).toMatchObject({ state: 'applying', stageIndex: 1, attempt: 2 });
  expect(again).toMatchObject({ outcome: null, finishedAt: null, acknowledged: null });
  const { filters } = await story.flagNow();
  expect(filters.groups).toMatchObject([{ rollout_percentage: again.plan.stages[1]?.percent }]);

  const back = await story.command('jump', { reason: 'fewer', stageIndex: 0 });
  expect(back.position).toMatchObject({ state: 'applying', stageIndex: 0, attempt: 3 });
  expect((await story.flagNow()).filters.groups).toMatchObject([
    { rollout_percentage: back.plan.stages[0]?.percent },
  ]);
  const rollout = await story.live(20);
  expect(rollout.position).toMatchObject({ attempt: 3 });
  expect(rollout.position.state).not.toBe('applying');
});

test('a running rollout is planned otherwise from its next stage on', async () => {
  const story = await aDraft();
  const { version, wire, plan } = await story.command('start');
  const stages = wire.stages.map((stage, index) =>
    index === 1 ? { ...stage, percent: 33 } : stage,
  );
  const options = { expectedVersion: version, reason: 'slower', timeScale: 1 };
  const after = await replanRollout(world.ctx, story.id, { ...wire, stages }, options);
  expect(after).toMatchObject({ planVersion: 2, position: { state: 'applying', attempt: 1 } });
  expect(after.plan.stages[1]?.percent).toBe(33);
  await expect(
    replanRollout(world.ctx, story.id, { ...wire, stages }, options),
  ).rejects.toMatchObject({ code: 'conflict', attr: 'expected_version' });
  const [guardrail] = wire.guardrails;
  if (!guardrail) throw new Error('no guardrail');
  const watched = { ...wire, stages, guardrails: [{ ...guardrail, red: 3 }] };
  const now = { ...options, expectedVersion: after.version };
  const anew = await replanRollout(world.ctx, story.id, watched, now);
  expect(anew.position).toMatchObject({ state: 'applying', stageIndex: 0, attempt: 2 });
  expect(anew.plan.guardrails[0]?.bands?.red).toBe(3);
  const moved = { ...wire, stages: [{ ...wire.stages[0], percent: 60 }] };
  await expect(
    replanRollout(world.ctx, story.id, moved as typeof wire, {
      ...options,
      expectedVersion: anew.version,
    }),
  ).rejects.toMatchObject({ code: 'invalid_input', attr: 'plan.stages.0' });
  expect(plan.stages[0]?.percent).toBe(10);
});

test('a rollback that somebody does not confirm is told once, and so is one that cannot be written', async () => {
  const story = await aStarted();
  await story.live(3);
  await story.command('rollback', { reason: 'not today' });
  const asked: unknown[] = [];
  const replicas = (missing: string | null) => ({
    replicas: {
      findMissing: async (question: unknown) => {
        asked.push(question);
        return missing;
      },
    },
  });
  const early = await story.rollout();
  for (const seconds of [0, 61, 6]) {
    world.clock.advance(seconds * 1000);
    await look(world, 'one', undefined, replicas('1 of 2 other replicas'));
  }
  expect((await story.rollout()).position.state).toBe('rolling_back');
  expect(asked[0]).toMatchObject({ until: { version: early.appliedFlagVersion } });
  world.clock.advance(6_000);
  await look(world, 'one', undefined, replicas(null));
  const line = await timeLine(story);
  expect(line.slice(-3)).toEqual(['rollback_started', 'rollback_stuck', 'rolled_back']);

  const { db } = world.ctx;
  await sql`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NEW.type = 'rollback_started' THEN RAISE 'disk full'; END IF;
    RETURN NEW;
  END $$`.execute(db);
  const other = await aStarted();
  const late = new LateRollbacks();
  await late.failed(world.ctx, await other.rollout(), new Error('once, and never again'));
  for (let i = 0; i < 3; i += 1) {
    await other.minute();
    await look(world, 'one', undefined, { late });
  }
  other.errorEvery = { treatment: 2, control: 200 };
  await other.minute();
  await sql`CREATE TRIGGER refuses BEFORE INSERT ON rollout_event FOR EACH ROW EXECUTE FUNCTION refuse()`.execute(
    db,
  );
  await look(world, 'one', undefined, { late });
  expect(await timeLine(other)).not.toContain('rollback_stuck');
  const unwritten = await other.rollout();
  for (let i = 0; i < 3; i += 1) {
    world.clock.advance(40_000);
    await look(world, 'one', undefined, { late });
  }
  await sql`DROP TRIGGER refuses ON rollout_event`.execute(db);
  expect((await timeLine(other)).at(-1)).toBe('rollback_stuck');
  const { events } = await listEvents(db, other.id, ALL);
  expect(events[0]?.reasons[0]).toContain('disk full');
  world.clock.advance(1_000);
  await look(world, 'one', undefined, { late });
  // What has been taken back meanwhile is not told of.
  const slow = new LateRollbacks();
  await slow.failed(world.ctx, unwritten, new Error('too late'));
  world.clock.advance(MINUTE_MS);
  await slow.failed(world.ctx, unwritten, new Error('too late'));
  expect((await timeLine(other)).slice(-2)).toEqual(['rollback_stuck', 'rollback_started']);
  await look(world);
});

test('a claim lasts as long as its holder gives signs of life, and not much longer', async () => {
  const story = await aStarted();
  await story.live(3);
  await story.minute();
  const { slow, release } = withSlowStore(world);
  const { db } = world.ctx;
  let clockMs = 1_000_000;
  let isAlive = true;
  const claims = {
    clockMs: () => (isAlive ? clockMs : 0),
    beatMs: 20,
  };
  const first = look(slow, 'one', undefined, { claims });
  const claimedUntil = async () =>
    (
      await db
        .selectFrom('rollout')
        .select('claimed_until')
        .where('id', '=', story.id)
        .executeTakeFirstOrThrow()
    ).claimed_until?.getTime();
  const others = { claims: { clockMs: () => clockMs, beatMs: 60_000 } };
  const before = await story.rollout();
  for (let i = 0; i < 3; i += 1) {
    clockMs += 10_000;
    await expect.poll(claimedUntil).toBe(clockMs + 12_000);
    expect(await look(world, 'two', undefined, others)).toBe(0);
  }
  isAlive = false;
  await expect.poll(claimedUntil).toBe(12_000);
  clockMs += 12_001;
  expect(await look(world, 'two', undefined, others)).toBe(1);
  const taken = await story.rollout();
  expect(taken.position.lastEvalAtMs).toBeGreaterThan(before.position.lastEvalAtMs ?? 0);
  release();
  await first;
  expect(await story.rollout()).toEqual(taken);

  // Whoever stops in order leaves what it has begun to the others, at once.
  await story.minute();
  const stopping = AbortSignal.abort();
  await look(world, 'one', undefined, { signal: stopping });
  expect(await claimedUntil()).toBeUndefined();
  expect(await look(world, 'two', undefined, others)).toBe(1);

  // Whoever hangs gives signs of life for as long as a look may take, twice.
  await story.command('rollback', { reason: 'not today' });
  const hung = Promise.withResolvers<null>();
  let beats = 0;
  const clocked = { clockMs: () => (beats += 1) && clockMs, beatMs: 10 };
  const replicas = { findMissing: () => hung.promise };
  const hanging = look(world, 'one', undefined, { lookMs: 50, claims: clocked, replicas });
  await expect.poll(() => beats).toBeGreaterThan(10);
  for (let i = 0; i < 50; i += 1) await claimedUntil();
  expect(beats).toBe(11);
  hung.resolve(null);
  await hanging;
});
