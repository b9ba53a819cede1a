import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { inject, onTestFinished, expect, test } from 'vitest';
import { withDatabase } from '#platform/clickhouse/open';
import { createLog } from '#platform/log';
import { openStores, type Stores } from '#platform/stores';
import { isAlive } from '#platform/supervise/processes';
import { startTestStores } from '#platform/test-stores';

const log = createLog('silent');
const PROGRAM = fileURLToPath(new URL('../../test/stores-program.ts', import.meta.url));

async function dataFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'serin-stores-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function open(dataDir: string): Promise<Stores> {
  const stores = await openStores({ dataDir }, log);
  onTestFinished(() => stores.close());
  return stores;
}

type Started = {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly processes: { name: string; pid: number }[];
  readonly error: string | undefined;
};

/** The stores in a process of their own, as the given user. */
async function openElsewhere(dataDir: string, user: { uid?: number } = {}): Promise<Started> {
  const child = spawn(process.execPath, [PROGRAM, dataDir], {
    ...user,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const { processes = [], error } = JSON.parse(line) as Partial<Started>;
  return { child, pid: child.pid ?? 0, processes, error };
}

async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await sleep(20);
}

async function addRows(stores: Stores, key: string): Promise<void> {
  await stores.db.insertInto('instance_setting').values({ key, value: '{}' }).execute();
  await stores.clickhouse.insert({
    table: 'person_overrides',
    values: [{ environment_id: 1, distinct_id: key, person_id: crypto.randomUUID(), version: 1 }],
    format: 'JSONEachRow',
  });
}

async function keysIn(stores: Stores): Promise<{ postgres: string[]; clickhouse: string[] }> {
  const settings = await stores.db.selectFrom('instance_setting').select('key').execute();
  const answer = await stores.clickhouse.query({
    query: 'SELECT distinct_id FROM person_overrides ORDER BY distinct_id',
    format: 'JSONEachRow',
  });
  const overrides = await answer.json<{ distinct_id: string }>();
  return {
    postgres: settings.map((row) => row.key).toSorted(),
    clickhouse: overrides.map((row) => row.distinct_id),
  };
}

const pidOf = (stores: Stores, name: string): number =>
  stores.processes().find((process) => process.name === name)?.pid ?? 0;

test('own stores start in an empty folder, keep their rows and leave no process', async () => {
  const folder = await dataFolder();
  const first = await openStores({ dataDir: folder }, log);
  const pids = first.processes().map((process) => process.pid);
  expect(first.status()).toEqual({ postgres: 'up', clickhouse: 'up' });
  await addRows(first, 'a');
  await first.close();
  expect(pids.filter(isAlive)).toEqual([]);

  const second = await open(folder);
  expect(await keysIn(second)).toEqual({ postgres: ['a'], clickhouse: ['a'] });
});

test('nothing is started where both stores are elsewhere', async () => {
  const engines = await startTestStores();
  onTestFinished(() => engines.close());
  const { databaseUrl, clickhouseUrl } = engines;
  const stores = await openStores({ dataDir: await dataFolder(), databaseUrl, clickhouseUrl }, log);
  expect(stores.processes()).toEqual([]);
  expect(stores.status()).toEqual({ postgres: 'external', clickhouse: 'external' });
  await addRows(stores, 'x');
  expect(await keysIn(stores)).toEqual({ postgres: ['x'], clickhouse: ['x'] });
  await stores.close();
});

test('a store that does not answer is named, without its password', async () => {
  const { clickhouseUrl } = inject('testEngines');
  const opening = openStores(
    {
      dataDir: await dataFolder(),
      databaseUrl: withDatabase(inject('testEngines').databaseUrl, 'absent').replace(
        'serin@',
        'serin:hunter2@',
      ),
      clickhouseUrl,
    },
    log,
  );
  await expect(opening).rejects.toThrow(/^PostgreSQL at .*absent cannot be used: .*not exist/);
  await expect(opening).rejects.not.toThrow(/hunter2/);
});

test('after kill -9 of Serin no engine is left and the next start has every row', async () => {
  const folder = await dataFolder();
  const killed = await openElsewhere(folder);
  expect(killed.processes.map((process) => process.name)).toEqual(['postgres', 'clickhouse']);
  killed.child.kill('SIGKILL');
  await until(() => !killed.processes.some(({ pid }) => isAlive(pid)));

  const stores = await open(folder);
  await addRows(stores, 'after');
  expect(await keysIn(stores)).toEqual({ postgres: ['after'], clickhouse: ['after'] });
});

test('engines that outlived their Serin are ended by the next one', async () => {
  const folder = await dataFolder();
  const killed = await openElsewhere(folder);
  // Held still, they notice nothing: as on a machine that was suspended or out of memory.
  for (const { pid } of killed.processes) process.kill(pid, 'SIGSTOP');
  killed.child.kill('SIGKILL');
  await until(() => !isAlive(killed.pid));
  const stores = await open(folder);
  expect(killed.processes.filter(({ pid }) => isAlive(pid))).toEqual([]);
  await addRows(stores, 'b');
  expect(await keysIn(stores)).toEqual({ postgres: ['b'], clickhouse: ['b'] });
});

test('a killed engine is started again and the same clients go on', async () => {
  const stores = await open(await dataFolder());
  await addRows(stores, 'before');
  for (const name of ['postgres', 'clickhouse'] as const) {
    const pid = pidOf(stores, name);
    process.kill(pid, 'SIGKILL');
    await until(() => stores.status()[name] === 'up' && pidOf(stores, name) !== pid);
  }
  await addRows(stores, 'later');
  const both = ['before', 'later'];
  expect(await keysIn(stores)).toEqual({ postgres: both, clickhouse: both });
});

test('a second Serin on the same folder is refused with the first one named', async () => {
  const folder = await dataFolder();
  const first = await openElsewhere(folder);
  await expect(openStores({ dataDir: folder }, log)).rejects.toThrow(
    new RegExp(`${folder} is in use by another Serin \\(process ${first.pid} on `),
  );
  first.child.kill('SIGTERM');
  expect(await once(first.child, 'exit')).toEqual([0, null]);
  await open(folder);
});

test('an ordinary user can run everything', async () => {
  const isRoot = process.getuid?.() === 0;
  const folder = await dataFolder();
  if (isRoot) await chown(folder, 65_534, 65_534);
  const started = await openElsewhere(folder, isRoot ? { uid: 65_534 } : {});
  expect(started).toMatchObject({ error: undefined, processes: [{}, {}] });
  started.child.kill('SIGTERM');
  expect(await once(started.child, 'exit')).toEqual([0, null]);
});

test('private parents stay private, however deep the folder', async () => {
  const parent = join(await dataFolder(), 'private');
  await mkdir(parent, { mode: 0o700 });
  const folder = join(parent, 'deep '.repeat(30).trim(), "it's", 'data');
  const stores = await open(folder);
  await addRows(stores, 'deep');
  expect(await keysIn(stores)).toEqual({ postgres: ['deep'], clickhouse: ['deep'] });
  expect((await stat(parent)).mode & 0o777).toBe(0o700);
});

test('a start that was cut short in initdb is made good', async () => {
  const folder = await dataFolder();
  const unfinished = join(folder, 'postgres.unfinished-abc');
  await mkdir(unfinished);
  await writeFile(join(unfinished, 'PG_VERSION'), '18\n');
  await open(folder);
  await expect(stat(unfinished)).rejects.toThrow('ENOENT');
});

test('a lock file of PostgreSQL left by a power cut is no obstacle', async () => {
  const folder = await dataFolder();
  const lockFile = join(folder, 'postgres', 'postmaster.pid');
  const first = await openStores({ dataDir: folder }, log);
  await first.close();
  await writeFile(lockFile, '');
  const second = await openStores({ dataDir: folder }, log);
  await second.close();
  // The number may belong to any other program by now.
  await writeFile(lockFile, `${process.ppid}\n`);
  const third = await open(folder);
  expect(third.status().postgres).toBe('up');
});

test('a folder that cannot be used is said to be so', async () => {
  const folder = join(await dataFolder(), 'file');
  await writeFile(folder, '');
  await expect(openStores({ dataDir: folder }, log)).rejects.toThrow(
    /^The data folder .*file cannot be used \(.*SERIN_DATA_DIR/,
  );
  const other = await dataFolder();
  await mkdir(join(other, 'postgres'));
  await writeFile(join(other, 'postgres', 'precious.txt'), '');
  await chmod(join(other, 'postgres'), 0o755);
  await expect(openStores({ dataDir: other }, log)).rejects.toThrow(
    /postgres is not empty and holds no PostgreSQL database/,
  );
});
