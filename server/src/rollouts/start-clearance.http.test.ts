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
async function aDraft(): Promise<{ id: string; key: string }> {
  flags += 1;
  const key = `flag-${flags}`;
  await t.ask('POST', `${BASE}feature_flags/`, { key });
  const { body } = await ada.ask('POST', `${BASE}rollouts/`, {
    flag_key: key,
    stages: [{ name: 'Some', percent: 20 }],
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
      body: { code: 'approval_required' },
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
