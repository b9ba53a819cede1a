import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHmac } from 'node:crypto';
import { startTestApp, type TestApp } from '#app/test-app';
import { MOST_WAITING } from './wait.service.ts';

const METRICS_TOKEN = 'a token of the page of metrics';
let api: TestApp;
beforeAll(async () => {
  api = await startTestApp({ metricsToken: METRICS_TOKEN });
});
afterAll(() => api.close());

const BASE = '/api/projects/@current/rollouts/';
const FLAGS = '/api/projects/@current/feature_flags/';

let flags = 0;
/** A draft on a flag of its own, for nobody yet. */
async function aRollout(percents: readonly number[] = [20, 50]) {
  flags += 1;
  const key = `flag-${flags}`;
  const filters = { groups: [{ properties: [], rollout_percentage: 0 }] };
  await api.ask('POST', FLAGS, { key, filters });
  const { status, body } = await api.ask('POST', BASE, {
    flag_key: key,
    stages: percents.map((percent) => ({ name: `${percent} %`, percent })),
    guardrails: [{ id: 'errors', kind: 'exception_users', allow_no_baseline: true }],
  });
  expect(status).toBe(201);
  return { id: body.id as string, version: body.version as number, key };
}

const get = async (id: string) => (await api.ask('GET', `${BASE}${id}/`)).body;

const command = (id: string, name: string, body?: object) =>
  api.ask('POST', `${BASE}${id}/${name}/`, body);

/** A command against the version that the rollout has now. */
const commandNow = async (id: string, name: string, body: object = {}) =>
  command(id, name, { expected_version: (await get(id)).version, ...body });

test('commands refuse a stale version, the wrong state and a missing reason', async () => {
  const { id, version } = await aRollout();
  await command(id, 'start', { expected_version: version });
  const stale = await command(id, 'pause', { expected_version: version });
  expect(stale).toMatchObject({
    status: 409,
    body: { code: 'conflict', attr: 'expected_version' },
  });
  expect(await commandNow(id, 'approve')).toMatchObject({
    status: 409,
    body: { code: 'conflict', detail: expect.stringContaining('takes no approve') },
  });
  const silent = await commandNow(id, 'promote');
  expect(silent).toMatchObject({ status: 400, body: { code: 'required', attr: 'reason' } });
  for (const name of ['promote', 'approve']) {
    expect(await command(id, name, { reason: 'sure' })).toMatchObject({
      status: 400,
      body: { code: 'required', attr: 'expected_version' },
    });
  }
  expect((await command(id, 'cancel', { flag: 'revert' })).body.percent).toBe(0);
});

test('a wait ends with what is waited for, with what needs a person, or with its time', async () => {
  const { id } = await aRollout([5, 20]);
  const wait = (query: string) => api.ask('GET', `${BASE}${id}/wait/?${query}`);
  expect(await wait('until=stage')).toMatchObject({ status: 400, body: { attr: 'stage_index' } });
  expect(await wait('timeout=61')).toMatchObject({ status: 400, body: { attr: 'timeout' } });
  expect(await wait('timeout=1')).toMatchObject({ status: 200, body: { id, state: 'draft' } });
  await command(id, 'start');
  const held = wait('or_held=true&timeout=60');
  const reached = wait('until=stage&stage_index=1&timeout=60');
  await command(id, 'pause');
  expect((await held).body).toMatchObject({ state: 'holding', stage_index: 0 });
  await commandNow(id, 'promote', { reason: 'tests are green' });
  expect((await reached).body).toMatchObject({ stage_index: 1 });
  // Whoever comes when too many wait already is told to come again.
  const waiting = Array.from({ length: MOST_WAITING }, () => wait('timeout=60'));
  const refused = await Promise.race([wait('timeout=60'), ...waiting]);
  expect(refused).toMatchObject({ status: 503, body: { code: 'unavailable' } });
  await command(id, 'cancel');
  for (const { status, body } of await Promise.all(waiting)) {
    expect([status, body.state ?? body.code]).toEqual([200, 'cancelled']);
  }
  expect((await wait('timeout=60')).body.state).toBe('cancelled');
});

test('a rollback by kill switch takes it from everyone, and needs one that is for everyone', async () => {
  const { id, key } = await aRollout([20]);
  const plan = (await get(id)).plan;
  const again = { ...plan, policy: { ...plan.policy, rollback_to: 'kill' } };
  expect(await api.ask('POST', BASE, again)).toMatchObject({
    status: 400,
    body: { code: 'invalid_input', attr: 'policy.rollback_to' },
  });
  const lever = {
    key: `${key}-kill`,
    kind: 'kill_switch',
    active: false,
    filters: { groups: [{ properties: [], rollout_percentage: 100 }] },
  };
  const flagOf = async (named: string) => (await api.ask('GET', `${FLAGS}${named}/`)).body;
  expect((await api.ask('POST', FLAGS, lever)).status).toBe(201);
  await api.ask('PATCH', `${FLAGS}${(await flagOf(key)).id}/`, { kill_switch: lever.key });
  const made = await api.ask('POST', BASE, again);
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  expect((await command(made.body.id, 'start')).status).toBe(200);
  expect((await command(made.body.id, 'rollback', { reason: 'no' })).body.percent).toBe(0);
  expect((await flagOf(lever.key)).active).toBe(true);
  // Once the kill switch is off again nobody gets it back.
  const { active, filters } = await flagOf(key);
  expect([active, filters.groups[0].rollout_percentage]).toEqual([true, 0]);
});

test('a promotion that is sent twice goes one stage', async () => {
  const { id } = await aRollout([5, 20, 50]);
  const { body } = await command(id, 'start');
  const promote = () =>
    command(id, 'promote', { expected_version: body.version, reason: 'double click' });
  const statuses = (await Promise.all([promote(), promote()])).map(({ status }) => status);
  expect(new Set(statuses)).toEqual(new Set([200, 409]));
  expect((await get(id)).stage_index).toBe(1);
  await command(id, 'cancel');
});

test('the same idempotency key carries a command out once', async () => {
  const { id } = await aRollout();
  await command(id, 'start');
  const pause = () =>
    api.inject({
      method: 'POST',
      url: `${BASE}${id}/pause/`,
      headers: { authorization: `Bearer ${api.apiKey}`, 'idempotency-key': 'once' },
    });
  expect((await pause()).json()).toMatchObject({ state: 'holding', version: 3 });
  await command(id, 'resume');
  expect((await pause()).json()).toMatchObject({ state: 'applying', version: 4 });
  const rollback = await api.inject({
    method: 'POST',
    url: `${BASE}${id}/rollback/`,
    headers: { authorization: `Bearer ${api.apiKey}`, 'idempotency-key': 'once' },
  });
  expect(rollback.json()).toMatchObject({ percent: 0 });
  expect(rollback.json().state).toMatch(/^roll/);
});

const SOURCES = '/api/projects/@current/signal_sources/';

/** A signal as a program would send it, signed with its secret. */
async function send(
  { url, secret }: { url: string; secret: string },
  body: unknown,
  { id = 'one', ageSeconds = 0 } = {},
) {
  const text = JSON.stringify(body);
  const timestamp = Math.floor(Date.now() / 1000) - ageSeconds;
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const signed = createHmac('sha256', key).update(`${id}.${timestamp}.${text}`).digest('base64');
  const answer = await api.inject({
    method: 'POST',
    url,
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': `v1,bm9uZQ== v1,${signed}`,
    },
    payload: text,
  });
  return { status: answer.statusCode, body: answer.json() };
}

test('signed signals of other programs hold and take back, once each; /metrics tells of it', async () => {
  const { body: source } = await api.ask('POST', SOURCES, { name: 'Sentry' });
  expect(source.secret).toMatch(/^whsec_/);
  expect((await api.ask('GET', SOURCES)).body.results).toMatchObject([
    { name: 'Sentry', secret: null, last_received_at: null, previous_valid_until: null },
  ]);
  const { id, key } = await aRollout();
  await command(id, 'start');
  const hold = { flag_key: key, reason: '900 new errors' };
  const refused = { status: 401, body: { code: 'not_authenticated' } };
  expect(await send({ ...source, secret: `whsec_${btoa('other')}` }, hold)).toMatchObject(refused);
  expect(await send(source, hold, { ageSeconds: 400 })).toMatchObject(refused);
  expect(await send({ ...source, url: '/api/signals/none/' }, hold)).toMatchObject(refused);
  expect(await send(source, { flag_key: key }, { id: 'zero' })).toMatchObject({
    status: 400,
    body: { code: 'invalid_input', attr: 'reason' },
  });
  expect((await get(id)).state).toBe('applying');
  const done = { flag_key: key, environment: 'production', action: 'hold', result: 'done' };
  expect(await send(source, hold)).toMatchObject({
    status: 200,
    body: { is_repeat: false, results: [done] },
  });
  expect(await get(id)).toMatchObject({ state: 'holding', hold_reason: 'manual' });
  const { version } = await get(id);
  expect((await send(source, hold)).body).toEqual({ is_repeat: true, results: [] });
  expect((await get(id)).version).toBe(version);

  const metrics = (token: string) =>
    api.inject({ url: '/metrics', headers: { authorization: `Bearer ${token}` } });
  expect((await metrics('wrong')).statusCode).toBe(401);
  const failed = { projectId: api.projectId, flagKey: key };
  for (let i = 0; i < 2; i += 1) api.ctx.events.emit('rollout.source_failed', failed);
  const page = await metrics(METRICS_TOKEN);
  expect(page.headers['content-type']).toMatch(/^application\/openmetrics-text; version=1\.0\.0/);
  expect(page.body).toContain(`env="production",flag="${key}",state="holding"} 1`);
  expect(page.body).toMatch(new RegExp(`rollout_stage_percent\\{.*flag="${key}"\\} 20`));
  expect(page.body).toMatch(/rollout_holds_total\{reason="manual"\} [1-9]/);
  expect(page.body).toMatch(
    new RegExp(`rollout_source_errors_total\\{project="${api.projectId}",flag="${key}"\\} 2`),
  );
  expect(page.body).toMatch(/\noutbox_pending \d+\n/);
  expect(page.body).toMatch(/\ningest_stored_events_total \d+\n/);
  expect(page.body.endsWith('# EOF\n')).toBe(true);

  const alerts = [
    {
      status: 'firing',
      labels: { flag: key, serin_action: 'rollback' },
      annotations: { summary: 'Down' },
    },
  ];
  expect((await send(source, { alerts }, { id: 'two' })).body.results).toMatchObject([
    { result: 'done' },
  ]);
  const events = (await api.ask('GET', `${BASE}${id}/events/`)).body.results;
  // The controller may have taken the flag back in the meantime: newest is not always this one.
  expect(events.find(({ type }: { type: string }) => type === 'rollback_started')).toMatchObject({
    actor: { kind: 'system', label: 'signal of Sentry' },
    reasons: [expect.stringContaining('Sentry: Down')],
  });
  expect((await send(source, hold, { id: 'three' })).body.results).toMatchObject([
    { result: 'already' },
  ]);
  // Where only a backup brings the data back, other programs hold as well.
  const deep = await aRollout();
  const { plan, version: seen } = await get(deep.id);
  const [first, ...others] = plan.stages;
  const stages = [{ ...first, point_of_no_return: true }, ...others];
  const body = { expected_version: seen, plan: { ...plan, stages, rollback_impact: 'D' } };
  expect((await api.ask('PUT', `${BASE}${deep.id}/plan/`, body)).status).toBe(200);
  expect((await command(deep.id, 'start')).body).toMatchObject({ attr: 'confirm' });
  expect((await command(deep.id, 'start', { confirm: deep.key })).status).toBe(200);
  const back = { flag_key: deep.key, action: 'rollback', reason: 'Down' };
  expect((await send(source, back, { id: 'deep' })).body.results).toMatchObject([
    { action: 'rollback', result: 'held' },
  ]);
  expect(await get(deep.id)).toMatchObject({ state: 'holding', percent: 20 });
  // A pause that would end by itself, or escalate, becomes one that stays.
  const calm = await aRollout();
  await command(calm.id, 'start');
  const soon = new Date(Date.now() + 3_600_000);
  await api.ctx.db
    .updateTable('rollout')
    .set({ state: 'holding', hold_reason: 'yellow', deadline_at: soon, next_eval_at: soon })
    .where('id', '=', calm.id)
    .execute();
  const stay = { ...hold, flag_key: calm.key };
  expect((await send(source, stay, { id: 'calm' })).body.results).toMatchObject([
    { action: 'hold', result: 'done' },
  ]);
  expect(await get(calm.id)).toMatchObject({ hold_reason: 'manual', deadline_at: null });
  await api.ask('DELETE', `${SOURCES}${source.id}/`);
  expect(await send(source, hold, { id: 'four' })).toMatchObject(refused);
  expect((await api.ask('DELETE', `${SOURCES}${source.id}/`)).status).toBe(404);
});

test('a sender gets another secret while the one before works for a day, and is seen to send', async () => {
  type Source = { readonly id: string; readonly url: string; readonly secret: string };
  const { body } = await api.ask('POST', SOURCES, { name: 'Datadog' });
  const first = body as Source;
  const rotate = () => api.ask('POST', `${SOURCES}${first.id}/rotate_secret/`);
  const [second, third] = [(await rotate()).body as Source, (await rotate()).body as Source];
  const listed = async () => (await api.ask('GET', SOURCES)).body.results;
  expect(await listed()).toMatchObject([
    { secret: null, last_received_at: null, previous_valid_until: expect.stringMatching(/^2/) },
  ]);
  const signal = { flag_key: 'nobody-made-this', reason: 'Down' };
  expect((await send(second, signal, { id: 'one' })).status).toBe(200);
  expect((await send(third, signal, { id: 'two' })).status).toBe(200);
  expect((await send(first, signal, { id: 'three' })).status).toBe(401);
  expect(await listed()).toMatchObject([{ last_received_at: expect.stringMatching(/^2/) }]);
  await api.ask('DELETE', `${SOURCES}${first.id}/`);
  expect((await send(third, signal, { id: 'four' })).status).toBe(401);
  expect((await rotate()).status).toBe(404);
});
