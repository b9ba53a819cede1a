import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '#app/test-app';

let api: TestApp;
beforeAll(async () => {
  api = await startTestApp();
});
afterAll(() => api.close());

const BASE = '/api/projects/@current/rollouts/';
const FLAGS = '/api/projects/@current/feature_flags/';

let flags = 0;
/** A draft on a flag of its own, for nobody yet. */
async function aRollout(percents: readonly number[] = [20, 50]) {
  flags += 1;
  const key = `flag-${flags}`;
  const filters = { groups: [{ properties: [], rollout_percentage: 0 }] };
  await api.ask('POST', FLAGS, { key, filters });
  const { status, body } = await api.ask('POST', BASE, {
    flag_key: key,
    stages: percents.map((percent) => ({ name: `${percent} %`, percent })),
    guardrails: [{ id: 'errors', kind: 'exception_users', allow_no_baseline: true }],
  });
  expect(status).toBe(201);
  return { id: body.id as string, version: body.version as number };
}

const get = async (id: string) => (await api.ask('GET', `${BASE}${id}/`)).body;

const command = (id: string, name: string, body?: object) =>
  api.ask('POST', `${BASE}${id}/${name}/`, body);

/** A command against the version that the rollout has now. */
const commandNow = async (id: string, name: string, body: object = {}) =>
  command(id, name, { expected_version: (await get(id)).version, ...body });

test('commands refuse a stale version, the wrong state and a missing reason', async () => {
  const { id, version } = await aRollout();
  await command(id, 'start', { expected_version: version });
  const stale = await command(id, 'pause', { expected_version: version });
  expect(stale).toMatchObject({
    status: 409,
    body: { code: 'conflict', attr: 'expected_version' },
  });
  expect(await commandNow(id, 'approve')).toMatchObject({
    status: 409,
    body: { code: 'conflict', detail: expect.stringContaining('takes no approve') },
  });
  const silent = await commandNow(id, 'promote');
  expect(silent).toMatchObject({ status: 400, body: { code: 'required', attr: 'reason' } });
  for (const name of ['promote', 'approve']) {
    expect(await command(id, name, { reason: 'sure' })).toMatchObject({
      status: 400,
      body: { code: 'required', attr: 'expected_version' },
    });
  }
  expect((await command(id, 'cancel', { flag: 'revert' })).body.percent).toBe(0);
});

test('a promotion that is sent twice goes one stage', async () => {
  const { id } = await aRollout([5, 20, 50]);
  const { body } = await command(id, 'start');
  const promote = () =>
    command(id, 'promote', { expected_version: body.version, reason: 'double click' });
  const statuses = (await Promise.all([promote(), promote()])).map(({ status }) => status);
  expect(new Set(statuses)).toEqual(new Set([200, 409]));
  expect((await get(id)).stage_index).toBe(1);
  await command(id, 'cancel');
});

test('the same idempotency key carries a command out once', async () => {
  const { id } = await aRollout();
  await command(id, 'start');
  const pause = () =>
    api.inject({
      method: 'POST',
      url: `${BASE}${id}/pause/`,
      headers: { authorization: `Bearer ${api.apiKey}`, 'idempotency-key': 'once' },
    });
  expect((await pause()).json()).toMatchObject({ state: 'holding', version: 3 });
  await command(id, 'resume');
  expect((await pause()).json()).toMatchObject({ state: 'applying', version: 4 });
  const rollback = await api.inject({
    method: 'POST',
    url: `${BASE}${id}/rollback/`,
    headers: { authorization: `Bearer ${api.apiKey}`, 'idempotency-key': 'once' },
  });
  expect(rollback.json()).toMatchObject({ percent: 0 });
  expect(rollback.json().state).toMatch(/^roll/);
});
