import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import pg from 'pg';
import { openSnapshots, updateFlag } from '#flags';
import { parseNotice, splitNotice } from '#platform/postgres/notice';
import { startNotices } from '#platform/postgres/notices';
import { Controller } from './controller.job.ts';
import { openReplicaEcho } from './replica-echo.job.ts';
import { pruneEvaluations } from '../kept/history.store.ts';
import { aStory, startWorld, type World } from './test-world.service.ts';

/** Patience for what happens by itself, on a busy machine. */
const SOON = { timeout: 60_000 };

let world: World;
let controller: Controller;
beforeAll(async () => {
  world = await startWorld();
  const watermarkMs = () => world.clock.now();
  controller = new Controller(world.ctx, { watermarkMs, holder: 'one', timeScale: 5 });
});
afterAll(async () => {
  await controller.stop();
  await world.close();
});

/** A rollout in its first stage, a minute before its next look. */
async function aBakingStory() {
  const story = await aStory(world);
  await story.command('start');
  await story.minute();
  await story.minute();
  const settled = async () => (await story.rollout()).position.stageSettledAtMs;
  await expect.poll(settled, SOON).not.toBeNull();
  await story.minute();
  const looked = async () => (await story.rollout()).position.lastEvalAtMs;
  await expect.poll(looked, SOON).toBe(world.clock.now());
  return { story, looked };
}

test('an event of a guardrail brings the next look forward, others do not', async () => {
  const { story, looked } = await aBakingStory();
  const stored = (names: string[]) =>
    world.ctx.events.emit('events.stored', {
      environmentId: world.ctx.environment.id,
      count: names.length,
      names,
    });
  const before = await looked();
  world.clock.advance(5_000);
  stored(['$pageview']);
  await sleep(600);
  expect(await looked()).toBe(before);
  stored(['$pageview', '$exception']);
  await expect.poll(looked, SOON).toBe(world.clock.now());
  await story.cancel();
});

test('a change of the flag is noticed at once', async () => {
  const { story } = await aBakingStory();
  world.clock.advance(1_000);
  await updateFlag(world.ctx, story.flag.key, { active: false });
  await expect.poll(async () => (await story.rollout()).position.state, SOON).toBe('rolled_back');
});

test('a change of the flag is noticed at once while its stage is still being handed out', async () => {
  const story = await aStory(world);
  await story.command('start');
  const isWaiting = async () => (await story.rollout()).position.nextEvalAtMs > world.clock.now();
  await expect.poll(isWaiting, SOON).toBe(true);
  await updateFlag(world.ctx, story.flag.key, { active: false });
  await expect.poll(async () => (await story.rollout()).position.state, SOON).toBe('rolled_back');
});

test('old looks are thinned to one an hour; those that decided stay', async () => {
  const story = await aStory(world);
  const row = {
    rollout_id: story.id,
    stage_index: 0,
    attempt: 1,
    watermark: new Date(world.clock.now()),
    input_hash: '',
    verdict: 'green',
    inputs: '{}',
    per_guardrail: '{}',
    duration_ms: 1,
  };
  const minutes = Array.from({ length: 2180 }, (_, i) => i);
  const { db, clock } = world.ctx;
  const at = (minute: number) => new Date(clock.now() + minute * 60_000);
  await db
    .insertInto('rollout_evaluation')
    .values(minutes.map((minute) => ({ ...row, at: at(minute) })))
    .execute();
  const rows = () =>
    db.selectFrom('rollout_evaluation').select('id').where('rollout_id', '=', story.id).execute();
  const decisive = (await rows())[70]?.id;
  await db
    .updateTable('rollout_event')
    .set({ payload: JSON.stringify({ evaluation_id: decisive }) })
    .where('rollout_id', '=', story.id)
    .execute();
  await pruneEvaluations(db, story.id);
  const left = await rows();
  expect(left.map((one) => one.id)).toContain(decisive);
  expect(left.length).toBeGreaterThan(2000);
  expect(left.length).toBeLessThanOrEqual(2006);
});

test('whoever is connected is asked what it serves, and nobody while this process hears nothing', async () => {
  const { flag } = await aStory(world);
  const { ctx, stores } = world;
  const snapshots = await openSnapshots(ctx);
  const echo = openReplicaEcho(ctx, snapshots, 'one');
  const until = { version: flag.version };
  const question = { environmentId: ctx.environment.id, flagKey: flag.key, until };
  const two = new pg.Client({
    connectionString: stores.databaseUrl,
    application_name: 'serin notices two',
  });
  await two.connect();
  await two.query('LISTEN serin');
  expect(await echo.findMissing(question, 0)).toContain('does not hear');

  const { databaseUrl } = stores;
  const { events, log } = ctx;
  const onReconnect = () => undefined;
  const notices = await startNotices({ databaseUrl, events, log, nodeId: 'one', onReconnect });
  expect(await echo.findMissing(question, 0)).toBe('1 of 1 other replicas');
  two.on('notification', ({ payload }) => {
    const notice = parseNotice(payload ?? '');
    if (notice?.event !== 'echo.asked') return;
    const answer = { id: notice.payload.id, nodeId: 'two' };
    const [text] = splitNotice({ event: 'echo.answered', payload: answer }, 'two');
    // Its answer is heard before it knows itself that it was sent; it may end in between.
    void two.query('SELECT pg_notify($1, $2)', ['serin', text]).catch(() => undefined);
  });
  expect(await echo.findMissing(question, 60_000)).toBeNull();
  await two.end();
  await expect.poll(() => echo.findMissing(question, 0), SOON).toBeNull();
  await notices.close();
  echo.close();
  snapshots.close();
});
