import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { updateEnvironmentRow } from '#accounts';
import { type Protection, UNPROTECTED } from '#accounts/protection';
import { type TestApp, startTestApp } from '#app/test-app';
import type { TestPerson } from '#app/test-people';

let t: TestApp;
let ada: TestPerson;
let bob: TestPerson;
beforeAll(async () => {
  t = await startTestApp();
  ada = await t.signIn();
  bob = await t.join('bob@example.com');
});
afterAll(() => t.close());
beforeEach(() => protect({}));

const protect = (protection: Partial<Protection>): Promise<void> =>
  updateEnvironmentRow(t.ctx.db, t.production.id, {
    protection: { ...UNPROTECTED, ...protection },
  });

const BASE = '/api/projects/@current/';
let flags = 0;

/** A draft of Ada's on a flag of its own. */
async function aDraft(percents: readonly number[] = [20]): Promise<{ id: string; key: string }> {
  flags += 1;
  const key = `flag-${flags}`;
  await t.ask('POST', `${BASE}feature_flags/`, { key });
  const { body } = await ada.ask('POST', `${BASE}rollouts/`, {
    flag_key: key,
    stages: percents.map((percent) => ({ name: `${percent} %`, percent })),
    guardrails: [{ id: 'errors', kind: 'exception_users', allow_no_baseline: true }],
  });
  return { id: body.id, key };
}

const versionOf = async (key: string) =>
  (await t.ask('GET', `${BASE}feature_flags/${key}/`)).body.version;

test('somebody else than who made the plan starts it; then its steps are allowed', async () => {
  const { id, key } = await aDraft();
  await protect({ requiredApprovals: 2 });
  const before = await versionOf(key);
  // Ada's own key is Ada.
  for (const { ask } of [ada, t]) {
    expect(await ask('POST', `${BASE}rollouts/${id}/start/`, { reason: 'go' })).toMatchObject({
      status: 403,
      body: {
        code: 'approval_required',
        detail: expect.stringContaining('somebody else than who last wrote the plan'),
      },
    });
  }
  expect(await versionOf(key)).toBe(before);
  expect((await bob.ask('POST', `${BASE}rollouts/${id}/start/`, {})).status).toBe(200);
  expect(await versionOf(key)).toBe(before + 1);
  const back = await ada.ask('POST', `${BASE}rollouts/${id}/rollback/`, {});
  expect(back.status).toBe(200);
});

test('a reason is asked for where changes need one', async () => {
  const { id } = await aDraft();
  await protect({ requireReason: true });
  expect(await ada.ask('POST', `${BASE}rollouts/${id}/start/`, {})).toMatchObject({
    status: 400,
    body: { code: 'required', attr: 'reason' },
  });
  const started = await ada.ask('POST', `${BASE}rollouts/${id}/start/`, { reason: 'tested' });
  expect(started.status).toBe(200);
});

test('what costs data is confirmed by typing the flag’s key, and Serin holds where there is no way back', async () => {
  const { id, key } = await aDraft([5, 20, 50]);
  const path = `${BASE}rollouts/${id}/`;
  const get = async () => (await t.ask('GET', path)).body;
  const command = async (name: string, body: object = {}, by: Pick<TestPerson, 'ask'> = ada) =>
    by.ask('POST', `${path}${name}/`, body);
  const { plan, version } = await get();
  const now = async (body: object) => ({ expected_version: (await get()).version, ...body });
  const replan = (more: object, stages: readonly object[] = plan.stages) => ({
    plan: { ...plan, ...more, stages },
  });
  const put = async (body: object) => ada.ask('PUT', `${path}plan/`, await now(body));
  expect(await put(replan({ rollback_impact: 'D' }))).toMatchObject({
    status: 400,
    body: { code: 'invalid_input', attr: 'plan.rollback_impact' },
  });
  const points = plan.stages.map((stage: object, at: number) => ({
    ...stage,
    point_of_no_return: at === 1,
  }));
  const note = 'Restore orders_2026.';
  const body = (await put(replan({ rollback_impact: 'D', rollback_note: note }, points))).body;
  expect(body).toMatchObject({
    version: version + 1,
    confirmations: [],
    way_back: { impact: 'D', loses_data: false, is_automatic: true, point_of_no_return: 1 },
  });
  expect(await command('start', {}, bob)).toMatchObject({
    status: 200,
    body: {
      stages: [{ approval: true }, { approval: false }, {}],
      confirmations: [
        { command: 'promote', stages: null, risk: 'cross', phrase: key },
        { command: 'jump', stages: [1, 2], risk: 'cross', phrase: key },
      ],
    },
  });
  for (const confirm of [undefined, 'yes']) {
    expect(await command('promote', await now({ reason: 'go', confirm }))).toMatchObject({
      status: 400,
      body: {
        code: 'confirmation_required',
        attr: 'confirm',
        detail: expect.stringContaining(key),
      },
    });
  }
  // Nor does another class on the way make it free.
  const harmless = replan({ rollback_impact: 'A' });
  expect(await put(harmless)).toMatchObject({ status: 400, body: { attr: 'confirm' } });
  await protect({ requiredApprovals: 1 });
  const cross = async () => now({ reason: 'go', confirm: key });
  // Past it goes somebody else than who made the plan, as at a start.
  expect(await command('promote', await cross())).toMatchObject({
    status: 403,
    body: { code: 'approval_required' },
  });
  expect(await command('promote', await cross(), bob)).toMatchObject({
    status: 200,
    body: {
      way_back: { loses_data: true, is_automatic: false, has_no_way_back: true },
      confirmations: [
        { command: 'jump', stages: [0], risk: 'lose' },
        { command: 'rollback', stages: null, risk: 'lose' },
        { command: 'cancel', stages: null, risk: 'lose' },
      ],
    },
  });
  const [event] = (await t.ask('GET', `${path}events/`)).body.results;
  expect(event.reasons).toEqual([
    'go',
    expect.stringMatching(/^Confirmed: .*Restore orders_2026\.$/),
  ]);
  expect(await command('rollback')).toMatchObject({ status: 400, body: { attr: 'confirm' } });
  expect(await command('cancel', { flag: 'revert' })).toMatchObject({ status: 400 });
  expect((await command('rollback', { confirm: key })).body.state).toBe('rolling_back');
});
