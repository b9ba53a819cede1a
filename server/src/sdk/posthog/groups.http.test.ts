// Flags for groups: stored properties of groups count, those of the request win over them, and only flags
// that need what cannot be read fail.
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type TestApp, startTestApp } from '#app/test-app';
import { capture, flagValue, flagWith } from '#app/test-sdk';

let serin: TestApp;
const COMPANY = 0;
const TEAM = 1;

const tier = (value: string, more: object = {}) => ({
  key: 'tier',
  type: 'group',
  group_type_index: COMPANY,
  operator: 'exact',
  value,
  ...more,
});
const everyOne = (properties: object[], more: object = {}) => ({
  properties,
  rollout_percentage: 100,
  ...more,
});
const acme = { groups: { company: 'acme' } };

async function groupIdentify(type: string, key: string, set: object): Promise<void> {
  await capture(serin, {
    event: '$groupidentify',
    distinct_id: `$${type}_${key}`,
    properties: { $group_type: type, $group_key: key, $group_set: set },
  });
}

const SMALL = { key: 'size', type: 'group', group_type_index: TEAM, operator: 'lt', value: 9 };

/** Waits until the flag is on: what it asks for has been stored. */
const arrives = (flag: string, fields: object) =>
  vi.waitUntil(async () => (await flagValue(serin, flag, 'ada', fields)) === true, 30_000);

beforeAll(async () => {
  serin = await startTestApp();
  await groupIdentify('company', 'acme', { tier: 'gold', seats: 50 });
  await groupIdentify('team', 'core', { size: 5 });
  const isKnown = await flagWith(serin, {
    groups: [everyOne([tier('gold')], { aggregation_group_type_index: COMPANY })],
  });
  await arrives(isKnown, acme);
  const isTeamKnown = await flagWith(serin, {
    groups: [everyOne([SMALL], { aggregation_group_type_index: TEAM })],
  });
  await arrives(isTeamKnown, { groups: { team: 'core' } });
});
afterAll(() => serin.close());

test('a flag for groups asks the stored properties; the request wins key by key', async () => {
  const flag = await flagWith(serin, {
    aggregation_group_type_index: COMPANY,
    groups: [
      everyOne([
        tier('gold'),
        { key: 'seats', type: 'group', group_type_index: 0, operator: 'gte', value: 10 },
      ]),
    ],
  });
  const value = (fields: object) => flagValue(serin, flag, 'ada', fields);
  expect(await value(acme)).toBe(true);
  expect(await value({ ...acme, group_properties: { company: { tier: 'free' } } })).toBe(false);
  expect(await value({ ...acme, group_properties: { company: { seats: 1 } } })).toBe(false);
  expect(await value({ groups: { company: 'unknown' } })).toBe(false);
  const other = {
    groups: { company: 'new' },
    group_properties: { company: { tier: 'gold', seats: 10 } },
  };
  expect(await value(other)).toBe(true);
  expect(await value({})).toBe(false);
});

test('the key of a group can be asked for', async () => {
  const flag = await flagWith(serin, {
    aggregation_group_type_index: COMPANY,
    groups: [everyOne([tier('acme', { key: '$group_key' })])],
  });
  expect(await flagValue(serin, flag, 'ada', acme)).toBe(true);
  expect(await flagValue(serin, flag, 'ada', { groups: { company: 'other' } })).toBe(false);
});

test('sets for people and for groups stand side by side', async () => {
  const flag = await flagWith(serin, {
    groups: [
      everyOne([{ key: 'plan', type: 'person', operator: 'exact', value: 'pro' }]),
      everyOne([tier('gold')], { aggregation_group_type_index: COMPANY }),
      everyOne([{ key: 'size', type: 'group', group_type_index: TEAM, operator: 'lt', value: 9 }], {
        aggregation_group_type_index: TEAM,
      }),
    ],
  });
  const value = (fields: object) => flagValue(serin, flag, 'ada', fields);
  expect(await value({ person_properties: { plan: 'pro' } })).toBe(true);
  expect(await value(acme)).toBe(true);
  expect(await value({ groups: { team: 'core' } })).toBe(true);
  expect(await value({ groups: { company: 'new', team: 'new' } })).toBe(false);
});

test('a set for people may ask for a property of their group', async () => {
  const flag = await flagWith(serin, {
    groups: [
      everyOne([tier('gold'), { key: 'plan', type: 'person', operator: 'exact', value: 'pro' }]),
    ],
  });
  const pro = { person_properties: { plan: 'pro' } };
  expect(await flagValue(serin, flag, 'ada', { ...pro, ...acme })).toBe(true);
  expect(await flagValue(serin, flag, 'ada', pro)).toBe(false);
});

test('a change of a group is noticed', async () => {
  const flag = await flagWith(serin, {
    aggregation_group_type_index: COMPANY,
    groups: [everyOne([tier('platinum')])],
  });
  const globex = { groups: { company: 'globex' } };
  expect(await flagValue(serin, flag, 'ada', globex)).toBe(false);
  await groupIdentify('company', 'globex', { tier: 'platinum' });
  await expect.poll(() => flagValue(serin, flag, 'ada', globex)).toBe(true);
  await groupIdentify('company', 'globex', { tier: 'gold' });
  await expect.poll(() => flagValue(serin, flag, 'ada', globex)).toBe(false);
});

test('a new type of group is in force as soon as it is stored', async () => {
  await groupIdentify('project', 'p-1', { stage: 'live' });
  const definitions = async () => {
    const url = `/flags/definitions?token=${serin.production.token}&send_cohorts`;
    const headers = { authorization: `Bearer ${serin.apiKey}` };
    const answer = await serin.inject({ method: 'GET', url, headers });
    return answer.json<{ group_type_mapping: object }>().group_type_mapping;
  };
  await expect.poll(definitions).toEqual({ '0': 'company', '1': 'team', '2': 'project' });
});

test('with the store away only flags that need a stored group fail', async () => {
  const away = await startTestApp();
  try {
    await capture(away, {
      event: '$groupidentify',
      distinct_id: '$company_acme',
      properties: { $group_type: 'company', $group_key: 'acme', $group_set: { tier: 'gold' } },
    });
    const gold = await flagWith(away, {
      groups: [everyOne([tier('gold')], { aggregation_group_type_index: COMPANY })],
    });
    const all = await flagWith(away, {
      groups: [everyOne([], { aggregation_group_type_index: COMPANY })],
    });
    await expect.poll(() => flagValue(away, gold, 'ada', acme)).toBe(true);
    await away.ctx.db.destroy();
    const other = { groups: { company: 'other' } };
    expect(await flagValue(away, gold, 'ada', other)).toBe('failed');
    expect(await flagValue(away, all, 'ada', other)).toBe(true);
    // What the request says is enough, and what was known before is still served.
    const said = { ...other, group_properties: { company: { tier: 'gold' } } };
    expect(await flagValue(away, gold, 'ada', said)).toBe(true);
    expect(await flagValue(away, gold, 'ada', acme)).toBe(true);
  } finally {
    await away.close();
  }
});
