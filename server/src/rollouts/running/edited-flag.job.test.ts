import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { listEntries } from '#audit';
import { createFlag, setFlagOverrides, updateFlag } from '#flags';
import { aStory, look, type RolloutStory, startWorld, type World } from './test-world.service.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const stories: RolloutStory[] = [];
afterEach(async () => {
  for (const story of stories.splice(0)) await story.cancel();
});

async function started(): Promise<RolloutStory> {
  const story = await aStory(world);
  stories.push(story);
  await story.command('start');
  return story;
}

/** What a person says who edits what the rollout owns. */
const OVERRULE = { overRollout: true, reason: 'It cannot wait' };

test('what a rollout owns is not edited by hand, unless it is overruled with a reason', async () => {
  const story = await started();
  const edit = { filters: { groups: [{ properties: [], rollout_percentage: 70 }] } };
  const refused = async (more: object) =>
    updateFlag(world.ctx, story.flag.key, { ...edit, ...more }).then(
      () => 'taken',
      ({ code, attr }: { code: string; attr: string }) => `${code} ${attr}`,
    );
  expect(await refused({})).toBe('conflict over_rollout');
  expect(await refused({ overRollout: true })).toBe('required reason');
  const key = `${story.flag.key}-renamed`;
  await expect(updateFlag(world.ctx, story.flag.key, { key })).rejects.toThrow(story.id);
  expect(await refused(OVERRULE)).toBe('taken');
  const filter = { projectId: world.ctx.projectId, resourceId: String(story.flag.id) };
  const { entries } = await listEntries(world.ctx, filter, { limit: 1, offset: 0 });
  expect(entries[0]?.changes).toContainEqual({ field: 'overruled_rollout', after: story.id });
  // Whose plan leaves it open, and what has ended, locks nothing.
  const open = await aStory(world, { policy: { lock_flag: false } });
  stories.push(open);
  await open.command('start');
  await updateFlag(world.ctx, open.flag.key, edit);
  await open.command('cancel');
  await updateFlag(world.ctx, open.flag.key, { key: `${open.flag.key}-renamed` });
});

test('a flag edited by hand holds the rollout and keeps the edit, until somebody resumes', async () => {
  const story = await started();
  await story.live(4);
  const edit = { filters: { groups: [{ properties: [], rollout_percentage: 70 }] } };
  await updateFlag(world.ctx, story.flag.key, { ...edit, ...OVERRULE });
  await story.live(2);
  expect((await story.rollout()).position).toMatchObject({ state: 'holding', holdReason: 'drift' });
  expect((await story.flagNow()).filters.groups).toMatchObject([{ rollout_percentage: 70 }]);
  await story.command('resume');
  expect((await story.flagNow()).filters.groups).toMatchObject([{ rollout_percentage: 10 }]);
  expect((await story.rollout()).position).toMatchObject({ state: 'applying', attempt: 2 });
  expect((await story.live(60)).position.state).toBe('completed');
});

test('a change of the flag that leaves its targeting alone is no drift', async () => {
  const story = await started();
  await story.live(4);
  await updateFlag(world.ctx, story.flag.key, { name: 'New words' });
  expect((await story.live(1)).position.state).toBe('baking');
});

test('words, payloads and names may be edited at any time, and every later stage keeps them', async () => {
  const story = await started();
  await story.live(4);
  const { filters } = await story.flagNow();
  const groups = filters.groups.map((group) => ({ ...group, description: 'Ada looks after this' }));
  const edit = { ...filters, groups, payloads: { true: '{"colour":"red"}' } };
  await updateFlag(world.ctx, story.flag.key, { filters: edit });
  expect((await story.live(1)).position.state).toBe('baking');
  expect((await story.flagNow()).filters.groups[0]?.description).toBe('Ada looks after this');
  expect((await story.live(60)).position.state).toBe('completed');
  expect((await story.flagNow()).filters).toMatchObject({
    groups: [{ rollout_percentage: 100 }],
    payloads: { true: '{"colour":"red"}' },
  });
});

test('harm still takes a flag back that was edited beside its stage', async () => {
  const story = await started();
  await story.live(4);
  const { filters } = await story.flagNow();
  const friends = { properties: [{ key: 'email', type: 'person' as const, value: 'bo@x.io' }] };
  const groups = [friends, ...filters.groups];
  await updateFlag(world.ctx, story.flag.key, { filters: { ...filters, groups }, ...OVERRULE });
  expect((await story.live(2)).position).toMatchObject({ state: 'holding', holdReason: 'drift' });
  story.errorEvery = { treatment: 2, control: 200 };
  expect((await story.live(30)).position.state).toBe('rolled_back');
  expect((await story.flagNow()).filters.groups).toMatchObject([{ rollout_percentage: 0 }]);
});

test('a flag whose key or bucketing is changed holds, and goes on only when that is undone', async () => {
  const story = await started();
  await story.live(4);
  await updateFlag(world.ctx, story.flag.key, { key: `${story.flag.key}-renamed`, ...OVERRULE });
  expect((await story.live(2)).position).toMatchObject({ state: 'holding', holdReason: 'drift' });
  await expect(story.command('resume')).rejects.toThrow('key, bucketing or persistence');
  await updateFlag(world.ctx, `${story.flag.key}-renamed`, {
    key: story.flag.key,
    ...OVERRULE,
  });
  expect((await story.command('resume')).position.state).toBe('applying');
});

test('a flag switched off by hand ends the rollout and stays off', async () => {
  const story = await started();
  await story.live(4);
  await updateFlag(world.ctx, story.flag.key, { active: false });
  const rollout = await story.live(3);
  expect(rollout).toMatchObject({
    outcome: 'rolled_back',
    outcomeReason: 'The flag was switched off by hand.',
  });
  const flag = await story.flagNow();
  expect(flag).toMatchObject({ active: false, filters: { groups: [{ rollout_percentage: 0 }] } });
});

test('no command switches a flag on again that a person has just switched off', async () => {
  const story = await started();
  await story.live(4);
  await story.command('pause');
  await updateFlag(world.ctx, story.flag.key, { active: false });
  for (const name of ['resume', 'promote'] as const) {
    await expect(story.command(name, { reason: 'go' })).rejects.toThrow('switched off by hand');
  }
  expect((await story.flagNow()).active).toBe(false);
  expect((await story.command('rollback')).position.state).toBe('rolling_back');
  expect((await story.live(1)).position.state).toBe('rolled_back');
  expect((await story.flagNow()).active).toBe(false);
});

test('an archived flag ends the rollout without a fault', async () => {
  const story = await started();
  await story.live(4);
  await updateFlag(world.ctx, story.flag.key, { archived: true });
  expect((await story.live(3)).position.state).toBe('rolled_back');
});

test('a kill switch takes the flag away and leaves its stage; the rollout waits, and goes on after it', async () => {
  const story = await started();
  const nobody = { groups: [{ properties: [], rollout_percentage: 0 }] };
  const everyone = { groups: [{ properties: [], rollout_percentage: 100 }] };
  const kill = await createFlag(world.ctx, {
    key: `kill-${story.flag.key}`,
    kind: 'kill_switch',
    filters: nobody,
    active: true,
  });
  await updateFlag(world.ctx, story.flag.key, { killSwitch: kill.key });
  // Naming it, or having one that is at rest, is no drift.
  await story.live(4);
  expect((await story.rollout()).position.state).toBe('baking');
  const { filters } = await story.flagNow();

  await updateFlag(world.ctx, kill.key, { filters: everyone });
  const held = await story.live(2);
  expect(held.position).toMatchObject({ state: 'holding', holdReason: 'drift', stageIndex: 0 });
  expect(held.holdDetail).toContain('kill switch');
  expect((await story.flagNow()).filters).toEqual(filters);
  await expect(story.command('resume')).rejects.toThrow('kill switch is on');

  await updateFlag(world.ctx, kill.key, { filters: nobody });
  expect((await story.command('resume')).position).toMatchObject({
    state: 'applying',
    stageIndex: 0,
    attempt: 2,
  });
});

test('a rollout does not start while the kill switch of its flag is on', async () => {
  const story = await aStory(world);
  stories.push(story);
  const kill = await createFlag(world.ctx, {
    key: `kill-${story.flag.key}`,
    kind: 'kill_switch',
    filters: { groups: [{ properties: [], rollout_percentage: 1 }] },
    active: true,
  });
  await updateFlag(world.ctx, story.flag.key, { killSwitch: kill.key });
  await expect(story.command('start')).rejects.toMatchObject({
    code: 'conflict',
    attr: 'flag_key',
  });
});

test('an override while a rollout runs is no drift, and its person is compared with nobody', async () => {
  const story = await started();
  expect((await story.live(3)).position.state).toBe('baking');
  // Somebody who was counted: their id is not drawn any more from here on.
  const override = { distinctIds: ['visitor-1', 'not-seen-yet'], value: true };
  await setFlagOverrides(world.ctx, story.flag.key, override);
  expect((await story.live(1)).position.state).toBe('baking');
  expect((await story.flagNow()).filters.groups).toMatchObject([{ rollout_percentage: 10 }]);
});

test('a stage is watched once every replica serves it, and holds when that takes too long', async () => {
  const story = await started();
  const stands: unknown[] = [];
  const late = '1 of 2 other replicas';
  for (const [minutes, missing] of [
    [3, late],
    [5, late],
    [1, null],
    [3, null],
  ] as const) {
    world.clock.advance(minutes * 60_000);
    const replicas = { findMissing: () => Promise.resolve(missing) };
    await look(world, 'one', undefined, { replicas });
    const { state, holdReason } = (await story.rollout()).position;
    stands.push([state, holdReason]);
  }
  expect(stands).toEqual([
    ['applying', null],
    ['holding', 'actuator'],
    ['applying', null],
    ['baking', null],
  ]);
});
