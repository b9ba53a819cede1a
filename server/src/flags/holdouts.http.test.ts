import { afterAll, beforeAll, expect, test } from 'vitest';
import { API_KEY, type FlagsApi, startFlagsApi } from '#app/test-flags';

let api: FlagsApi;
const PATH = '/api/projects/@current/holdouts/';

beforeAll(async () => {
  api = await startFlagsApi();
});

afterAll(async () => {
  await api.close();
});

const everyone = { groups: [{ properties: [], rollout_percentage: 100 }] };
async function aHoldout(percentage: number): Promise<number> {
  const fields = { name: 'Nobody new', exclusion_percentage: percentage };
  const { status, body } = await api.ask('POST', PATH, fields);
  expect(status).toBe(201);
  return body.id;
}

test('a changed percentage reaches every flag that names the holdout, archived ones too', async () => {
  const id = await aHoldout(0);
  const held = { ...everyone, holdout: { id } };
  const flag = await api.create({ filters: held });
  const archived = await api.create({ filters: held });
  await api.ask('PATCH', `${archived.id}/`, { archived: true });
  const other = await api.create({ filters: everyone });
  expect(flag.filters.holdout).toEqual({ id, exclusion_percentage: 0 });
  expect(api.valueFor(flag.key)).toMatchObject({ enabled: true, variant: null });

  const { status, body } = await api.ask('PATCH', `${PATH}${id}/`, {
    exclusion_percentage: 100,
    reason: 'A quarter without novelties',
  });
  expect(status).toBe(200);
  expect(body).toMatchObject({
    exclusion_percentage: 100,
    flags: [
      { id: flag.id, key: flag.key },
      { id: archived.id, key: archived.key },
    ],
  });
  expect(api.valueFor(flag.key)).toMatchObject({
    enabled: true,
    variant: `holdout-${id}`,
    reason: { code: 'holdout_condition_value' },
  });
  expect(api.valueFor(other.key)).toMatchObject({ variant: null });
  for (const query of ['', '?environment=development']) {
    const now = (await api.ask('GET', `${flag.id}/${query}`)).body;
    expect(now.filters.holdout).toEqual({ id, exclusion_percentage: 100 });
    expect(now.version).toBe(2);
    const stored = (await api.ask('GET', `${archived.id}/${query}`)).body;
    expect(stored.filters.holdout).toEqual({ id, exclusion_percentage: 100 });
  }
  const [entry] = (await api.ask('GET', `${flag.id}/activity/`)).body.results;
  expect(entry).toMatchObject({ action: 'updated', reason: 'A quarter without novelties' });

  // A name is no change of any flag.
  await api.ask('PATCH', `${PATH}${id}/`, { name: 'Quarter' });
  expect((await api.ask('GET', `${flag.id}/`)).body.version).toBe(2);
});

test('a flag names a holdout of the project and takes its percentage', async () => {
  const id = await aHoldout(5);
  const flag = await api.create({
    filters: { ...everyone, holdout: { id, exclusion_percentage: 70 } },
  });
  expect(flag.filters.holdout).toEqual({ id, exclusion_percentage: 5 });
  const unknown = await api.ask('PATCH', `${flag.id}/`, {
    filters: { ...everyone, holdout: { id: 987_654 } },
  });
  expect([unknown.status, unknown.body.attr]).toEqual([400, 'filters.holdout.id']);
});

test('a holdout goes when no flag names it any more', async () => {
  const id = await aHoldout(5);
  const flag = await api.create({ filters: { ...everyone, holdout: { id } } });
  const used = await api.ask('DELETE', `${PATH}${id}/`);
  expect([used.status, used.body.code]).toEqual([409, 'has_dependents']);
  expect(used.body.detail).toContain(flag.key);
  await api.ask('PATCH', `${flag.id}/`, { filters: everyone });
  // In development it is still named.
  expect(await remove(id)).toBe(409);
  await api.ask('PATCH', `${flag.id}/?environment=development`, { filters: everyone });
  expect(await remove(id)).toBe(204);
  expect(await remove(id)).toBe(404);
  const { body } = await api.ask('GET', PATH);
  expect(body.results.map((one: { id: number }) => one.id)).not.toContain(id);
});

/** An answer without a body is no JSON. */
async function remove(id: number): Promise<number> {
  const { statusCode } = await api.app.inject({
    method: 'DELETE',
    url: `${PATH}${id}/`,
    headers: { authorization: `Bearer ${API_KEY}` },
  });
  return statusCode;
}

test.each([
  ['no name', { exclusion_percentage: 5 }, 'required', 'name'],
  ['no percentage', { name: 'x' }, 'required', 'exclusion_percentage'],
  ['too much', { name: 'x', exclusion_percentage: 101 }, 'invalid_input', 'exclusion_percentage'],
  ['a misspelt field', { name: 'x', exclusion_percentage: 1, share: 1 }, 'invalid_input', 'share'],
])('refuses %s', async (_name, body, code, attr) => {
  const answer = await api.ask('POST', PATH, body);
  expect([answer.status, answer.body.code, answer.body.attr]).toEqual([400, code, attr]);
});
