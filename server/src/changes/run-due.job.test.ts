import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bootstrap, openDirectory } from '#accounts';
import { createFlag, getFlag, updateFlag } from '#flags';
import { ManualClock } from '#kernel/clock';
import { createEventBus } from '#kernel/events';
import { type Ctx, type ProjectCtx, systemActor } from '#platform/ctx';
import { createLog } from '#platform/log';
import { type TestStores, startTestStores } from '#platform/test-stores';
import { type RunDeps, runDue } from './run-due.job.ts';
import { Runner } from './runner.job.ts';
import { getSchedule, schedule } from './schedules.service.ts';

const MINUTE_MS = 60_000;
const clock = new ManualClock(Date.UTC(2026, 10, 20, 12));
let stores: TestStores;
let ctx: ProjectCtx;

beforeAll(async () => {
  stores = await startTestStores();
  const base: Ctx = {
    db: stores.db,
    clickhouse: stores.clickhouse,
    events: createEventBus(),
    clock,
    log: createLog('silent'),
    actor: systemActor('test'),
  };
  await bootstrap(base, {
    email: 'ada@example.com',
    password: 'correct horse battery',
    name: 'Ada',
    organizationName: 'Test',
    projectName: 'Test',
  });
  const directory = await openDirectory(base);
  const [environment] = directory.environments();
  await directory.close();
  const user = await stores.db.selectFrom('app_user').selectAll().executeTakeFirstOrThrow();
  if (!environment) throw new Error('bootstrap made no environment');
  ctx = {
    ...base,
    actor: { kind: 'user', id: user.id, label: user.email },
    projectId: environment.projectId,
    environment,
  };
});
afterAll(() => stores.close());

const DEPS: RunDeps = { findRollouts: async () => [], mayGoOn: async () => true };
const system = (): Ctx => ({ ...ctx, actor: systemActor('schedule') });

const share = (percent: number) => ({
  groups: [{ properties: [], rollout_percentage: percent }],
});
let made = 0;
async function aFlag(): Promise<string> {
  made += 1;
  return (await createFlag(ctx, { key: `flag-${made}`, filters: share(10) })).key;
}

/** A change that is due in some minutes. */
async function aSchedule(flag: string, percent: number, minutes = 1): Promise<string> {
  const due = {
    atMs: clock.now() + minutes * MINUTE_MS,
    localTime: '',
    timeZone: 'UTC',
    fold: null,
  };
  return schedule(ctx, { flag, setting: { filters: share(percent) }, due, reason: null });
}

test('many runners at once make each change once', async () => {
  const keys = await Promise.all(Array.from({ length: 6 }, aFlag));
  for (const key of keys) await aSchedule(key, 50);
  clock.advance(MINUTE_MS);
  const counts = await Promise.all(Array.from({ length: 4 }, () => runDue(system(), DEPS)));
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(keys.length);
  for (const key of keys) expect(await getFlag(ctx, key)).toMatchObject({ version: 2 });
});

test('what was missed while nobody ran is made in its order, and marked late', async () => {
  const key = await aFlag();
  const first = await aSchedule(key, 25, 1);
  const second = await aSchedule(key, 50, 2);
  clock.advance(60 * MINUTE_MS);
  expect(await runDue(system(), DEPS)).toBe(2);
  for (const id of [first, second]) {
    expect(await getSchedule(ctx, id)).toMatchObject({ state: 'applied', isLate: true });
  }
  expect(await getFlag(ctx, key)).toMatchObject({ version: 3, filters: share(50) });
  expect(await runDue(system(), DEPS)).toBe(0);
});

test('a runner that is told to stop leaves the rest to the next', async () => {
  const keys = [await aFlag(), await aFlag()];
  for (const key of keys) await aSchedule(key, 50);
  clock.advance(MINUTE_MS);
  let asked = 0;
  const mayGoOn = async () => (asked += 1) <= 1;
  expect(await runDue(system(), { ...DEPS, mayGoOn })).toBe(1);
  expect(await runDue(system(), DEPS)).toBe(1);
});

test('trouble of the store is tried again, longer apart, and given up in words', async () => {
  const key = await aFlag();
  const id = await aSchedule(key, 50);
  clock.advance(MINUTE_MS);
  await sql`create function refuse() returns trigger language plpgsql as
    $$ begin raise exception 'disk full'; end $$`.execute(stores.db);
  await sql`create trigger refuse before update on flag_environment
    for each row execute function refuse()`.execute(stores.db);
  try {
    let pauses = 0;
    while ((await getSchedule(ctx, id)).state === 'pending') {
      expect(await runDue(system(), DEPS)).toBeLessThanOrEqual(1);
      // At once again: it is not due yet.
      expect(await runDue(system(), DEPS)).toBe(0);
      clock.advance(5 * MINUTE_MS);
      pauses += 1;
    }
    expect(pauses).toBe(10);
  } finally {
    await sql`drop trigger refuse on flag_environment`.execute(stores.db);
    await sql`drop function refuse()`.execute(stores.db);
  }
  expect(await getSchedule(ctx, id)).toMatchObject({
    state: 'failed',
    outcome: expect.stringContaining('its log says why'),
  });
  expect(await getFlag(ctx, key)).toMatchObject({ version: 1 });
});

test.each<[string, (key: string) => Promise<unknown>, string]>([
  ['archived', (key) => updateFlag(ctx, key, { archived: true }), 'archived or deleted'],
  ['changed', (key) => updateFlag(ctx, key, { filters: share(1) }), 'targeting changed'],
])('a flag that was %s meanwhile is left alone', async (_what, meanwhile, outcome) => {
  const key = await aFlag();
  const id = await aSchedule(key, 50);
  await meanwhile(key);
  clock.advance(MINUTE_MS);
  expect(await runDue(system(), DEPS)).toBe(1);
  expect(await getSchedule(ctx, id)).toMatchObject({
    state: 'failed',
    outcome: expect.stringContaining(outcome),
  });
});

test('nothing is made in the name of somebody who has left', async () => {
  const key = await aFlag();
  const id = await aSchedule(key, 50);
  await sql`update scheduled_change set author_id = 'gone' where id = ${id}`.execute(stores.db);
  clock.advance(MINUTE_MS);
  await runDue(system(), DEPS);
  expect(await getSchedule(ctx, id)).toMatchObject({
    state: 'failed',
    outcome: 'ada@example.com has left the organisation.',
  });
});

test('nothing is made in an environment that was deleted', async () => {
  const key = await aFlag();
  const id = await aSchedule(key, 50);
  await sql`update environment set deleted_at = now() where id = ${ctx.environment.id}`.execute(
    stores.db,
  );
  clock.advance(MINUTE_MS);
  await runDue(system(), DEPS);
  await sql`update environment set deleted_at = null`.execute(stores.db);
  expect(await getSchedule(ctx, id)).toMatchObject({
    state: 'failed',
    outcome: expect.stringContaining('deleted'),
  });
});

test('runners of two replicas wait until it is due, then one of them makes it', async () => {
  const key = await aFlag();
  const id = await aSchedule(key, 50);
  const replicas = ['one', 'two'].map(
    (nodeId) => new Runner(system(), { nodeId, findRollouts: DEPS.findRollouts }),
  );
  clock.advance(MINUTE_MS);
  await expect.poll(async () => (await getSchedule(ctx, id)).state).toBe('applied');
  await Promise.all(replicas.map((replica) => replica.stop()));
  expect(await getFlag(ctx, key)).toMatchObject({ version: 2 });
});
