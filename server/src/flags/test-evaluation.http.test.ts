import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FlagsApi, startFlagsApi } from '#app/test-flags';

let api: FlagsApi;

beforeAll(async () => {
  api = await startFlagsApi();
});

afterAll(async () => {
  await api.close();
});

test('trying a flag out explains every condition set', async () => {
  const flag = await api.create({
    filters: {
      groups: [
        {
          properties: [
            { key: 'email', operator: 'icontains', value: '@acme.com' },
            { key: 'age', operator: 'gte', value: 18 },
          ],
        },
        { rollout_percentage: 100 },
      ],
    },
  });
  const { body } = await api.ask('POST', `${flag.key}/test_evaluation/`, {
    distinct_id: 'u1',
    person_properties: { email: 'x@acme.com', age: 17 },
  });
  expect(body).toEqual({
    enabled: true,
    variant: null,
    payload: null,
    reason: { code: 'condition_match', condition_index: 1, forced_by: null },
    conditions: [
      {
        index: 0,
        code: 'no_condition_match',
        properties: [
          { key: 'email', operator: 'icontains', matched: true },
          { key: 'age', operator: 'gte', matched: false },
        ],
      },
      { index: 1, code: 'condition_match', properties: [] },
    ],
  });
  await api.ask('PATCH', `${flag.id}/`, { active: false });
  const off = await api.ask('POST', `${flag.key}/test_evaluation/`, { distinct_id: 'u1' });
  expect(off.body).toMatchObject({ enabled: false, reason: { code: 'flag_disabled' } });
  expect((await api.ask('GET', `${flag.key}/status/`)).body.status).toBe('INACTIVE');
});
