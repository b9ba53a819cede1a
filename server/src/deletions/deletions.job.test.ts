import { randomUUID } from 'node:crypto';
import { type ClickHouseClient, ClickHouseError } from '@clickhouse/client';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { bootstrap } from '#accounts';
import { derivePersonId, resolveEvents } from '#identity';
import { markSessionsErased } from '#replay';
import { createEventBus } from '#kernel/events';
import { type Ctx, type ProjectCtx, systemActor } from '#platform/ctx';
import { createLog } from '#platform/log';
import { insertEvents } from '#platform/test-events';
import { type TestStores, startTestStores } from '#platform/test-stores';
import { Deleter } from './deletions.job.ts';
import { deletePeople, getDeletion } from './deletions.service.ts';

const WAIT = { timeout: 60_000, interval: 20 };
let stores: TestStores;
let ctx: ProjectCtx;
beforeAll(async () => {
  stores = await startTestStores();
  const bare: Ctx = {
    db: stores.db,
    clickhouse: stores.clickhouse,
    events: createEventBus(),
    clock: { now: () => Date.now() },
    log: createLog('silent'),
    actor: systemActor('test'),
  };
  await bootstrap(bare, {
    email: 'ada@example.com',
    name: 'Ada',
    password: 'correct horse battery',
    organizationName: 'Test',
    projectName: 'Test',
    projectToken: undefined,
    personalApiKey: undefined,
  });
  const { rows } = await sql<ProjectCtx['environment']>`
    select id, key, name, token, project_id as "projectId" from environment
    where key = 'production'`.execute(stores.db);
  const [environment] = rows;
  if (!environment) throw new Error('bootstrap made no environment');
  ctx = { ...bare, projectId: environment.projectId, environment };
});
afterAll(() => stores.close());

/** A process that dies at its `n`th word with the event store: before the store hears it, or before the answer. */
function dyingAt(
  n: number,
  isAfter: boolean,
): { clickhouse: ClickHouseClient; isDead: () => boolean } {
  let words = 0;
  const clickhouse = new Proxy(stores.clickhouse, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return async (...args: unknown[]) => {
        words += 1;
        if (words < n || (words === n && isAfter)) {
          const answer: unknown = await Reflect.apply(value, target, args);
          if (words < n) return answer;
        }
        throw new Error('killed');
      };
    },
  });
  return { clickhouse, isDead: () => words >= n };
}

async function count(table: string, where: string): Promise<number> {
  const result = await stores.clickhouse.query({
    query: `SELECT count() AS n FROM ${table} WHERE ${where}`,
    format: 'JSONEachRow',
  });
  return Number((await result.json<{ n: string }>())[0]?.n);
}

test.each([
  ['before', false],
  ['after', true],
])('killed %s each of its steps, it goes on and ends with the proof', async (when, isAfter) => {
  const [id, anon] = [`gone-${when}`, `anon-${when}`];
  const environmentId = ctx.environment.id;
  const person = { event: '$identify', distinctId: id, otherId: anon, atMs: Date.now() };
  const seen = { ...person, event: 'e', distinctId: anon, otherId: undefined };
  const resolvable = [
    { environmentId, person: { ...seen, processing: 'none' as const }, properties: () => ({}) },
    {
      environmentId,
      person: { ...person, processing: 'default' as const },
      properties: () => ({}),
    },
  ];
  for (const event of resolvable) {
    await stores.db.transaction().execute((trx) => resolveEvents(trx, [event]));
  }
  const personId = derivePersonId(environmentId, id);
  const events = [id, anon, 'stays'].map((distinctId) => ({
    event: 'e',
    distinctId,
    atMs: Date.now() - 60_000,
  }));
  await insertEvents(stores.clickhouse, environmentId, events);
  const asked = { personIds: [personId], distinctIds: [], deletesEvents: true, keepsPeople: false };
  const { id: deletionId } = await deletePeople(ctx, asked);
  const isDone = async () => (await getDeletion(ctx, deletionId)).state === 'done';

  let kills = 0;
  while (!(await isDone())) {
    const { clickhouse, isDead } = dyingAt(kills + 1, isAfter);
    const deleter = new Deleter({ ...ctx, clickhouse }, 'node');
    await vi.waitUntil(async () => isDead() || (await isDone()), WAIT);
    await deleter.stop();
    kills += 1;
  }
  expect(kills).toBeGreaterThan(5);
  expect(await getDeletion(ctx, deletionId)).toMatchObject({
    rowsLeft: 0,
    problem: null,
    eventsFound: 2,
  });
  expect(await count('events', `distinct_id IN ('${id}', '${anon}')`)).toBe(0);
  expect(await count('person_overrides', `distinct_id = '${anon}'`)).toBe(0);
  expect(await count('person', `id = '${personId}' AND is_deleted = 0`)).toBe(0);
  expect(await count('events', `distinct_id = 'stays'`)).toBeGreaterThan(0);
  const { rows } = await sql<{ proofs: string }>`select count(*) as proofs from audit_entry
    where action = 'deletion_verified' and resource_id = ${deletionId}`.execute(stores.db);
  expect(rows).toEqual([{ proofs: '1' }]);
});

/** An event store that does not answer what is asked with some words. */
function failingFor(words: string, error: Error): ClickHouseClient {
  return new Proxy(stores.clickhouse, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return async (...args: unknown[]) => {
        if (JSON.stringify(args).includes(words)) throw error;
        const answer: unknown = await Reflect.apply(value, target, args);
        return answer;
      };
    },
  });
}

async function askFor(distinctIds: readonly string[]): Promise<string> {
  const asked = { personIds: [], distinctIds, deletesEvents: true, keepsPeople: false };
  return (await deletePeople(ctx, asked)).id;
}

/** An issue that quotes somebody, with the exceptions of some, the first of them the newest. */
async function addIssue(id: string, fingerprint: string, who: readonly string[]): Promise<void> {
  const environmentId = ctx.environment.id;
  await sql`insert into error_issue (id, environment_id, fingerprint, name, description, place,
      library, status, first_seen, last_seen, first_release, updated_at)
    values (${id}, ${environmentId}, ${fingerprint}, 'Error', 'somebody', '', '', 'active', now(),
      now(), '', now())`.execute(stores.db);
  await sql`insert into error_fingerprint (environment_id, fingerprint, issue_id)
    values (${environmentId}, ${fingerprint}, ${id})`.execute(stores.db);
  const events = who.map((distinctId, i) => ({
    event: '$exception',
    uuid: randomUUID(),
    distinctId,
    atMs: Date.now() - (i + 1) * 60_000,
    properties: { $exception_list: [{ type: 'Error', value: distinctId.slice(0, 10) }] },
  }));
  await insertEvents(stores.clickhouse, environmentId, events);
  await stores.clickhouse.insert({
    table: 'exception',
    format: 'JSONEachRow',
    values: events.map(({ uuid, distinctId, atMs }) => ({
      environment_id: environmentId,
      fingerprint,
      uuid,
      timestamp: new Date(atMs).toISOString(),
      received_at: new Date(atMs).toISOString(),
      distinct_id: distinctId,
    })),
  });
}

test('of many who go nobody is quoted, and what takes too long to be asked is not', async () => {
  // Longer than one statement takes.
  const ids = Array.from({ length: 500 }, (_, i) => `gone-${i}-${'x'.repeat(90)}`);
  const [first = '', last = ''] = [ids[0], ids.at(-1)];
  const { rows } = await sql<{ overflow: string }>`
    select left(encode(sha256('overflow'), 'hex'), 32)::uuid as overflow`.execute(stores.db);
  await addIssue('i-people', randomUUID(), [last, first, 'stays', 'too']);
  await addIssue('i-others', rows[0]?.overflow ?? '', [first, 'stays']);
  const words = async () =>
    (
      await sql<{ description: string }>`select description from error_issue
        order by id desc`.execute(stores.db)
    ).rows.map(({ description }) => description);
  const merges = (verb: 'START' | 'STOP', table: string) =>
    stores.clickhouse.command({ query: `SYSTEM ${verb} MERGES ${table}` });
  // Erasing takes its time.
  for (const table of ['events', 'exception']) await merges('STOP', table);
  const many = await askFor(ids);
  const deleter = new Deleter(ctx, 'node');
  const look = async () => (await getDeletion(ctx, many)).checkedAt?.getTime() ?? 0;
  await vi.waitUntil(look, WAIT);
  const firstLook = await look();
  await vi.waitUntil(async () => (await look()) > firstLook, WAIT);
  for (const table of ['events', 'exception']) await merges('START', table);
  await vi.waitUntil(async () => (await getDeletion(ctx, many)).state === 'done', WAIT);
  await deleter.stop();
  // What is beyond the number of issues is called by nobody's words.
  expect(await words()).toEqual(['stays', 'somebody']);

  const tooLong = new ClickHouseError({ message: 'too long', code: '159', type: '' });
  const hurried = { ...ctx, clickhouse: failingFor('argMax(uuid', tooLong) };
  const one = await askFor(['stays']);
  const next = new Deleter(hurried, 'node');
  await vi.waitUntil(async () => (await getDeletion(ctx, one)).state === 'done', WAIT);
  await next.stop();
  expect(await words()).toEqual(['', 'somebody']);
});

test('one that fails says so and does not stop those after it, however many recordings they have', async () => {
  const failing = await askFor(['failing-id']);
  const next = await askFor(['next-id']);
  const sessions = Array.from({ length: 70_000 }, (_, i) => `s-${i}`);
  await markSessionsErased(stores.db, ctx.environment.id, sessions, 'of-none', new Date());
  const clickhouse = failingFor('failing-id', new Error('too large'));
  const deleter = new Deleter({ ...ctx, clickhouse }, 'node');
  await vi.waitUntil(async () => (await getDeletion(ctx, next)).state === 'done', WAIT);
  await vi.waitUntil(async () => (await getDeletion(ctx, failing)).problem === 'too large', WAIT);
  await deleter.stop();
  const after = new Deleter(ctx, 'node');
  await vi.waitUntil(async () => (await getDeletion(ctx, failing)).state === 'done', WAIT);
  await after.stop();
  expect(await getDeletion(ctx, failing)).toMatchObject({ problem: null });
});
