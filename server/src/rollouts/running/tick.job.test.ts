import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { canonicalJson } from '#kernel/json';
import { openClickHouse } from '#platform/clickhouse/open';
import type { Database } from '#platform/postgres/schema';
import { decide } from '../gate/gate.ts';
import { listEvaluations, listEvents } from '../kept/history.store.ts';
import {
  aStory,
  look,
  type RolloutStory,
  startWorld,
  withSlowStore,
  type World,
} from './test-world.service.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const stories: RolloutStory[] = [];
afterEach(async () => {
  for (const story of stories.splice(0)) await story.cancel();
});

const ALL = { limit: 500, offset: 0 };
const evaluationsOf = async (story: RolloutStory) =>
  (await listEvaluations(world.ctx.db, story.id, ALL)).evaluations;
/** What happened, oldest first. */
async function timeLine(story: RolloutStory): Promise<string[]> {
  const { events } = await listEvents(world.ctx.db, story.id, ALL);
  return events.toReversed().map((event) => event.type);
}

async function started(...about: [changes?: Parameters<typeof aStory>[1]]): Promise<RolloutStory> {
  const story = await aStory(world, ...about);
  stories.push(story);
  await story.command('start');
  return story;
}

test('a healthy release walks through every stage and completes', async () => {
  const story = await started();
  expect((await story.flagNow()).filters.groups).toMatchObject([{ rollout_percentage: 10 }]);
  const rollout = await story.live(60);
  expect(rollout).toMatchObject({ outcome: 'completed', position: { state: 'completed' } });
  expect(await timeLine(story)).toEqual([
    'created',
    'started',
    'stage_applied',
    'promoted',
    'stage_applied',
    'promoted',
    'completed',
  ]);
  const flag = await story.flagNow();
  expect(flag).toMatchObject({ active: true, filters: { groups: [{ rollout_percentage: 100 }] } });
  expect(flag.version).toBe(rollout.appliedFlagVersion);
});

test('a harmful release is taken back, with the numbers, and the decision can be recomputed', async () => {
  const story = await started();
  story.errorEvery = { treatment: 3, control: 200 };
  const rollout = await story.live(60);
  expect(rollout.position.state).toBe('rolled_back');
  expect(rollout.outcomeReason).toMatch(/people with the change had \$exception/);
  const flag = await story.flagNow();
  expect(flag).toMatchObject({ active: true, filters: { groups: [{ rollout_percentage: 0 }] } });
  const { events } = await listEvents(world.ctx.db, story.id, ALL);
  const decision = events.find((event) => event.type === 'rollback_started');
  const evaluation = (await evaluationsOf(story)).find(({ id }) => id === decision?.evaluationId);
  expect(evaluation?.verdict.level).toBe('red');
  const replayed = decide(evaluation?.inputs as Parameters<typeof decide>[0]);
  expect(replayed.transition).toMatchObject({
    type: 'rollback_started',
    reasons: decision?.reasons,
  });
  expect(canonicalJson(replayed.verdict)).toBe(canonicalJson(evaluation?.verdict));
});

test('after a restart the first look never promotes, however overdue it is', async () => {
  const story = await started();
  await story.live(5);
  for (let i = 0; i < 20; i += 1) await story.minute();
  await look(world, 'two', world.clock.now() - 1);
  const first = await story.rollout();
  expect(first.position).toMatchObject({ state: 'baking', stageIndex: 0, freshOkCount: 1 });
  expect(first.position.observedBakeMs).toBeGreaterThan(20 * 60_000);
  await story.minute();
  await look(world, 'two', world.clock.now() - 90_000);
  expect((await story.rollout()).position).toMatchObject({ state: 'applying', stageIndex: 1 });
});

test('whoever dies in the middle of any move leaves nothing of it, and the move is made once', async () => {
  const { db } = world.ctx;
  // PostgreSQL drops the connection once everything but the commit is written, as long as `dying` has a row.
  await sql`CREATE TABLE dying (at int)`.execute(db);
  await sql`CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF EXISTS (SELECT FROM dying) THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;
    RETURN NEW;
  END $$`.execute(db);
  const story = await started();
  await sql`CREATE TRIGGER dies AFTER INSERT ON rollout_event FOR EACH ROW EXECUTE FUNCTION die()`.execute(
    db,
  );
  story.errorEvery = { treatment: 3, control: 200 };
  const standing = async () => ({
    line: await timeLine(story),
    state: (await story.rollout()).position.state,
    flag: (await story.flagNow()).version,
  });
  let deaths = 0;
  for (let i = 0; i < 30 && (await story.rollout()).position.state !== 'rolled_back'; i += 1) {
    await story.minute();
    const before = await standing();
    await sql`INSERT INTO dying VALUES (1)`.execute(db);
    await look(world, 'one');
    expect(await standing()).toEqual(before);
    await sql`DELETE FROM dying`.execute(db);
    world.clock.advance(60_000);
    await look(world, 'two');
    if ((await standing()).line.length > before.line.length) deaths += 1;
  }
  await sql`DROP TRIGGER dies ON rollout_event`.execute(db);
  expect(await timeLine(story)).toEqual([
    'created',
    'started',
    'stage_applied',
    'rollback_started',
    'rolled_back',
  ]);
  expect(deaths).toBe(3);
  expect((await story.flagNow()).filters.groups).toMatchObject([{ rollout_percentage: 0 }]);
});

test('two controllers at once never decide twice', async () => {
  const story = await started();
  for (let i = 0; i < 30; i += 1) {
    await story.minute();
    const looks = await Promise.all([look(world, 'one'), look(world, 'two'), look(world, 'three')]);
    expect(looks.reduce((sum, count) => sum + count)).toBeLessThanOrEqual(1);
  }
  const rollout = await story.rollout();
  expect(rollout.position.state).toBe('completed');
  const line = await timeLine(story);
  expect(line.filter((type) => type === 'promoted')).toHaveLength(2);
  expect(rollout.version).toBe(line.length);
});

test('whoever was away for longer than its claim decides nothing any more, and no store means no move', async () => {
  const story = await started();
  await story.live(5);
  const standing = async () => ({
    line: await timeLine(story),
    rollout: (await story.rollout()).version,
    flag: (await story.flagNow()).version,
  });
  // The event store lets the first controller wait, and its claim ends.
  const { slow, release } = withSlowStore(world);
  await story.minute();
  const first = look(slow, 'one');
  for (let i = 0; i < 10; i += 1) await story.minute();
  while ((await standing()).line.at(-1) !== 'promoted') {
    await look(world, 'two');
    await story.minute();
  }
  const promoted = await standing();
  release();
  await first;
  expect(await standing()).toEqual(promoted);

  // PostgreSQL is away for longer than any lease.
  const gone = new Kysely<Database>({
    dialect: new PostgresDialect({ pool: () => Promise.reject(new Error('away')) }),
  });
  const cut: World = { ...world, ctx: { ...world.ctx, db: gone } };
  for (let i = 0; i < 30; i += 1) await story.minute();
  await expect(look(cut)).rejects.toThrow('away');
  expect(await standing()).toEqual(promoted);
  // Back again, one move at a time: the stage settles, and its bake begins with what was seen.
  await look(world);
  expect((await standing()).line.slice(promoted.line.length)).toEqual(['stage_applied']);
});

test('a command that comes while a look is under way wins', async () => {
  const story = await started();
  await story.live(6);
  await story.minute();
  await Promise.all([look(world), story.command('rollback', { reason: 'not today' })]);
  await look(world);
  const rollout = await story.rollout();
  expect(rollout).toMatchObject({ outcome: 'rolled_back', outcomeReason: 'not today' });
  expect((await timeLine(story)).filter((type) => type === 'rollback_started')).toHaveLength(1);
});

test('a stage paused before it has settled is watched all the same', async () => {
  const story = await started();
  await story.command('pause', { reason: 'lunch' });
  story.errorEvery = { treatment: 2, control: 200 };
  await story.live(2);
  const held = await story.rollout();
  expect(held).toMatchObject({ holdDetail: 'lunch', position: { state: 'holding' } });
  expect(held.position.stageSettledAtMs).not.toBeNull();
  expect((await story.live(30)).position.state).toBe('rolled_back');
});

test('a decision without a look keeps what it was made from', async () => {
  const story = await started();
  await story.live(4);
  const { events } = await listEvents(world.ctx.db, story.id, ALL);
  const settled = events.find((event) => event.type === 'stage_applied');
  expect(settled?.evaluationId).toBeNull();
  const replayed = decide(settled?.inputs as Parameters<typeof decide>[0]);
  expect(replayed.transition).toMatchObject({ type: 'stage_applied', reasons: settled?.reasons });
});

test('nobody using the flag holds for want of data, and people coming back resume it', async () => {
  const story = await started();
  for (const minutes of [2, 16, 16]) {
    world.clock.advance(minutes * 60_000);
    await look(world);
  }
  expect((await story.rollout()).position).toMatchObject({
    state: 'holding',
    holdReason: 'no_data',
    unseen: { treatment: { expected: 0 }, control: { expected: 0 } },
  });
  await story.live(3);
  expect((await story.rollout()).position).toMatchObject({
    state: 'baking',
    stageIndex: 0,
    unseen: { treatment: null, control: null },
  });
  expect((await story.live(40)).position.state).toBe('completed');
});

test('an event store that does not answer holds, never promotes, and is forgiven', async () => {
  const story = await started();
  await story.live(5);
  const dead = openClickHouse({ url: 'http://127.0.0.1:9' });
  const cut: World = { ...world, ctx: { ...world.ctx, clickhouse: dead.client } };
  for (let i = 0; i < 12; i += 1) {
    await story.minute();
    await look(cut);
  }
  const held = await story.rollout();
  expect(held.position).toMatchObject({
    state: 'holding',
    holdReason: 'source_down',
    stageIndex: 0,
  });
  expect(held.holdDetail).toMatch(/could not be read 5 times/);
  await dead.close();
  expect((await story.live(60)).position.state).toBe('completed');
});

test('an event store that hangs fails its own looks and holds up nothing else', async () => {
  const baking = await started();
  await baking.live(5);
  const applying = await started();
  await baking.minute();
  world.clock.advance(60_000);
  const hanging = createServer(() => {});
  await new Promise<void>((resolve) => hanging.listen(0, '127.0.0.1', resolve));
  const { port } = hanging.address() as AddressInfo;
  const stuck = openClickHouse({ url: `http://127.0.0.1:${port}` });
  const cut: World = { ...world, ctx: { ...world.ctx, clickhouse: stuck.client } };
  expect(await look(cut, 'one', undefined, { lookMs: 300 })).toBe(2);
  expect((await applying.rollout()).position.state).toBe('baking');
  const { position } = await baking.rollout();
  expect(position).toMatchObject({ state: 'baking', stageIndex: 0, sourceErrors: 1 });
  hanging.closeAllConnections();
  await new Promise((resolve) => hanging.close(resolve));
  await stuck.close();
});
