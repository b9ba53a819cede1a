import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, startTestApp } from '#app/test-app';
import type { TestPerson } from '#app/test-people';
import { ManualClock } from '#kernel/clock';

const clock = new ManualClock(Date.UTC(2026, 10, 20, 12));
let t: TestApp;
let ada: TestPerson;
let base: string;

beforeAll(async () => {
  t = await startTestApp({ clock });
  ada = await t.signIn();
  await t.join('bob@example.com');
  base = `/api/projects/${t.projectId}/`;
});
afterAll(() => t.close());

const everyone = { groups: [{ properties: [], rollout_percentage: 100 }] };
let made = 0;

/** A new environment; fields that are not given have their defaults. */
async function anEnvironment(fields: object = {}) {
  made += 1;
  const { status, body } = await t.ask('POST', `${base}environments/`, {
    key: `env-${made}`,
    name: `Environment ${made}`,
    ...fields,
  });
  expect(status, JSON.stringify(body)).toBe(201);
  return body;
}

async function aFlag(environment = 'production') {
  made += 1;
  const url = `${base}feature_flags/?environment=${environment}`;
  const { status, body } = await t.ask('POST', url, { key: `flag-${made}`, filters: everyone });
  expect(status).toBe(201);
  return body;
}

const flagIn = async (key: string, environment: string) =>
  (await t.ask('GET', `${base}feature_flags/${key}/?environment=${environment}`)).body;

/** Whether an SDK gets a flag with a project token; undefined when the token is not known. */
async function served(token: string, key: string): Promise<boolean | undefined> {
  const payload = { api_key: token, distinct_id: 'p' };
  const answer = await t.inject({ method: 'POST', url: '/flags/?v=2', payload });
  if (answer.statusCode !== 200) return undefined;
  return (
    answer.json<{ flags: Record<string, { enabled: boolean }> }>().flags[key]?.enabled ?? false
  );
}

const keys = async () =>
  (await t.ask('GET', `${base}environments/`)).body.results.map((one: { key: string }) => one.key);

test('a new environment has every flag, for nobody, and its own token', async () => {
  const flag = await aFlag();
  const { key, token } = await anEnvironment({ color: 'purple' });
  expect(await flagIn(flag.key, key)).toMatchObject({ active: false, version: 1 });
  expect(await served(token, flag.key)).toBe(false);
  await t.ask('PATCH', `${base}feature_flags/${flag.key}/?environment=${key}`, {
    active: true,
    filters: everyone,
  });
  expect(await served(token, flag.key)).toBe(true);
  expect((await t.ask('GET', base)).body.environments).toContainEqual(
    expect.objectContaining({ key, color: 'purple' }),
  );
});

test.each([
  ['off', false],
  ['copied', true],
])('targeting can be copied, switches %s', async (switches, isOn) => {
  const flag = await aFlag();
  const { key, token } = await anEnvironment({ copy_from: 'production', switches });
  expect(await flagIn(flag.key, key)).toMatchObject({ active: isOn, filters: flag.filters });
  expect(await served(token, flag.key)).toBe(isOn);
});

test('new flags appear in all', async () => {
  const { key } = await anEnvironment();
  const flag = await aFlag();
  expect(await flagIn(flag.key, key)).toMatchObject({ active: false, filters: flag.filters });
});

test('it is renamed, recoloured and moved', async () => {
  const { key } = await anEnvironment();
  const renamed = await t.ask('PATCH', `${base}environments/${key}/`, {
    name: 'Staging',
    color: 'red',
  });
  expect(renamed.body).toMatchObject({ key, name: 'Staging', color: 'red' });
  const order = (await keys()).toReversed();
  const moved = await t.ask('PUT', `${base}environment_order/`, { keys: order });
  expect(moved.body.results.map((one: { key: string }) => one.key)).toEqual(order);
  expect(await keys()).toEqual(order);
  for (const wrong of [order.slice(1), [...order, 'x'], [...order.slice(1), order[1]]]) {
    const refused = await t.ask('PUT', `${base}environment_order/`, { keys: wrong });
    expect(refused).toMatchObject({ status: 400, body: { attr: 'keys' } });
  }
});

test('deleting needs the key once more; then token and environment are gone, the key is free', async () => {
  const flag = await aFlag();
  const { key, token, id } = await anEnvironment({ copy_from: 'production', switches: 'copied' });
  const remove = (confirm: string) =>
    t.ask('DELETE', `${base}environments/${key}/${confirm === '' ? '' : `?confirm=${confirm}`}`);
  expect(await remove('')).toMatchObject({
    status: 400,
    body: { attr: 'confirm', code: 'required' },
  });
  expect(await remove('production')).toMatchObject({ status: 400, body: { attr: 'confirm' } });
  expect(await served(token, flag.key)).toBe(true);
  expect((await remove(key)).status).toBe(204);
  expect(await served(token, flag.key)).toBeUndefined();
  expect(await keys()).not.toContain(key);
  expect((await remove(key)).status).toBe(404);
  const gone = await t.ask('GET', `${base}feature_flags/?environment=${key}`);
  expect(gone).toMatchObject({ status: 400, body: { attr: 'environment' } });
  const again = await anEnvironment({ key });
  expect(again.id).not.toBe(id);
  expect(again.token).not.toBe(token);
});

test('the last environment stays; without production, one must be named', async () => {
  const { body: project } = await t.ask('POST', '/api/projects/', { name: 'Small' });
  const own = `/api/projects/${project.id}/`;
  const remove = (key: string) => t.ask('DELETE', `${own}environments/${key}/?confirm=${key}`);
  expect((await remove('production')).status).toBe(204);
  expect(await remove('development')).toMatchObject({ status: 409, body: { code: 'conflict' } });
  expect((await t.ask('GET', own)).body).toMatchObject({
    api_token: expect.stringMatching(/^phc_/),
  });
  const unnamed = await t.ask('GET', `${own}feature_flags/`);
  expect(unnamed).toMatchObject({ status: 400, body: { attr: 'environment' } });
  expect((await t.ask('GET', `${own}feature_flags/?environment=development`)).status).toBe(200);
});

test('two who delete the last two at once leave one', async () => {
  const { body: project } = await t.ask('POST', '/api/projects/', { name: 'Racing' });
  const answers = await Promise.all(
    ['production', 'development'].map((key) =>
      t.ask('DELETE', `/api/projects/${project.id}/environments/${key}/?confirm=${key}`),
    ),
  );
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([204, 409]);
});

test('an environment with a running rollout is not deleted', async () => {
  const flag = await aFlag();
  const { key } = await anEnvironment();
  const { body: rollout } = await t.ask('POST', `${base}rollouts/?environment=${key}`, {
    flag_key: flag.key,
    stages: [{ name: 'Some', percent: 10 }],
    guardrails: [{ id: 'errors', kind: 'exception_users', allow_no_baseline: true }],
  });
  await t.ask('POST', `${base}rollouts/${rollout.id}/start/?environment=${key}`, {});
  const refused = await t.ask('DELETE', `${base}environments/${key}/?confirm=${key}`);
  expect(refused).toMatchObject({
    status: 409,
    body: { detail: expect.stringContaining(flag.key) },
  });
});

test('a rotated token takes over while the old one runs out', async () => {
  const flag = await aFlag();
  const { key, token: old } = await anEnvironment({ copy_from: 'production', switches: 'copied' });
  const rotate = (overlap: number) =>
    t.ask('POST', `${base}environments/${key}/rotate_token/`, { overlap_seconds: overlap });
  const { body } = await rotate(3600);
  expect(body.previous_token_expires_at).toBe('2026-11-20T13:00:00.000Z');
  expect(await served(old, flag.key)).toBe(true);
  expect(await served(body.token, flag.key)).toBe(true);
  clock.advance(3_600_000);
  expect(await served(old, flag.key)).toBeUndefined();
  const second = (await rotate(3600)).body;
  expect(await served(body.token, flag.key)).toBe(true);
  const ended = await t.ask('DELETE', `${base}environments/${key}/previous_token/`);
  expect(ended.body.previous_token_expires_at).toBeNull();
  expect(await served(body.token, flag.key)).toBeUndefined();
  const third = (await rotate(0)).body;
  expect(await served(second.token, flag.key)).toBeUndefined();
  expect(await served(third.token, flag.key)).toBe(true);
});

test('protection is set by anyone, loosened only by a person who says why', async () => {
  const { key } = await anEnvironment();
  const url = `${base}environments/${key}/`;
  const protect = (protection: object, reason?: string) =>
    ada.ask('PATCH', url, { protection, ...(reason ? { reason } : {}) });
  const set = await t.ask('PATCH', url, { protection: { required_approvals: 1 } });
  expect(set.body.protection).toEqual({
    require_reason: false,
    required_approvals: 1,
    allow_emergency_off: true,
  });
  const byKey = await t.ask('PATCH', url, { protection: { required_approvals: 0 }, reason: 'x' });
  expect(byKey).toMatchObject({ status: 403, body: { attr: 'protection' } });
  expect(await protect({ required_approvals: 0 })).toMatchObject({
    status: 400,
    body: { attr: 'reason', code: 'required' },
  });
  expect((await protect({ allow_emergency_off: false })).status).toBe(200);
  expect((await protect({ allow_emergency_off: true })).status).toBe(400);
  expect(await ada.ask('DELETE', `${url}?confirm=${key}`)).toMatchObject({ status: 409 });
  expect((await protect({ required_approvals: 0 }, 'team of one')).status).toBe(200);
  const log = await t.ask('GET', `${base}activity_log/?resource_kind=environment`);
  expect(log.body.results[0]).toMatchObject({
    action: 'updated',
    reason: 'team of one',
    changes: [{ field: 'required_approvals', before: 1, after: 0 }],
  });
});

test('nobody asks for more approvals than there are other people', async () => {
  const { key } = await anEnvironment();
  const refused = await ada.ask('PATCH', `${base}environments/${key}/`, {
    protection: { required_approvals: 2 },
  });
  expect(refused).toMatchObject({
    status: 400,
    body: { attr: 'protection.required_approvals' },
  });
});

test.each([
  [{ name: 'x' }, 'key', 'required'],
  [{ key: 'x' }, 'name', 'required'],
  [{ key: 'Not Good', name: 'x' }, 'key', 'invalid_input'],
  [{ key: '-x', name: 'x' }, 'key', 'invalid_input'],
  [{ key: 'x'.repeat(51), name: 'x' }, 'key', 'invalid_input'],
  [{ key: 'production', name: 'x' }, 'key', 'unique'],
  [{ key: 'x', name: '' }, 'name', 'invalid_input'],
  [{ key: 'x', name: 'x', color: 'mauve' }, 'color', 'invalid_input'],
  [{ key: 'x', name: 'x', copy_from: 'nowhere' }, 'copy_from', 'invalid_input'],
  [{ key: 'x', name: 'x', switches: 'copied' }, 'switches', 'invalid_input'],
  [{ key: 'x', name: 'x', switches: 'on' }, 'switches', 'invalid_input'],
  [{ key: 'x', name: 'x', extra: 1 }, 'extra', 'invalid_input'],
])('creating %j is refused by field and leaves nothing', async (body, attr, code) => {
  const before = await keys();
  expect(await t.ask('POST', `${base}environments/`, body)).toMatchObject({
    status: 400,
    body: { attr, code },
  });
  expect(await keys()).toEqual(before);
});

test.each([
  ['PATCH', 'environments/nowhere/', { name: 'x' }, 404, null],
  ['PATCH', 'environments/production/', { name: '' }, 400, 'name'],
  ['PATCH', 'environments/production/', { key: 'x' }, 400, 'key'],
  [
    'PATCH',
    'environments/production/',
    { protection: { required_approvals: -1 } },
    400,
    'protection.required_approvals',
  ],
  [
    'PATCH',
    'environments/production/',
    { protection: { required_approvals: 11 } },
    400,
    'protection.required_approvals',
  ],
  [
    'PATCH',
    'environments/production/',
    { protection: { approvals: 1 } },
    400,
    'protection.approvals',
  ],
  ['POST', 'environments/nowhere/rotate_token/', { overlap_seconds: 1 }, 404, null],
  ['POST', 'environments/production/rotate_token/', {}, 400, 'overlap_seconds'],
  [
    'POST',
    'environments/production/rotate_token/',
    { overlap_seconds: 1e9 },
    400,
    'overlap_seconds',
  ],
  ['DELETE', 'environments/nowhere/previous_token/', undefined, 404, null],
] as const)('%s %s %j is refused', async (method, path, body, status, attr) => {
  expect(await t.ask(method, `${base}${path}`, body)).toMatchObject({ status, body: { attr } });
});

test('a project has at most fifty', async () => {
  const { body: project } = await t.ask('POST', '/api/projects/', { name: 'Many' });
  const add = (key: string) =>
    t.ask('POST', `/api/projects/${project.id}/environments/`, { key, name: key });
  for (let i = 2; i < 50; i++) expect((await add(`e${i}`)).status).toBe(201);
  expect(await add('one-more')).toMatchObject({ status: 400, body: { code: 'invalid_input' } });
});

test('another organisation’s project is not found', async () => {
  expect((await t.ask('POST', '/api/projects/999999/environments/', {})).status).toBe(404);
});
