import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createEventBus } from '#kernel/events';
import { createLog } from '#platform/log';
import { type TestStores, startTestStores } from '#platform/test-stores';
import { parseNotice, splitNotice } from './notice.ts';
import { findListeners, type Notices, notify, startNotices } from './notices.ts';

const events = createEventBus();
const onReconnect = vi.fn<() => void>();
const heard = vi.fn<(payload: object) => void>();
let stores: TestStores;
let notices: Notices;

beforeAll(async () => {
  stores = await startTestStores();
  notices = await startNotices({
    databaseUrl: stores.databaseUrl,
    events,
    log: createLog('silent'),
    nodeId: 'this',
    onReconnect,
  });
  events.on('flag.changed', heard);
  events.on('person.changed', heard);
});
afterAll(async () => {
  await notices.close();
  await stores.close();
});

/** What another replica would send. */
async function hear(...texts: string[]): Promise<void> {
  for (const text of texts) await sql`select pg_notify('serin', ${text})`.execute(stores.db);
}

const flagChanged = { event: 'flag.changed', payload: { projectId: 1, environmentId: 2 } } as const;

test('a notice of another replica is emitted here', async () => {
  await hear(...splitNotice(flagChanged, 'other'));
  await vi.waitFor(() => expect(heard).toHaveBeenCalledWith(flagChanged.payload));
});

test('a notice of a change that is rolled back is never sent, an own one is not emitted twice', async () => {
  heard.mockClear();
  const rolledBack = stores.db.transaction().execute(async (trx) => {
    await sql`select pg_notify('serin', ${splitNotice(flagChanged, 'other')[0]})`.execute(trx);
    throw new Error('rolled back');
  });
  await expect(rolledBack).rejects.toThrow('rolled back');
  await notify(stores.db, 'flag.changed', flagChanged.payload);
  await hear('not even JSON', '{"from":"other","event":"unknown","payload":{}}');
  const last = { environmentId: 1, distinctIds: ['last'] };
  await hear(...splitNotice({ event: 'person.changed', payload: last }, 'other'));
  await vi.waitFor(() => expect(heard.mock.calls).toEqual([[last]]));
});

test('people with many ids arrive in several notices, complete', async () => {
  heard.mockClear();
  const distinctIds = Array.from({ length: 1000 }, (_, i) => `person-${i}-${'ü'.repeat(20)}`);
  const texts = splitNotice(
    { event: 'person.changed', payload: { environmentId: 3, distinctIds } },
    'other',
  );
  expect(texts.length).toBeGreaterThan(5);
  await hear(...texts);
  await vi.waitFor(() => expect(heard).toHaveBeenCalledTimes(texts.length));
  const payloads = heard.mock.calls.map(([payload]) => payload as { distinctIds: string[] });
  expect(payloads.flatMap((payload) => payload.distinctIds)).toEqual(distinctIds);
});

test('those who listen are known by name, without whoever is gone, silent or cannot answer', async () => {
  // The second is one of an earlier version, which cannot read the question.
  const clients = ['serin notices other', 'serin notices'].map(
    (name) => new pg.Client({ connectionString: stores.databaseUrl, application_name: name }),
  );
  for (const client of clients) await client.connect();
  expect(await findListeners(stores.db)).toEqual(new Set(['this', 'other']));
  // What the server keeps of a replica that has vanished.
  expect(await findListeners(stores.db, 0)).toEqual(new Set());
  for (const client of clients) await client.end();
  await vi.waitFor(async () => expect(await findListeners(stores.db)).toEqual(new Set(['this'])));
});

test('a lost connection comes back, says so and hears again', async () => {
  await sql`select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'serin notices this' and datname = current_database()`.execute(
    stores.db,
  );
  await vi.waitFor(() => expect(onReconnect).toHaveBeenCalledTimes(1), { timeout: 60_000 });
  heard.mockClear();
  await hear(...splitNotice(flagChanged, 'other'));
  await vi.waitFor(() => expect(heard).toHaveBeenCalledWith(flagChanged.payload));
});

test('a text that is no notice of ours is none', () => {
  expect(parseNotice('')).toBeUndefined();
  expect(parseNotice('{"event":"flag.changed"}')).toBeUndefined();
  expect(parseNotice(splitNotice(flagChanged, 'a')[0] ?? '')).toEqual({
    from: 'a',
    ...flagChanged,
  });
});
