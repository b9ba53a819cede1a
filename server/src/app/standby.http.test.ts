// Flags outlive their stores: while PostgreSQL is away, under load, and when Serin is started without it.
import { appendFile, mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLog } from '#platform/log';
import { type TestStores, startTestStores } from '#platform/test-stores';
import { openReader } from '#sdk/stream/test-stream-reader';
import { readConfig } from './config.ts';
import { readLastGood } from './last-good.ts';
import { type RunningServer, startServer } from './main.ts';
import { type Cuttable, openCuttable } from './test-cut.ts';

const TOKEN = `phc_${'t'.repeat(32)}`;
const KEY = `phx_${'k'.repeat(40)}`;
const STALE = 'serin-stale-since';
const LOG = createLog('silent');
let stores: TestStores;
let postgres: Cuttable;
let dataDir: string;
let server: RunningServer;

beforeAll(async () => {
  stores = await startTestStores();
  postgres = await openCuttable(stores.databaseUrl);
  dataDir = await mkdtemp(join(tmpdir(), 'serin-standby-'));
  server = await start();
  await server.whole;
  const everyone = { groups: [{ properties: [], rollout_percentage: 100 }] };
  const pro = { groups: [{ properties: [{ key: 'plan', type: 'person', value: 'pro' }] }] };
  await manage('POST', '', { key: 'all', filters: everyone });
  await manage('POST', '', { key: 'pro', filters: pro });
});

afterAll(async () => {
  await server.close();
  await postgres.cut();
  await stores.close();
  await rm(dataDir, { recursive: true, force: true });
});

const start = (): Promise<RunningServer> =>
  startServer(
    readConfig({
      PORT: '0',
      SERIN_DATA_DIR: dataDir,
      DATABASE_URL: postgres.url,
      CLICKHOUSE_URL: stores.clickhouseUrl,
      SERIN_BOOTSTRAP_EMAIL: 'ada@example.com',
      SERIN_BOOTSTRAP_PASSWORD: 'correct horse battery',
      SERIN_BOOTSTRAP_PROJECT_TOKEN: TOKEN,
      SERIN_BOOTSTRAP_PERSONAL_API_KEY: KEY,
    }),
    LOG,
  );

async function ask(path: string, init: RequestInit = {}) {
  const answer = await fetch(`${server.url}${path}`, init);
  const text = await answer.text();
  const body = text.startsWith('{') ? JSON.parse(text) : text;
  return { status: answer.status, headers: answer.headers, body };
}

const post = (path: string, body: object, headers: Record<string, string> = {}) =>
  ask(path, { method: 'POST', body: JSON.stringify(body), headers });
const bearer = { authorization: `Bearer ${KEY}` };
const json = { 'content-type': 'application/json' };

async function manage(method: string, path: string, body: object) {
  const url = `/api/projects/@current/feature_flags/${path}`;
  return ask(url, { method, headers: { ...bearer, ...json }, body: JSON.stringify(body) });
}

/** Each time another person: what is known of somebody is remembered for a while. */
const flags = (fields: object = {}) =>
  post('/flags/?v=2', { token: TOKEN, distinct_id: crypto.randomUUID(), ...fields });
const definitions = (key = KEY) =>
  ask(`/flags/definitions?token=${TOKEN}`, { headers: { authorization: `Bearer ${key}` } });
const openFeature = (flag: string) =>
  post(
    `/ofrep/v1/evaluate/flags/${flag}`,
    { context: { targetingKey: 'ada' } },
    { ...bearer, ...json },
  );
const ready = () => ask('/readyz');

const oneFlag = () => flags({ flag_keys_to_evaluate: ['all'] });
const listed = () => ask('/api/projects/@current/feature_flags/?limit=1', { headers: bearer });

/** Asks without a pause; returns every status that came. */
function underLoad(request: () => Promise<{ status: number }>): { stop(): Promise<Set<number>> } {
  let isOver = false;
  const statuses = new Set<number>();
  const asking = (async () => {
    while (!isOver) {
      const { status } = await request().catch(() => ({ status: 0 }));
      statuses.add(status);
    }
  })();
  return {
    stop: async () => {
      isOver = true;
      await asking;
      return statuses;
    },
  };
}

test('PostgreSQL dies under load: flags go on, the rest says so, and all is well when it is back', async () => {
  expect((await ready()).body).toMatchObject({ status: 'ready', flags_stale_since: null });
  expect((await flags()).headers.has(STALE)).toBe(false);
  const load = underLoad(oneFlag);
  const management = underLoad(listed);
  expect((await listed()).status).toBe(200);
  await postgres.cut();
  await expect.poll(async () => (await flags()).headers.has(STALE)).toBe(true);

  expect((await flags()).body).toMatchObject({
    errorsWhileComputingFlags: true,
    flags: { all: { enabled: true }, pro: { enabled: false, failed: true } },
  });
  expect((await flags({ person_properties: { plan: 'pro' } })).body).toMatchObject({
    errorsWhileComputingFlags: false,
    flags: { all: { enabled: true }, pro: { enabled: true } },
  });
  const stale = await definitions();
  expect(stale.status).toBe(200);
  expect(stale.headers.has(STALE)).toBe(true);
  expect((await openFeature('all')).body).toMatchObject({ value: true, reason: 'STALE' });
  expect((await ready()).body).toMatchObject({
    status: 'degraded',
    flags_stale_since: expect.any(String),
  });
  expect((await manage('POST', '', { key: 'never' })).status).toBe(503);

  await postgres.mend();
  await expect.poll(async () => (await flags()).headers.has(STALE)).toBe(false);
  expect((await ready()).body).toMatchObject({ status: 'ready' });
  await expect.poll(async () => (await manage('POST', '', { key: 'later' })).status).toBe(201);
  expect(await load.stop()).toEqual(new Set([200]));
  expect(await management.stop()).toEqual(new Set([200, 503]));
});

test('started without PostgreSQL it serves flags from disk, and heals without a restart', async () => {
  await server.close();
  const saved = await readLastGood(dataDir, LOG);
  expect(saved?.flags).toHaveLength(2);
  const folder = join(dataDir, 'last-good');
  const files = (await readdir(folder)).map((file) => join(folder, file));
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  expect(files).toHaveLength(3);
  expect(texts.join('')).toContain('Bootstrap');
  expect(texts.join('')).not.toContain(KEY);
  for (const file of files) expect((await stat(file)).mode & 0o777).toBe(0o600);
  const { id, token } = saved!.accounts.environments.find(({ key }) => key === 'development')!;
  await appendFile(join(folder, `flags-${id}.jsonl`), 'damage');
  await postgres.cut();
  server = await start();
  expect(server.isWhole).toBe(false);

  const served = await flags();
  expect(served.status).toBe(200);
  expect(served.headers.get(STALE)).toMatch(/^\d{4}-/);
  expect(served.body).toMatchObject({
    errorsWhileComputingFlags: true,
    flags: { all: { enabled: true }, pro: { enabled: false, failed: true } },
  });
  expect((await definitions()).body.flags).toHaveLength(3);
  expect((await openFeature('all')).body).toMatchObject({ value: true, reason: 'STALE' });
  const config = await ask(`/array/${TOKEN}/config.js`);
  expect(config.body).toContain('_POSTHOG_REMOTE_CONFIG');
  expect((await ready()).body).toMatchObject({ status: 'degraded' });

  // What is not known here may have been made since: not refused, but "not now". So is what was damaged.
  for (const answer of [
    await definitions('phx_perhaps_a_new_one'),
    await flags({ token: 'phc_perhaps_a_new_one' }),
    await flags({ token }),
    await post('/e/', { token: TOKEN, event: 'x', distinct_id: 'ada' }),
    await manage('POST', '', { key: 'never' }),
    await ask('/'),
  ]) {
    expect(answer.status).toBe(503);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  }

  const stream = await openReader(`${server.url}/flags/stream?token=${TOKEN}`);
  await stream.until(1);
  const load = underLoad(oneFlag);
  await postgres.mend();
  await server.whole;
  await stream.ended;
  const healed = await flags();
  expect(healed.headers.has(STALE)).toBe(false);
  expect((await ready()).body).toMatchObject({ status: 'ready' });
  expect((await post('/e/', { token: TOKEN, event: 'x', distinct_id: 'ada' })).status).toBe(200);
  expect((await manage('POST', '', { key: 'healed' })).status).toBe(201);
  // Not one request was refused while one application took over from the other.
  expect(await load.stop()).toEqual(new Set([200]));
});

test('without anything saved it does not pretend: the start fails', async () => {
  const empty = await mkdtemp(join(tmpdir(), 'serin-standby-'));
  try {
    const config = readConfig({
      PORT: '0',
      SERIN_DATA_DIR: empty,
      // Nobody listens there, and an unknown user is not waited for.
      DATABASE_URL: stores.databaseUrl.replace('serin@', 'nobody@'),
      CLICKHOUSE_URL: stores.clickhouseUrl,
    });
    await expect(startServer(config, LOG)).rejects.toThrow('PostgreSQL');
  } finally {
    await rm(empty, { recursive: true, force: true });
  }
});
