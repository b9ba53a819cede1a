// Rollouts that begin at a time, are put elsewhere, are planned otherwise, and begin again after a rollback.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createRollout } from '../plan/draft.service.ts';
import { replanRollout } from '../plan/replan.service.ts';
import { commandRollout } from '../rollouts.service.ts';
import { aStory, look, type RolloutStory, startWorld, type World } from './test-world.service.ts';

const MINUTE_MS = 60_000;
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
