import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { updateEnvironmentRow } from '#accounts';
import { type Protection, UNPROTECTED } from '#accounts/protection';
import { type TestApp, startTestApp } from '#app/test-app';
import { ManualClock } from '#kernel/clock';

const MINUTE_MS = 60_000;
const clock = new ManualClock(Date.UTC(2026, 2, 1, 12));
const BASE = '/api/projects/@current/';
const SCHEDULES = `${BASE}scheduled_changes/`;
let t: TestApp;

beforeAll(async () => {
  t = await startTestApp({ clock });
});
afterAll(() => t.close());
beforeEach(() => protect({}));

const protect = (protection: Partial<Protection>): Promise<void> =>
  updateEnvironmentRow(t.ctx.db, t.production.id, {
    protection: { ...UNPROTECTED, ...protection },
  });

const share = (percent: number) => ({
  groups: [{ properties: [], rollout_percentage: percent }],
});
let made = 0;

/** On for 10 %. */
async function aFlag(): Promise<string> {
  made += 1;
  const key = `flag-${made}`;
  await t.ask('POST', `${BASE}feature_flags/`, { key, filters: share(10) });
  return key;
}

const flag = async (key: string) => (await t.ask('GET', `${BASE}feature_flags/${key}/`)).body;
const inMinutes = (minutes: number) => ({
  at: new Date(clock.now() + minutes * MINUTE_MS).toISOString(),
});
const get = async (id: string) => (await t.ask('GET', `${SCHEDULES}${id}/`)).body;
const stateOf = (id: string) => async () => (await get(id)).state;

async function schedule(fields: object) {
  const { status, body } = await t.ask('POST', SCHEDULES, { due: inMinutes(5), ...fields });
  expect(status, JSON.stringify(body)).toBe(201);
  return body;
}

test('it happens at its time, on top of what the flag has become', async () => {
  const key = await aFlag();
  const { id, due } = await schedule({
    flag: key,
    change: { share: { condition_set: 0, rollout_percentage: 25 } },
    reason: 'launch day',
  });
  await t.ask('PATCH', `${BASE}feature_flags/${key}/`, { name: 'Words', active: false });
  clock.advance(4 * MINUTE_MS);
  expect((await flag(key)).filters).toEqual(share(10));
  clock.advance(MINUTE_MS);
  await expect.poll(stateOf(id)).toBe('applied');
  expect(await get(id)).toMatchObject({ is_late: false, outcome: 'Made.', finished_at: due.at });
  expect(await flag(key)).toMatchObject({ name: 'Words', active: false, filters: share(25) });
  const history = await t.ask('GET', `${BASE}feature_flags/${key}/activity/`);
  expect(history.body.results[0]).toMatchObject({
    actor: { kind: 'system', label: 'schedule' },
    reason: 'launch day Scheduled by Bootstrap.',
  });
});

test('wall time in a zone is kept over the change of clocks', async () => {
  const body = await schedule({
    flag: await aFlag(),
    change: { active: false },
    due: { local_time: '2026-03-29T09:00', time_zone: 'Europe/Berlin' },
  });
  expect(body.due).toEqual({
    at: '2026-03-29T07:00:00.000Z',
    local_time: '2026-03-29T09:00',
    time_zone: 'Europe/Berlin',
  });
});

test('a series of changes is made in its order', async () => {
  const key = await aFlag();
  const ids: string[] = [];
  for (const [minutes, percent] of [
    [2, 50],
    [1, 25],
    [3, 100],
  ] as const) {
    const change = { filters: share(percent) };
    ids.push((await schedule({ flag: key, change, due: inMinutes(minutes) })).id);
  }
  clock.advance(10 * MINUTE_MS);
  for (const id of ids) await expect.poll(stateOf(id)).toBe('applied');
  expect((await flag(key)).filters).toEqual(share(100));
  expect((await get(ids[0] ?? '')).is_late).toBe(true);
});

test('what others changed in the same place is not overwritten', async () => {
  const key = await aFlag();
  const { id } = await schedule({ flag: key, change: { filters: share(100) } });
  await t.ask('PATCH', `${BASE}feature_flags/${key}/`, { filters: share(3) });
  clock.advance(6 * MINUTE_MS);
  await expect.poll(stateOf(id)).toBe('failed');
  expect((await get(id)).outcome).toBe('Its targeting changed after this was scheduled.');
  expect((await flag(key)).filters).toEqual(share(3));
});

test('protection counts when it is planned, and when its time comes', async () => {
  const key = await aFlag();
  const { id } = await schedule({ flag: key, change: { filters: share(100) } });
  await protect({ requiredApprovals: 1 });
  expect(
    await t.ask('POST', SCHEDULES, { flag: key, change: { filters: share(7) }, due: inMinutes(9) }),
  ).toMatchObject({ status: 403, body: { code: 'approval_required' } });
  clock.advance(6 * MINUTE_MS);
  await expect.poll(stateOf(id)).toBe('failed');
  expect((await get(id)).outcome).toContain('is protected');
  expect((await flag(key)).filters).toEqual(share(10));
  // Taking a flag away needs nobody, now or later.
  const off = await schedule({ flag: key, change: { active: false } });
  clock.advance(6 * MINUTE_MS);
  await expect.poll(stateOf(off.id)).toBe('applied');
});

test('a flag of a running rollout is left alone, unless it goes off', async () => {
  const key = await aFlag();
  await t.ask('PATCH', `${BASE}feature_flags/${key}/`, { filters: share(0) });
  const wider = await schedule({ flag: key, change: { filters: share(100) } });
  const { body: rollout } = await t.ask('POST', `${BASE}rollouts/`, {
    flag_key: key,
    stages: [{ name: 'Some', percent: 20 }],
    guardrails: [{ id: 'errors', kind: 'exception_users', allow_no_baseline: true }],
  });
  await t.ask('POST', `${BASE}rollouts/${rollout.id}/start/`, {});
  const off = await schedule({ flag: key, change: { active: false }, due: inMinutes(6) });
  clock.advance(7 * MINUTE_MS);
  await expect.poll(stateOf(wider.id)).toBe('failed');
  await expect.poll(stateOf(off.id)).toBe('applied');
  expect((await flag(key)).active).toBe(false);
});

test('it can be planned otherwise and cancelled, by who saw its version', async () => {
  const key = await aFlag();
  const { id } = await schedule({ flag: key, change: { active: false } });
  const edit = (body: object) => t.ask('PATCH', `${SCHEDULES}${id}/`, body);
  const moved = await edit({ version: 1, due: inMinutes(30), reason: 'later' });
  expect(moved.body).toMatchObject({ version: 2, reason: 'later', change: { active: false } });
  expect(await edit({ version: 1, due: inMinutes(40) })).toMatchObject({
    status: 409,
    body: { attr: 'version' },
  });
  clock.advance(6 * MINUTE_MS);
  const cancelled = await t.ask('POST', `${SCHEDULES}${id}/cancel/`, { version: 2 });
  expect(cancelled.body).toMatchObject({ state: 'cancelled', outcome: 'Cancelled by Bootstrap.' });
  expect((await edit({ version: 3, due: inMinutes(40) })).status).toBe(409);
  expect((await t.ask('POST', `${SCHEDULES}${id}/cancel/`, { version: 3 })).status).toBe(409);
  expect((await flag(key)).active).toBe(true);
});

test('lists show what is to come by time, and what became of the rest', async () => {
  const key = await aFlag();
  const { id: flagId } = await flag(key);
  const later = await schedule({ flag: key, change: { active: false }, due: inMinutes(50) });
  const sooner = await schedule({ flag: key, change: { active: false }, due: inMinutes(40) });
  const ids = async (query: string) =>
    (await t.ask('GET', `${SCHEDULES}?flag_id=${flagId}&${query}`)).body.results.map(
      (one: { id: string }) => one.id,
    );
  expect(await ids('')).toEqual([sooner.id, later.id]);
  expect(await ids('environment=development')).toEqual([]);
  await t.ask('POST', `${SCHEDULES}${later.id}/cancel/`, { version: 1 });
  expect(await ids('show=pending')).toEqual([sooner.id]);
  expect(await ids('show=done')).toEqual([later.id]);
});

test('who plans and who cancels is in the audit log', async () => {
  const { id } = await schedule({ flag: await aFlag(), change: { active: false } });
  await t.ask('POST', `${SCHEDULES}${id}/cancel/`, { version: 1, reason: 'not yet' });
  const log = await t.ask(
    'GET',
    `${BASE}activity_log/?resource_kind=scheduled_change&resource_id=${id}`,
  );
  expect(log.body.results).toMatchObject([
    { action: 'cancelled', reason: 'not yet' },
    { action: 'scheduled' },
  ]);
});

const off = { active: false };
test.each([
  [{ change: off }, 'flag', 'required'],
  [{ flag: 'KEY' }, 'change', 'required'],
  [{ flag: 'KEY', change: {} }, 'change', 'invalid_input'],
  [{ flag: 'KEY', change: { on: true } }, 'change.on', 'invalid_input'],
  [
    { flag: 'KEY', change: { share: { condition_set: 0, rollout_percentage: 101 } } },
    'change.share.rollout_percentage',
    'invalid_input',
  ],
  [
    { flag: 'KEY', change: { share: { condition_set: 5, rollout_percentage: 1 } } },
    'change.share.condition_set',
    'invalid_input',
  ],
  [
    {
      flag: 'KEY',
      change: { share: { condition_set: 0, rollout_percentage: 1 }, filters: share(1) },
    },
    'change.share',
    'invalid_input',
  ],
  [
    { flag: 'KEY', change: { filters: { groups: [{ variant: 'a' }] } } },
    'change.filters.groups.0.variant',
    'invalid_input',
  ],
  [{ flag: 'KEY', change: off, due: undefined }, 'due', 'required'],
  [{ flag: 'KEY', change: off, due: { at: 'soon' } }, 'due.at', 'invalid_input'],
  [{ flag: 'KEY', change: off, due: { at: '2026-02-01T00:00:00Z' } }, 'due.at', 'invalid_input'],
  [
    {
      flag: 'KEY',
      change: off,
      due: { local_time: '2026-03-29T02:30', time_zone: 'Europe/Berlin' },
    },
    'due.local_time',
    'invalid_input',
  ],
  [
    {
      flag: 'KEY',
      change: off,
      due: { local_time: '2026-10-25T02:30', time_zone: 'Europe/Berlin' },
    },
    'due.fold',
    'invalid_input',
  ],
  [
    { flag: 'KEY', change: off, due: { local_time: '2026-10-25T02:30', time_zone: 'Berlin' } },
    'due.time_zone',
    'invalid_input',
  ],
])('planning %j is refused at %s: %s', async (body, attr, code) => {
  const payload = JSON.parse(
    JSON.stringify({ due: inMinutes(5), ...body }).replaceAll('KEY', await aFlag()),
  ) as object;
  const { body: before } = await t.ask('GET', SCHEDULES);
  expect(await t.ask('POST', SCHEDULES, payload)).toMatchObject({
    status: 400,
    body: { attr, code },
  });
  expect((await t.ask('GET', SCHEDULES)).body.count).toBe(before.count);
});

test('what there is not, is not found', async () => {
  const nowhere = { flag: 'nowhere', change: off, due: inMinutes(1) };
  expect((await t.ask('POST', SCHEDULES, nowhere)).status).toBe(404);
  expect((await t.ask('GET', `${SCHEDULES}nothing/`)).status).toBe(404);
  expect((await t.ask('POST', `${SCHEDULES}nothing/cancel/`, { version: 1 })).status).toBe(404);
});
