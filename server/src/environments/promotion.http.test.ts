import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, startTestApp } from '#app/test-app';
import type { TestPerson } from '#app/test-people';

let t: TestApp;
let ada: TestPerson;
let base: string;

beforeAll(async () => {
  t = await startTestApp();
  ada = await t.signIn();
  await t.join('bob@example.com');
  base = `/api/projects/${t.projectId}/`;
});
afterAll(() => t.close());

const share = (percent: number) => ({
  groups: [{ properties: [], rollout_percentage: percent }],
});
let made = 0;

/** On for 40 % in development, off for nobody in production. */
async function aFlag(filters: object = share(40)): Promise<string> {
  made += 1;
  const key = `flag-${made}`;
  await t.ask('POST', `${base}feature_flags/`, { key, active: false, filters: share(0) });
  await change(key, 'development', { active: true, filters });
  return key;
}

const change = async (key: string, environment: string, body: object) => {
  const answer = await t.ask(
    'PATCH',
    `${base}feature_flags/${key}/?environment=${environment}`,
    body,
  );
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body;
};

const flagIn = async (key: string, environment: string) =>
  (await t.ask('GET', `${base}feature_flags/${key}/?environment=${environment}`)).body;

const compare = async (key: string, query = '') =>
  (
    await t.ask(
      'GET',
      `${base}environment_differences/${key}/?from=development&to=production${query}`,
    )
  ).body;

/** The versions that a look shows now. */
async function seen(key: string) {
  const { from, to } = await compare(key);
  return { flag: key, from_version: from.version, to_version: to.version };
}

const promote = (flags: readonly object[], fields: object = {}) =>
  t.ask('POST', `${base}promotions/`, { from: 'development', to: 'production', flags, ...fields });

const variants = {
  ...share(100),
  multivariate: {
    variants: [
      { key: 'a', rollout_percentage: 50 },
      { key: 'b', rollout_percentage: 50 },
    ],
  },
  payloads: { a: '{"n":1}' },
};

test('the list names the flags that differ and in what', async () => {
  const same = await aFlag(share(0));
  await change(same, 'development', { active: false });
  const [one, other] = [await aFlag(), await aFlag(variants)];
  const { body } = await t.ask(
    'GET',
    `${base}environment_differences/?from=development&to=production`,
  );
  const parts = new Map(
    body.results.map((flag: { key: string; parts: string[] }) => [flag.key, flag.parts]),
  );
  expect(parts.get(same)).toBeUndefined();
  expect(parts.get(one)).toEqual(['switch', 'targeting']);
  expect(parts.get(other)).toEqual(['switch', 'targeting', 'variants', 'payloads']);
  const page = await t.ask(
    'GET',
    `${base}environment_differences/?from=development&to=production&limit=1&offset=1`,
  );
  expect(page.body).toMatchObject({ count: body.count, results: [body.results[1]] });
});

test('what a look shows is what a promotion writes', async () => {
  const key = await aFlag(variants);
  const look = await compare(key);
  expect(look).toMatchObject({
    from: { active: true, filters: variants },
    to: { active: false },
    after: { active: true, filters: variants },
    obstacle: null,
    rollout_id: null,
  });
  const { status, body } = await promote([await seen(key)], { reason: 'works in development' });
  expect(status).toBe(200);
  expect(body.results).toMatchObject([{ key, version: look.to.version + 1 }]);
  expect(await flagIn(key, 'production')).toMatchObject(look.after);
  expect((await compare(key)).parts).toEqual([]);
  const history = await t.ask(
    'GET',
    `${base}feature_flags/${key}/activity/?environment=production`,
  );
  expect(history.body.results[0].reason).toBe('works in development Taken over from Development.');
});

test('chosen parts leave the others as they are', async () => {
  const key = await aFlag();
  const look = await compare(key, '&parts=targeting');
  expect(look.after).toMatchObject({ active: false, filters: share(40) });
  await promote([{ ...(await seen(key)), parts: ['targeting'] }]);
  expect(await flagIn(key, 'production')).toMatchObject({ active: false, filters: share(40) });
});

test.each(['development', 'production'])('a flag that moved in %s is a conflict', async (where) => {
  const [key, other] = [await aFlag(), await aFlag()];
  const items = [await seen(other), await seen(key)];
  await change(key, where, { filters: share(7) });
  const before = await flagIn(other, 'production');
  const refused = await promote(items);
  const attr = where === 'development' ? 'flags.1.from_version' : 'flags.1.to_version';
  expect(refused).toMatchObject({ status: 409, body: { code: 'conflict', attr } });
  expect(await flagIn(other, 'production')).toEqual(before);
});

test('of two promotions at once one is a conflict', async () => {
  const key = await aFlag();
  const items = [await seen(key)];
  const answers = await Promise.all([promote(items), promote(items)]);
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
});

test('a flag of a running rollout is refused unless that is said', async () => {
  const key = await aFlag();
  await change(key, 'production', { active: true });
  const { body: rollout } = await t.ask('POST', `${base}rollouts/`, {
    flag_key: key,
    stages: [{ name: 'Some', percent: 10 }],
    guardrails: [{ id: 'errors', kind: 'exception_users', allow_no_baseline: true }],
  });
  await t.ask('POST', `${base}rollouts/${rollout.id}/start/`, {});
  expect((await compare(key)).rollout_id).toBe(rollout.id);
  const items = [await seen(key)];
  expect(await promote(items)).toMatchObject({ status: 409, body: { attr: 'flags.0.flag' } });
  expect((await promote(items, { despite_rollout: true })).status).toBe(200);
});

test('a protected environment asks the same of a promotion', async () => {
  const key = await aFlag();
  const protect = async (protection: object) => {
    const url = `${base}environments/production/`;
    expect((await ada.ask('PATCH', url, { protection, reason: 'test' })).status).toBe(200);
  };
  await protect({ required_approvals: 1 });
  const items = [await seen(key)];
  expect(await promote(items)).toMatchObject({ status: 403, body: { code: 'approval_required' } });
  await protect({ required_approvals: 0, require_reason: true });
  expect(await promote(items)).toMatchObject({
    status: 400,
    body: { code: 'required', attr: 'reason' },
  });
  expect((await promote(items, { reason: 'tested' })).status).toBe(200);
  await protect({ require_reason: false });
});

test('group types are carried over by name, and refused where there are none', async () => {
  const key = await aFlag();
  const types = (environmentId: number, names: readonly string[]) =>
    t.ctx.db
      .insertInto('group_type')
      .values(
        names.map((group_type, type_index) => ({
          environment_id: environmentId,
          group_type,
          type_index,
        })),
      )
      .execute();
  await types(t.development.id, ['company', 'team']);
  const filters = {
    aggregation_group_type_index: 1,
    groups: [
      {
        properties: [{ key: 'size', type: 'group', group_type_index: 0, value: 5, operator: 'gt' }],
        rollout_percentage: 50,
      },
    ],
  };
  await change(key, 'development', { filters });
  expect(await compare(key)).toMatchObject({
    after: null,
    obstacle: expect.stringContaining('“company”'),
  });
  expect(await promote([await seen(key)])).toMatchObject({
    status: 400,
    body: { attr: 'flags.0.filters.groups' },
  });
  await types(t.production.id, ['team', 'company']);
  expect((await promote([await seen(key)])).status).toBe(200);
  expect((await flagIn(key, 'production')).filters).toMatchObject({
    aggregation_group_type_index: 0,
    groups: [{ properties: [{ group_type_index: 1 }] }],
  });
});

test.each([
  [{ flags: [] }, 'flags'],
  [{ from: 'nowhere' }, 'from'],
  [{ to: 'nowhere' }, 'to'],
  [{ to: 'development' }, 'to'],
  [{ flags: [{ flag: 'flag-1', from_version: 1 }] }, 'flags.0.to_version'],
  [
    { flags: [{ flag: 'flag-1', from_version: 1, to_version: 1, parts: ['key'] }] },
    'flags.0.parts.0',
  ],
  [{ flags: [{ flag: 'flag-1', from_version: 1, to_version: 1, parts: [] }] }, 'flags.0.parts'],
  [{ despite_rollout: 'yes' }, 'despite_rollout'],
])('promoting with %j is refused by field', async (fields, attr) => {
  const key = await aFlag();
  expect(await promote([await seen(key)], fields)).toMatchObject({ status: 400, body: { attr } });
});

test('a flag that there is not is said where it stands in the list', async () => {
  const refused = await promote([{ flag: 'nowhere', from_version: 1, to_version: 1 }]);
  expect(refused).toMatchObject({ status: 404, body: { attr: 'flags.0' } });
});
