// The command line against a running server.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '#app/config';
import { startTestApp, type TestApp } from '#app/test-app';
import { runRollout } from './rollout.command.ts';

let api: TestApp;
let url: string;
let folder: string;
beforeAll(async () => {
  api = await startTestApp();
  url = await api.app.listen({ port: 0 });
  folder = await mkdtemp(join(tmpdir(), 'serin-cli-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await api.close();
});

/** Runs a command as a pipeline would. */
async function serin(...args: string[]) {
  const printed: string[] = [];
  const complained: string[] = [];
  const status = await runRollout(args, {
    print: (text) => printed.push(text),
    complain: (text) => complained.push(text),
    readConfig: () => readConfig({ SERIN_URL: url, SERIN_API_KEY: api.apiKey }),
    pauseMs: 20,
    holdSeconds: 1,
  });
  return { status, said: printed.join('\n'), complained: complained.join('\n') };
}

const json = async (...args: string[]) => {
  const { said, status } = await serin(...args, '--json');
  return { status, rollout: JSON.parse(said) };
};

let flags = 0;
/** A file with a plan on a flag of its own. */
async function aPlanFile(change: object = {}): Promise<string> {
  flags += 1;
  const key = `flag-${flags}`;
  const filters = { groups: [{ properties: [], rollout_percentage: 0 }] };
  await api.ask('POST', '/api/projects/@current/feature_flags/', { key, filters });
  const plan = {
    flag_key: key,
    stages: [5, 20].map((percent) => ({ name: `${percent} %`, percent })),
    guardrails: [{ id: 'errors', kind: 'exception_users', allow_no_baseline: true }],
    ...change,
  };
  const file = join(folder, `${key}.json`);
  await writeFile(file, JSON.stringify(plan));
  return file;
}

test('a pipeline starts, widens and takes back a rollout, once however often it runs', async () => {
  const file = await aPlanFile();
  const run = ['--idempotency-key', 'run-17'];
  const { status, rollout } = await json('start', file, ...run);
  expect(status).toBe(0);
  expect(rollout).toMatchObject({ flag_key: 'flag-1', stage_name: '5 %', percent: 5 });
  const { id } = rollout;
  expect((await json('start', file, ...run)).rollout).toMatchObject({ id, stage_index: 0 });
  expect((await json('start', id)).rollout).toMatchObject({ id, stage_index: 0 });

  expect((await serin('promote', id)).complained).toContain('reason');
  const why = ['--reason', 'tests are green', ...run];
  expect((await json('promote', id, ...why)).rollout.stage_name).toBe('20 %');
  expect((await json('promote', id, ...why)).rollout.stage_name).toBe('20 %');
  expect((await serin('wait', id, '--until', 'stage:20 %')).status).toBe(0);
  expect((await serin('wait', id, '--timeout', '0s')).status).toBe(3);

  const status3 = await serin('status', id);
  expect(status3.said).toContain(`Rollout ${id} of flag-1`);
  expect(status3.said).toContain('20 % have it');

  await api.ask('POST', `/api/projects/@current/rollouts/${id}/pause/`);
  expect((await serin('wait', id, '--fail-on-hold')).status).toBe(2);
  const back = () => serin('rollback', id, '--reason', 'smoke test failed', ...run);
  expect([(await back()).status, (await back()).status]).toEqual([0, 0]);
  await expect
    .poll(async () => (await json('status', id)).rollout.state)
    .toMatch(/^roll(ing|ed)_back$/);
  expect((await api.ask('GET', `/api/projects/@current/rollouts/${id}/`)).body.percent).toBe(0);
});

test('the exit status of a wait tells how the rollout ended', async () => {
  const { id } = (await json('start', await aPlanFile())).rollout;
  await api.ask('POST', `/api/projects/@current/rollouts/${id}/cancel/`);
  expect((await serin('wait', id)).status).toBe(4);
  const late = (await json('start', await aPlanFile())).rollout;
  const waiting = serin('wait', late.id, '--until', 'rolled_back', '--timeout', '2m');
  await serin('rollback', late.id);
  // The controller confirms what was taken back; here nobody runs it.
  await api.ctx.db
    .updateTable('rollout')
    .set({ state: 'rolled_back' })
    .where('id', '=', late.id)
    .execute();
  expect((await waiting).status).toBe(0);
  expect((await serin('wait', late.id)).status).toBe(1);
});

test('what cannot be asked ends with status 5 and says why', async () => {
  const wrong = await aPlanFile({ guardrails: [] });
  const cases: [args: string[], words: string][] = [
    [['start', wrong], 'guardrails: '],
    [['start', join(folder, 'missing.json')], 'ENOENT'],
    [['status', 'nobody'], 'no such rollout'],
    [['status'], 'Usage'],
    [['dance', 'x'], 'Usage'],
    [['wait', 'x', '--timeout', 'soon'], '--timeout'],
    [['status', 'x', '--url', 'http://127.0.0.1:1'], 'Nothing answers'],
    [['status', 'x', '--key', 'phx_wrong'], 'key'],
  ];
  for (const [args, words] of cases) {
    const { complained, status } = await serin(...args);
    expect({ args, status }).toEqual({ args, status: 5 });
    expect(complained).toContain(words);
  }
  const { id } = (await json('start', await aPlanFile())).rollout;
  expect((await serin('wait', id, '--until', 'stage:moon')).complained).toContain('stage:20 %');
  const file = await aPlanFile();
  await serin('start', file, '--idempotency-key', 'shared');
  const other = await serin('start', await aPlanFile(), '--idempotency-key', 'shared');
  expect(other).toMatchObject({ status: 5, complained: expect.stringContaining('another plan') });
});
