import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, startTestApp } from '#app/test-app';
import { VersionBody } from './one-press.contract.ts';

let api: TestApp;
beforeAll(async () => {
  api = await startTestApp();
});
afterAll(() => api.close());

const BASE = '/api/projects/@current/feature_flags/';
const EVERYONE = { groups: [{ properties: [], rollout_percentage: 100 }] };
const HALF = { groups: [{ properties: [], rollout_percentage: 50 }] };

let made = 0;
async function aFlag(fields: object = {}) {
  made += 1;
  const { status, body } = await api.ask('POST', BASE, { key: `press-${made}`, ...fields });
  expect(status, JSON.stringify(body)).toBe(201);
  return body;
}

const patch = async (flag: { id: number }, change: object, query = '') => {
  const { status, body } = await api.ask('PATCH', `${BASE}${flag.id}/${query}`, change);
  expect(status, JSON.stringify(body)).toBe(200);
  return body;
};
const press = (flag: { id: number }, path: string, body: object = {}) =>
  api.ask('POST', `${BASE}${flag.id}/${path}`, body);
const versionsOf = async (flag: { id: number }, query = '') => {
  const { body } = await api.ask('GET', `${BASE}${flag.id}/versions/${query}`);
  return VersionBody.strict().array().parse(body.results);
};

/** What the SDK endpoint gives one person. */
async function valueOf(key: string): Promise<unknown> {
  const answer = await api.inject({
    method: 'POST',
    url: '/flags/?v=2',
    payload: { token: api.production.token, distinct_id: 'ada' },
  });
  const flag = answer.json().flags[key];
  return flag && (flag.enabled ? (flag.variant ?? true) : false);
}

test('every version is kept in each environment, with who made it and why', async () => {
  const flag = await aFlag({ filters: HALF });
  await patch(flag, { active: false, reason: 'too slow' });
  await patch(flag, { name: 'In words' });
  await patch(flag, { active: true }, '?environment=development');
  const here = await versionsOf(flag);
  expect(here.map(({ version, action }) => [version, action])).toEqual([
    [3, 'updated'],
    [2, 'switched_off'],
    [1, 'created'],
  ]);
  expect(here[1]).toMatchObject({
    is_current: false,
    reason: 'too slow',
    actor: { kind: 'api_key', label: 'Bootstrap' },
    flag: { active: false, filters: HALF, key: flag.key },
  });
  const there = await versionsOf(flag, '?environment=development&limit=2');
  expect(there.map(({ version, flag: state }) => [version, state.name, state.active])).toEqual([
    [3, 'In words', true],
    [2, 'In words', false],
  ]);
});

test('two versions are compared place by place', async () => {
  const flag = await aFlag({ filters: HALF });
  await patch(flag, { filters: EVERYONE });
  await patch(flag, { active: false });
  const url = `${BASE}${flag.id}/versions/1/diff/`;
  const share = { path: '/filters/groups/0/rollout_percentage', before: 50, after: 100 };
  expect((await api.ask('GET', `${url}?to=2`)).body).toEqual({ from: 1, to: 2, changes: [share] });
  const now = await api.ask('GET', url);
  expect(now.body.to).toBe(3);
  expect(now.body.changes).toContainEqual({ path: '/active', before: true, after: false });
  expect(await api.ask('GET', `${url}?to=9`)).toMatchObject({
    status: 404,
    body: { attr: 'version' },
  });
});

test('one press brings a version back as a new one; names stay', async () => {
  const flag = await aFlag({ filters: EVERYONE, tags: ['old'] });
  await patch(flag, { filters: { groups: [] }, tags: ['new'], active: false });
  expect(await valueOf(flag.key)).toBeUndefined();
  const restored = await press(flag, 'versions/1/restore/', { reason: 'it was right' });
  expect(restored).toMatchObject({
    status: 200,
    body: { active: true, filters: EVERYONE, version: 3, tags: ['new'] },
  });
  expect(await valueOf(flag.key)).toBe(true);
  expect((await versionsOf(flag))[0]).toMatchObject({
    version: 3,
    is_current: true,
    action: 'restored_version',
    reason: 'it was right',
  });
});

test('a version that no longer fits is refused with the field, and nothing changes', async () => {
  const target = await aFlag({ filters: EVERYONE });
  const condition = { key: target.key, type: 'flag', operator: 'flag_evaluates_to', value: true };
  const flag = await aFlag({ filters: { groups: [{ properties: [condition] }] } });
  await patch(flag, { filters: HALF });
  await patch(flag, { filters: HALF }, '?environment=development');
  await patch(target, { deleted: true });
  expect(await press(flag, 'versions/1/restore/')).toMatchObject({
    status: 400,
    body: { code: 'invalid_input', attr: 'filters.groups.0.properties.0.key' },
  });
  expect((await versionsOf(flag))[0]).toMatchObject({ version: 2, flag: { filters: HALF } });
});

test.each([
  ['versions/99/restore/', {}, 404, 'not_found', 'version'],
  ['versions/0/restore/', {}, 400, 'invalid_input', 'version'],
  ['versions/x/restore/', {}, 400, 'invalid_input', 'version'],
  ['versions/1/restore/', { version: 9 }, 409, 'conflict', 'version'],
  ['versions/1/restore/', { reason: 5 }, 400, 'invalid_input', 'reason'],
  ['versions/1/restore/', { active: true }, 400, 'invalid_input', 'active'],
  ['roll_out/', { version: 9 }, 409, 'conflict', 'version'],
  ['roll_out/', { variant: 'blue' }, 400, 'invalid_input', 'variant'],
  ['roll_out/', { variant: 1 }, 400, 'invalid_input', 'variant'],
  ['roll_out/', { over_rollout: 'yes' }, 400, 'invalid_input', 'over_rollout'],
])('%s %j is refused with %s', async (path, body, status, code, attr) => {
  const flag = await aFlag({ filters: HALF });
  const refused = await press(flag, path, body);
  expect(refused).toMatchObject({ status, body: { code, attr } });
  expect((await api.ask('GET', `${BASE}${flag.id}/`)).body).toEqual(flag);
});

test('rolling out gives everyone the flag; the targeting before it comes back in one press', async () => {
  const condition = { key: 'plan', type: 'person', operator: 'exact', value: 'growth' };
  const filters = { groups: [{ properties: [condition], rollout_percentage: 10 }] };
  const flag = await aFlag({ filters, active: false });
  const out = await press(flag, 'roll_out/', { version: 1 });
  expect(out.body).toMatchObject({ active: true, filters: EVERYONE, version: 2 });
  expect(await valueOf(flag.key)).toBe(true);
  const again = await press(flag, 'roll_out/');
  expect(again.body.version).toBe(2);
  const back = await press(flag, 'versions/1/restore/');
  expect(back.body).toMatchObject({ active: false, filters, version: 3 });
});

test('of several variants one is chosen for everyone, with its payload', async () => {
  const variants = [
    { key: 'blue', rollout_percentage: 50 },
    { key: 'green', rollout_percentage: 50 },
  ];
  const payloads = { blue: '1', green: '2' };
  const flag = await aFlag({ filters: { ...HALF, multivariate: { variants }, payloads } });
  expect(await press(flag, 'roll_out/')).toMatchObject({
    status: 400,
    body: { code: 'required', attr: 'variant', detail: expect.stringContaining('blue, green') },
  });
  const out = await press(flag, 'roll_out/', { variant: 'green' });
  expect(out.body.filters).toMatchObject({ multivariate: { variants }, payloads });
  expect(await valueOf(flag.key)).toBe('green');
});

test('a guarded rollout is overruled only when that is confirmed', async () => {
  const flag = await aFlag();
  const { body: rollout } = await api.ask('POST', '/api/projects/@current/rollouts/', {
    flag_key: flag.key,
    stages: [{ name: '20 %', percent: 20 }],
    guardrails: [{ id: 'errors', kind: 'exception_users', allow_no_baseline: true }],
  });
  await api.ask('POST', `/api/projects/@current/rollouts/${rollout.id}/start/`);
  for (const path of ['roll_out/', 'versions/1/restore/']) {
    expect(await press(flag, path)).toMatchObject({
      status: 409,
      body: { attr: 'over_rollout', detail: expect.stringContaining(rollout.id) },
    });
  }
  // The other environment has no rollout.
  expect((await press(flag, 'roll_out/?environment=development')).status).toBe(200);
  expect(await press(flag, 'roll_out/', { over_rollout: true })).toMatchObject({
    status: 400,
    body: { code: 'required', attr: 'reason' },
  });
  const overruled = { over_rollout: true, reason: 'The launch is now' };
  expect((await press(flag, 'roll_out/', overruled)).status).toBe(200);
  expect(await valueOf(flag.key)).toBe(true);
  const actions = (await versionsOf(flag)).map(({ action }) => action);
  expect(actions).toEqual(['rolled_out', 'widened', 'created']);
});

test('a version that was switched off comes back over flags that need it only when that is forced', async () => {
  const needed = await aFlag({ filters: EVERYONE, active: false });
  await patch(needed, { active: true });
  const asks = { key: needed.key, type: 'flag', operator: 'flag_evaluates_to', value: true };
  await aFlag({ filters: { groups: [{ properties: [asks] }] } });
  const refused = await press(needed, 'versions/1/restore/');
  expect([refused.status, refused.body.code]).toEqual([409, 'has_dependents']);
  expect(await valueOf(needed.key)).toBe(true);
  expect((await press(needed, 'versions/1/restore/', { force: true })).body.active).toBe(false);
  // What is off is not answered at all.
  expect(await valueOf(needed.key)).toBeUndefined();
});

test('two presses at once from the same version: one wins, the other is told', async () => {
  const flag = await aFlag({ filters: HALF });
  const answers = await Promise.all([
    press(flag, 'roll_out/', { version: 1 }),
    api.ask('PATCH', `${BASE}${flag.id}/`, { active: false, version: 1 }),
  ]);
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
});

test('killing pulls the kill switch that is for everyone, and switches a flag without one off', async () => {
  const lever = await aFlag({ kind: 'kill_switch', active: false, filters: EVERYONE });
  const named = { kill_switch: lever.key, filters: EVERYONE };
  const [one, other] = [await aFlag(named), await aFlag(named)];
  expect(await valueOf(one.key)).toBe(true);
  for (const times of [1, 2]) {
    const killed = await press(one, 'kill/', { reason: 'it burns' });
    expect([times, killed.status]).toEqual([times, 200]);
    // Its own targeting stays for when it is over.
    expect(killed.body).toMatchObject({ kill_switch: lever.key, flag: { active: true } });
    expect(new Set(killed.body.flags)).toEqual(new Set([one.key, other.key]));
  }
  expect([await valueOf(one.key), await valueOf(other.key)]).toEqual([false, false]);
  expect((await versionsOf(lever)).map(({ action, reason }) => [action, reason])).toEqual([
    ['switched_on', 'it burns'],
    ['created', null],
  ]);
  const half = await aFlag({ kind: 'kill_switch', active: false, filters: HALF });
  const flag = await aFlag({ kill_switch: half.key, filters: EVERYONE });
  const asks = { key: flag.key, type: 'flag', operator: 'flag_evaluates_to', value: true };
  await aFlag({ filters: { groups: [{ properties: [asks] }] } });
  await patch(flag, { active: true }, '?environment=development');
  const off = await press(flag, 'kill/');
  expect(off).toMatchObject({
    status: 200,
    body: { kill_switch: null, flags: [flag.key], flag: { active: false } },
  });
  expect(await valueOf(flag.key)).toBeUndefined();
  expect((await versionsOf(flag))[0]).toMatchObject({ action: 'killed', reason: 'Killed.' });
  // Elsewhere it goes on.
  const { body: elsewhere } = await api.ask('GET', `${BASE}${flag.id}/?environment=development`);
  expect(elsewhere.active).toBe(true);
  expect((await press({ id: 999_999 }, 'kill/')).status).toBe(404);
});
