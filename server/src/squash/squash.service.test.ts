import { sql } from 'kysely';
import fc from 'fast-check';
import type { ClickHouseClient } from '@clickhouse/client';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createEventBus } from '#kernel/events';
import {
  derivePersonId,
  erasePeople,
  findPersonIds,
  resolveEvents,
  sendOverrides,
} from '#identity';
import { type Ctx, inTransaction, systemActor } from '#platform/ctx';
import { createLog } from '#platform/log';
import { insertEvents } from '#platform/test-events';
import { type TestStores, startTestStores } from '#platform/test-stores';
import { beginSquash, stepSquash } from './squash.service.ts';
import { deleteSquash, findSquash } from './squash.store.ts';
import { isDue, staleEvents, withinBounds } from './squash.ts';

const WAIT = { timeout: 60_000, interval: 50 };
const AT = Date.UTC(2026, 10, 20, 12);
let stores: TestStores;
let nowMs = AT;
let environment = 0;
beforeAll(async () => {
  stores = await startTestStores();
});
afterAll(() => stores.close());

const ctxOf = (clickhouse: ClickHouseClient = stores.clickhouse): Ctx => ({
  db: stores.db,
  clickhouse,
  events: createEventBus(),
  clock: { now: () => nowMs },
  log: createLog('silent'),
  actor: systemActor('test'),
});

/** Stamps events of these ids, and says how to store them: at once, or later as a slow node does. */
async function stamp(distinctIds: readonly string[]): Promise<() => Promise<void>> {
  const events = distinctIds.map((distinctId) => ({
    environmentId: environment,
    person: { event: 'e', distinctId, atMs: AT, processing: 'none' as const },
    properties: () => ({}),
  }));
  const { stamps } = await stores.db.transaction().execute((trx) => resolveEvents(trx, events));
  return () =>
    insertEvents(
      stores.clickhouse,
      environment,
      distinctIds.map((distinctId, place) => ({
        event: 'e',
        distinctId,
        atMs: AT,
        personId: stamps[place]?.personId ?? '',
      })),
    );
}

async function merge(distinctId: string, otherId: string): Promise<void> {
  const person = {
    event: '$merge_dangerously',
    distinctId,
    otherId,
    atMs: AT,
    processing: 'default' as const,
  };
  const events = [{ environmentId: environment, person, properties: () => ({}) }];
  await stores.db.transaction().execute((trx) => resolveEvents(trx, events));
}

/** What questions find: events by person, as they join merges where there are any. */
async function counted(isJoined = true): Promise<Record<string, number>> {
  await sendOverrides(stores.db, stores.clickhouse);
  const own = 'environment_id = {e:UInt32}';
  const found = await ask<{ n: string }>(`SELECT count() AS n FROM person_overrides WHERE ${own}`);
  const hasMerges = isJoined && Number(found[0]?.n) > 0;
  const rows = await ask<{ id: string; n: string }>(
    hasMerges
      ? `SELECT toString(if(o.distinct_id = '', e.person_id, o.owner)) AS id, count() AS n FROM events AS e
          ANY LEFT JOIN (SELECT distinct_id, argMax(person_id, version) AS owner FROM person_overrides
            PREWHERE ${own} GROUP BY distinct_id) AS o ON o.distinct_id = e.distinct_id
          WHERE e.${own} GROUP BY id`
      : `SELECT toString(person_id) AS id, count() AS n FROM events WHERE ${own} GROUP BY id`,
  );
  return Object.fromEntries(rows.map(({ id: person, n }) => [person, Number(n)]));
}

async function ask<T>(query: string): Promise<T[]> {
  const result = await stores.clickhouse.query({
    query,
    query_params: { e: environment },
    format: 'JSONEachRow',
  });
  return result.json<T>();
}

/** What PostgreSQL says. */
async function truth(stored: ReadonlyMap<string, number>): Promise<Record<string, number>> {
  const owners = await findPersonIds(stores.db, environment, [...stored.keys()]);
  const sums: Record<string, number> = {};
  for (const [distinctId, events] of stored) {
    const owner = owners.get(distinctId) ?? derivePersonId(environment, distinctId);
    sums[owner] = (sums[owner] ?? 0) + events;
  }
  return sums;
}

const mark = (offset: number, batch: number | null) =>
  sql`insert into ingest_mark (node_id, segment, offset_bytes, batch_segment, batch_offset_bytes, updated_at)
    values ('slow', 1, ${offset}, ${batch === null ? null : 1}, ${batch}, now())
    on conflict (node_id) do update set offset_bytes = excluded.offset_bytes,
      batch_segment = excluded.batch_segment, batch_offset_bytes = excluded.batch_offset_bytes`.execute(
    stores.db,
  );

/** The engine does what it is told, and the process dies before it hears of it; or it dies before. */
function dying(isAfter: boolean): ClickHouseClient {
  return new Proxy(stores.clickhouse, {
    get: (target, name, receiver) => {
      if (name !== 'command') return Reflect.get(target, name, receiver) as unknown;
      return async (command: Parameters<ClickHouseClient['command']>[0]) => {
        if (isAfter) await target.command(command);
        throw new Error('killed');
      };
    },
  });
}

const id = fc.integer({ min: 0, max: 7 }).map((place) => `id-${place}'\\`);
const operation = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('events' as const),
      ids: fc.array(id, { minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('merge' as const), ids: fc.tuple(id, id) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('slow' as const),
      ids: fc.array(id, { minLength: 1, maxLength: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('begin' as const) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('step' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('kill' as const), isAfter: fc.boolean() }) },
);

test('whatever happens during a squash, and wherever it is killed, every event counts for whom it is', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(operation, { minLength: 12, maxLength: 16, size: 'max' }),
      async (operations) => {
        environment += 1;
        let offset = 0;
        let finishSlow: (() => Promise<void>) | undefined;
        const stored = new Map<string, number>();
        const note = (ids: readonly string[]) => {
          for (const one of ids) stored.set(one, (stored.get(one) ?? 0) + 1);
        };
        const check = async () => expect(await counted()).toEqual(await truth(stored));
        for (const one of operations) {
          if (one.do === 'events') {
            await (
              await stamp(one.ids)
            )();
            note(one.ids);
          } else if (one.do === 'merge') await merge(...one.ids);
          else if (one.do === 'begin') await beginSquash(ctxOf(), environment);
          else if (one.do === 'slow') {
            await finishSlow?.();
            const store = await stamp(one.ids);
            await mark(offset, offset + 10);
            finishSlow = async () => {
              await store();
              note(one.ids);
              await mark((offset += 10), null);
              finishSlow = undefined;
            };
          } else {
            nowMs += 40_000;
            const ctx = ctxOf(one.do === 'kill' ? dying(one.isAfter) : undefined);
            await stepSquash(ctx, environment).catch((error: Error) => {
              if (error.message !== 'killed') throw error;
            });
          }
          await check();
        }
        await finishSlow?.();
        await vi.waitUntil(async () => {
          nowMs += 40_000;
          if ((await stepSquash(ctxOf(), environment)) !== 'ended') return false;
          await check();
          return (await beginSquash(ctxOf(), environment)) === 0;
        }, WAIT);
        // Nothing is left to look up: the events say it by themselves.
        expect(
          await ask('SELECT 1 FROM person_overrides WHERE environment_id = {e:UInt32}'),
        ).toEqual([]);
        expect(await counted(false)).toEqual(await truth(stored));
      },
    ),
    { numRuns: 2, endOnFailure: true },
  );
});

test('it waits for slow nodes, and takes older merges away before newer ones', async () => {
  environment += 1;
  // Parts stay apart: a background merge would hide an order that is wrong.
  await stores.clickhouse.command({
    query: `ALTER TABLE person_overrides MODIFY SETTING max_bytes_to_merge_at_max_space_in_pool = 1`,
  });
  const store = await stamp(['x', 'y']);
  await mark(0, 10);
  await (
    await stamp(['x', 'z'])
  )();
  for (const [into, other] of [
    ['bob', 'bob-2'],
    ['cyd', 'cyd-2'],
    ['ada', 'x'],
    ['bob', 'ada'],
    ['cyd', 'bob'],
  ] as const) {
    await merge(into, other);
    await sendOverrides(stores.db, stores.clickhouse);
  }
  expect(await beginSquash(ctxOf(), environment)).toBe(4);
  for (let i = 0; i < 5; i += 1) {
    nowMs += 100_000;
    expect(await stepSquash(ctxOf(), environment)).toBe('waiting');
  }
  await store();
  await mark(10, null);
  const stored = new Map([
    ['x', 2],
    ['y', 1],
    ['z', 1],
  ]);
  const steps = new Set<string>();
  await vi.waitUntil(async () => {
    nowMs += 40_000;
    const step = await stepSquash(ctxOf(), environment);
    steps.add(step);
    expect(await counted()).toEqual(await truth(stored));
    return step === 'ended';
  }, WAIT);
  expect([...steps]).toEqual(['rewriting', 'settling', 'clearing', 'ended']);
  expect(await counted(false)).toEqual(await truth(stored));
});

test('erasing somebody ends the squash; whoever comes back under the same id is not rewritten', async () => {
  environment += 1;
  await (
    await stamp(['x'])
  )();
  await merge('ada', 'x');
  expect(await beginSquash(ctxOf(), environment)).toBe(1);
  const ada = derivePersonId(environment, 'ada');
  await inTransaction(ctxOf(), (tx) => erasePeople(tx.db, environment, [ada], []));
  expect(await findSquash(stores.db, environment)).toBeUndefined();
  expect(await stepSquash(ctxOf(), environment)).toBe('ended');
  await (
    await stamp(['x'])
  )();
  expect(await beginSquash(ctxOf(), environment)).toBe(0);
});

test('merges stay while a cohort holds who somebody was before', async () => {
  environment += 1;
  await stamp(['y', 'z']);
  await merge('ada', 'y');
  await merge('ada', 'z');
  const person = derivePersonId(environment, 'y');
  const query = `INSERT INTO cohort_person VALUES (${environment}, 1, 1, '${person}', 'y')`;
  await stores.clickhouse.command({ query });
  expect(await beginSquash(ctxOf(), environment)).toBe(1);
  expect((await findSquash(stores.db, environment))?.mapping.distinctIds).toEqual(['z']);
  await deleteSquash(stores.db, environment);
  const drop = `ALTER TABLE cohort_person DROP PARTITION (${environment}, 1, 1)`;
  await stores.clickhouse.command({ query: drop });
  expect(await beginSquash(ctxOf(), environment)).toBe(2);
});

test('it is time at night, or when very many ids have piled up', () => {
  expect(isDue({ ids: 1, hour: 3 })).toBe(true);
  expect(isDue({ ids: 0, hour: 3 })).toBe(false);
  expect(isDue({ ids: 99_999, hour: 12 })).toBe(false);
  expect(isDue({ ids: 100_000, hour: 12 })).toBe(true);
  const many = Array.from({ length: 9_000 }, (_, place) => `${'long'.repeat(20)}${place}`);
  const mapping = { distinctIds: many, personIds: many, versions: many.map(() => 1) };
  const some = withinBounds(mapping);
  expect(some.distinctIds.length).toBeGreaterThan(1_000);
  expect(staleEvents('events', 1, some).where.length).toBeLessThan(1_000_000);
});
