import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FlagsApi, startFlagsApi } from '#app/test-flags';

let api: FlagsApi;

beforeAll(async () => {
  api = await startFlagsApi();
  for (let index = 0; index < 10; index += 1) {
    await api.identify(`user-${index}`, { plan: index < 4 ? 'pro' : 'free' });
  }
});
afterAll(() => api.close());

const preview = (body: object) => api.ask('POST', 'preview/', body);
const pro = { properties: [{ key: 'plan', operator: 'exact', value: ['pro'] }] };

test('a flag that is not created yet is counted', async () => {
  const { status, body } = await preview({ filters: { groups: [pro, {}] } });
  expect(status).toBe(200);
  expect(body).toEqual({
    people: 10,
    looked_at: 10,
    is_estimate: false,
    sets: [
      { matching: 4, taken: 4, asks_for_groups: false },
      { matching: 10, taken: 6, asks_for_groups: false },
    ],
    values: [{ value: 'true', people: 10 }],
    changes: null,
  });
});

test('a draft is compared with the stored flag, and a flag that is off changes for nobody', async () => {
  const flag = await api.create({ filters: { groups: [pro] } });
  const wider = { flag: flag.key, filters: { groups: [pro, {}] } };
  expect((await preview(wider)).body.changes).toEqual({ gained: 6, lost: 0, other: 0 });
  expect((await preview({ flag: String(flag.id) })).body.values).toEqual([
    { value: 'true', people: 4 },
  ]);
  await api.ask('PATCH', `${flag.key}/`, { active: false });
  const off = (await preview(wider)).body;
  expect(off.changes).toEqual({ gained: 0, lost: 0, other: 0 });
  expect(off.sets[1]).toMatchObject({ taken: 6 });
});

test('nobody known counts nobody', async () => {
  const { body } = await api.ask('POST', 'preview/?environment=development', {
    filters: { groups: [{}] },
  });
  expect(body).toMatchObject({ people: 0, is_estimate: false, values: [] });
});

test('a draft that could not be saved is refused at its field', async () => {
  const wrong = await preview({ filters: { groups: [{ variant: 'none' }] } });
  expect(wrong).toMatchObject({ status: 400, body: { attr: 'filters.groups.0.variant' } });
  expect((await preview({ flag: 'nowhere' })).status).toBe(404);
});
