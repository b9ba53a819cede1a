// Flags that need flags: kill switches, and what is refused while others need a flag.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FlagsApi, startFlagsApi } from '#app/test-flags';

let api: FlagsApi;

beforeAll(async () => {
  api = await startFlagsApi();
});

afterAll(async () => {
  await api.close();
});

const everyone = { groups: [{ properties: [], rollout_percentage: 100 }] };
const nobody = { groups: [{ properties: [], rollout_percentage: 0 }] };
const needs = (key: string) => ({ groups: [{ properties: [{ key, type: 'flag', value: true }] }] });
const aKillSwitch = (fields = {}) =>
  api.create({ kind: 'kill_switch', filters: nobody, ...fields });

test('a kill switch wins over the flag and leaves its targeting as it was', async () => {
  const kill = await aKillSwitch();
  const flag = await api.create({ filters: everyone, kill_switch: kill.key });
  const other = await api.create({ filters: everyone, kill_switch: String(kill.id) });
  expect([flag.kill_switch, other.kill_switch]).toEqual([kill.key, kill.key]);
  expect(api.valueFor(flag.key)?.enabled).toBe(true);

  await api.ask('PATCH', `${kill.id}/`, { filters: everyone });
  expect(api.valueFor(flag.key)).toMatchObject({
    enabled: false,
    reason: { code: 'flag_disabled', forcedBy: 'kill_switch' },
  });
  expect(api.valueFor(other.key)?.enabled).toBe(false);
  const now = (await api.ask('GET', `${flag.id}/`)).body;
  expect(now).toMatchObject({ active: true, filters: everyone, version: 1 });

  await api.ask('PATCH', `${kill.id}/`, { filters: nobody });
  expect(api.valueFor(flag.key)?.enabled).toBe(true);
  const dependents = await api.ask('GET', `${kill.key}/dependent_flags/`);
  expect(dependents.body).toEqual([
    { id: flag.id, key: flag.key, name: '', need: 'kill_switch' },
    { id: other.id, key: other.key, name: '', need: 'kill_switch' },
  ]);
  const without = await api.ask('PATCH', `${other.id}/`, { kill_switch: null });
  expect(without.body.kill_switch).toBeNull();
});

test('what cannot be a kill switch is refused', async () => {
  const plain = await api.create();
  const kill = await aKillSwitch();
  const refused = async (id: number, change: object) => {
    const { status, body } = await api.ask('PATCH', `${id}/`, change);
    return [status, body.code, body.attr];
  };
  const invalid = [400, 'invalid_input', 'kill_switch'];
  expect(await refused(plain.id, { kill_switch: 'nowhere' })).toEqual(invalid);
  expect(await refused(kill.id, { kill_switch: plain.key })).toEqual(invalid);
  expect(await refused(kill.id, { kill_switch: kill.key })).toEqual(invalid);
  const second = await aKillSwitch({ kill_switch: kill.key });
  expect(await refused(kill.id, { kill_switch: second.key })).toEqual(invalid);
  // Through a condition, in another environment than the one asked for.
  const third = await aKillSwitch();
  await api.ask('PATCH', `${third.id}/?environment=development`, { filters: needs(plain.key) });
  expect(await refused(plain.id, { kill_switch: third.key })).toEqual(invalid);
  const circle = await api.ask('PATCH', `${kill.id}/`, { filters: needs(second.key) });
  expect([circle.status, circle.body.attr]).toEqual([400, 'filters.groups']);
});

test('a kill switch stays one, and stays, while flags name it', async () => {
  const kill = await aKillSwitch({ filters: everyone });
  const flag = await api.create({ filters: everyone, kill_switch: kill.key });
  const kind = await api.ask('PATCH', `${kill.id}/`, { kind: 'release' });
  expect([kind.status, kind.body.code, kind.body.attr]).toEqual([409, 'has_dependents', 'kind']);
  const gone = await api.ask('PATCH', `${kill.id}/`, { archived: true });
  expect([gone.status, gone.body.code, gone.body.attr]).toEqual([
    409,
    'has_dependents',
    'archived',
  ]);
  // At rest it takes nothing from anyone.
  expect((await api.ask('PATCH', `${kill.id}/`, { active: false })).status).toBe(200);
  await api.ask('PATCH', `${kill.id}/`, { active: true });
  expect(api.valueFor(flag.key)?.enabled).toBe(false);
  // A kill switch that is gone kills nothing.
  const forced = await api.ask('PATCH', `${kill.id}/`, { archived: true, force: true });
  expect(forced.status).toBe(200);
  expect(api.valueFor(flag.key)?.enabled).toBe(true);
});

test('what others need is not switched off, archived or deleted, unless it is forced', async () => {
  const base = await api.create({ filters: everyone });
  const flag = await api.create({ filters: needs(base.key) });
  for (const change of [{ active: false }, { archived: true }, { deleted: true }]) {
    const { status, body } = await api.ask('PATCH', `${base.id}/`, change);
    expect([status, body.code, body.attr]).toEqual([409, 'has_dependents', Object.keys(change)[0]]);
    expect(body.detail).toContain(flag.key);
  }
  expect((await api.ask('GET', `${base.id}/`)).body).toMatchObject({ active: true, version: 1 });
  // A dependent that is off loses nothing, and neither does one in another environment.
  await api.ask('PATCH', `${flag.id}/`, { active: false });
  const off = await api.ask('PATCH', `${base.id}/`, { active: false });
  expect(off.status).toBe(200);
  await api.ask('PATCH', `${base.id}/`, { active: true });
  await api.ask('PATCH', `${flag.id}/`, { active: true });

  const forced = await api.ask('PATCH', `${base.id}/`, {
    active: false,
    force: true,
    reason: 'fire',
  });
  expect(forced.body.active).toBe(false);
  expect(api.valueFor(flag.key)?.enabled).toBe(false);
  const [entry] = (await api.ask('GET', `${base.id}/activity/`)).body.results;
  expect(entry).toMatchObject({ action: 'switched_off', reason: 'fire' });
  expect(entry.changes).toContainEqual({ field: 'forcedOver', after: [flag.key] });
});

test('two changes at once cannot close a circle together', async () => {
  const [a, b] = [await api.create(), await api.create()];
  const answers = await Promise.all([
    api.ask('PATCH', `${a.id}/`, { filters: needs(b.key) }),
    api.ask('PATCH', `${b.id}/`, { filters: needs(a.key) }),
  ]);
  expect(answers.map(({ status }) => status).toSorted((x, y) => x - y)).toEqual([200, 400]);
});

test('a kind is kept in step with the older mark of remote configuration', async () => {
  const plain = await api.create();
  expect([plain.kind, plain.is_remote_configuration]).toEqual(['release', false]);
  const older = await api.create({ is_remote_configuration: true });
  expect(older.kind).toBe('remote_config');
  const ops = await api.ask('PATCH', `${older.id}/`, { kind: 'ops' });
  expect([ops.body.kind, ops.body.is_remote_configuration]).toEqual(['ops', false]);
  const back = await api.ask('PUT', `${older.id}/`, { ...ops.body, is_remote_configuration: true });
  expect(back.body.kind).toBe('remote_config');
  const wrong = await api.ask('PATCH', `${older.id}/`, { kind: 'toggle' });
  expect([wrong.status, wrong.body.attr]).toEqual([400, 'kind']);
});
