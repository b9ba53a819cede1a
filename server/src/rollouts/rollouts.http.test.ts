import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '#app/test-app';
import {
  EvaluationBody,
  RolloutBody,
  RolloutEventBody,
  RolloutSummary,
  SeriesBody,
} from './rollout-body.contract.ts';

/** Patience for what happens by itself, on a busy machine. */
const SOON = { timeout: 60_000 };

let api: TestApp;
beforeAll(async () => {
  api = await startTestApp();
});
afterAll(() => api.close());

const BASE = '/api/projects/@current/rollouts/';
const FLAGS = '/api/projects/@current/feature_flags/';

let flags = 0;
async function aFlag(filters: object = { groups: [{ properties: [], rollout_percentage: 0 }] }) {
  flags += 1;
  const { status, body } = await api.ask('POST', FLAGS, { key: `flag-${flags}`, filters });
  expect(status).toBe(201);
  return body as { id: number; key: string };
}

const planFor = (flagKey: string, changes: object = {}) => ({
  flag_key: flagKey,
  stages: [
    { name: '20 %', percent: 20, min_bake_seconds: 600 },
    { name: 'everyone', percent: 100, min_bake_seconds: 0 },
  ],
  guardrails: [{ id: 'errors', kind: 'exception_users', allow_no_baseline: true }],
  ...changes,
});

async function aRollout(
  changes: object = {},
): Promise<{ id: string; key: string; version: number }> {
  const { key } = await aFlag();
  const { status, body } = await api.ask('POST', BASE, planFor(key, changes));
  expect(status).toBe(201);
  return { id: body.id, key, version: body.version };
}

const command = (id: string, name: string, body?: object) =>
  api.ask('POST', `${BASE}${id}/${name}/`, body);

/** What the SDK endpoint gives a hundred people. */
async function shareWithFlag(key: string): Promise<number> {
  let on = 0;
  for (let i = 0; i < 100; i += 1) {
    const answer = await api.inject({
      method: 'POST',
      url: '/flags/?v=2',
      payload: { token: api.production.token, distinct_id: `person-${i}` },
    });
    if (answer.json().flags[key]?.enabled === true) on += 1;
  }
  return on;
}

test('creates a draft with every default filled in, and lists it', async () => {
  const { id, key } = await aRollout();
  const { body } = await api.ask('GET', `${BASE}${id}/`);
  expect(RolloutBody.strict().parse(body)).toMatchObject({
    flag_key: key,
    environment: 'production',
    state: 'draft',
    percent: 0,
    band: null,
    in_charge: { type: 'created' },
    stages: [{ status: 'ahead', runs: 0, people: null, exit: null }, {}],
    commands: ['start', 'cancel'],
    plan: { policy: { alpha: 0.05, settle_seconds: 120 } },
    next: { sentence: 'Not started; its first stage is “20 %”.' },
    evaluation: null,
    started_at: null,
  });
  const list = await api.ask('GET', `${BASE}?flag_key=${key}`);
  expect(list.body).toMatchObject({ count: 1, next: null, previous: null });
  expect(RolloutSummary.strict().parse(list.body.results[0]).id).toBe(id);
  expect((await api.ask('GET', `${BASE}?environment=development`)).body.count).toBe(0);
  const series = await api.ask('GET', `${BASE}${id}/series/`);
  expect(series.body).toEqual({ stage_index: 0, attempt: 1, count: 0, looks: [] });
});

test('lists what is not over first, and finds by a part of the key', async () => {
  const older = await aRollout();
  const ended = await aRollout();
  await command(ended.id, 'cancel');
  const list = async (query: string) =>
    (await api.ask('GET', `${BASE}?${query}`)).body.results.map(({ id }: { id: string }) => id);
  const both = await list(`limit=500`);
  expect(both.indexOf(older.id)).toBeLessThan(both.indexOf(ended.id));
  expect(await list('status=over')).toEqual([ended.id]);
  expect(await list('status=open&limit=500')).not.toContain(ended.id);
  expect(await list(`search=${ended.key.toUpperCase()}&status=over`)).toEqual([ended.id]);
  expect(await list('search=%25')).toEqual([]);
  const refused = await api.ask('GET', `${BASE}?status=both`);
  expect(refused.body).toMatchObject({ code: 'invalid_input', attr: 'status' });
});

test('a rollout starts, is in force at once, pauses, resumes and is taken back', async () => {
  const { id, key } = await aRollout();
  const start = await command(id, 'start');
  expect(start.body).toMatchObject({ state: 'applying', percent: 20, version: 2 });
  const share = await shareWithFlag(key);
  expect(share).toBeGreaterThan(5);
  expect(share).toBeLessThan(40);
  expect((await command(id, 'pause', { reason: 'lunch' })).body).toMatchObject({
    state: 'holding',
    hold_reason: 'manual',
    hold_detail: 'lunch',
  });
  expect((await command(id, 'resume')).body).toMatchObject({ state: 'applying' });
  const promoted = await command(id, 'promote', {
    expected_version: 4,
    reason: 'seen enough',
  });
  expect(promoted.body).toMatchObject({ state: 'applying', stage_index: 1, percent: 100 });
  expect(await shareWithFlag(key)).toBe(100);
  const back = await command(id, 'rollback', { reason: 'a complaint' });
  expect(back.body).toMatchObject({ outcome_reason: 'a complaint', percent: 0 });
  expect(await shareWithFlag(key)).toBe(0);
  await expect
    .poll(async () => (await api.ask('GET', `${BASE}${id}/`)).body.state, SOON)
    .toBe('rolled_back');
  const { body: events } = await api.ask('GET', `${BASE}${id}/events/`);
  const line = events.results.map((event: unknown) => RolloutEventBody.strict().parse(event));
  expect(line.map(({ type }: { type: string }) => type).toReversed()).toEqual([
    'created',
    'started',
    'held',
    'resumed',
    'promoted',
    'rollback_started',
    'rolled_back',
  ]);
  expect(line[1]).toMatchObject({ actor: { kind: 'api_key' }, reasons: ['a complaint'] });
  const audit = await api.ask(
    'GET',
    `/api/projects/@current/activity_log/?resource_kind=rollout&resource_id=${id}`,
  );
  expect(audit.body.results).toHaveLength(7);
  expect(audit.body.results[0]).toMatchObject({ resource_label: key });
});

test('two rollouts on one flag are refused, naming the running one', async () => {
  const { key } = await aFlag();
  const first = await api.ask('POST', BASE, planFor(key));
  const second = await api.ask('POST', BASE, planFor(key));
  await command(first.body.id, 'start');
  const refused = await command(second.body.id, 'start');
  expect(refused.status).toBe(409);
  expect(refused.body.detail).toContain(first.body.id);
  expect((await api.ask('POST', BASE, planFor(key))).status).toBe(409);
  await command(first.body.id, 'cancel');
  expect((await command(second.body.id, 'start')).status).toBe(200);
  await command(second.body.id, 'cancel');
});

test('bad plans are refused with the field, and nothing is saved', async () => {
  const { key } = await aFlag();
  const plan = planFor(key);
  const refused = async (changes: object) => {
    const { status, body } = await api.ask('POST', BASE, { ...plan, ...changes });
    return `${status} ${body.code} ${body.attr}`;
  };
  expect(await refused({ surprise: 1 })).toBe('400 invalid_input surprise');
  expect(await refused({ stages: [] })).toBe('400 invalid_input stages');
  expect(await refused({ flag_key: 'nobody' })).toBe('400 invalid_input flag_key');
  expect(await refused({ treatment: 'test' })).toBe('400 invalid_input treatment');
  expect(await refused({ environment: 'development' })).toBe('400 invalid_input environment');
  expect(await refused({ policy: { tick_seconds: 0 } })).toBe(
    '400 invalid_input policy.tick_seconds',
  );
  const shrinking = [{ name: 'half', percent: 50 }, plan.stages[0]];
  expect(await refused({ stages: shrinking })).toBe('400 invalid_input stages.1.percent');
  const stage = { name: 'x', properties: [{ key: 'email', operator: 'regex', value: '(' }] };
  expect(await refused({ stages: [stage] })).toBe('400 invalid_input stages.0.properties.0.value');
  expect(await refused({ guardrails: undefined })).toBe('400 required guardrails');
  expect((await api.ask('GET', `${BASE}?flag_key=${key}`)).body.count).toBe(0);
  expect((await api.ask('GET', `${BASE}nothing/`)).status).toBe(404);
});

test('a rollout belongs to the environment it was asked for', async () => {
  const { key } = await aFlag();
  await api.ask('PATCH', `${FLAGS}${key}/?environment=development`, { active: true });
  const created = await api.ask('POST', `${BASE}?environment=development`, planFor(key));
  expect(created.body).toMatchObject({ environment: 'development' });
  await command(created.body.id, 'start');
  expect(await shareWithFlag(key)).toBe(0);
  await command(created.body.id, 'cancel');
});

test('its page follows it live', async () => {
  const { id } = await aRollout();
  await api.app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = api.app.server.address() as AddressInfo;
  const leaving = new AbortController();
  const response = await fetch(`http://127.0.0.1:${port}${BASE}${id}/stream/`, {
    headers: { authorization: `Bearer ${api.apiKey}` },
    signal: leaving.signal,
  });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const states: string[] = [];
  const reading = (async () => {
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk as Uint8Array).toString();
      const found = [...text.matchAll(/event: rollout\ndata: (.*)\n\n/g)];
      states.splice(0, states.length, ...found.map((match) => JSON.parse(match[1] ?? '').state));
    }
  })().catch(() => {});
  await expect.poll(() => states, SOON).toEqual(['draft']);
  await command(id, 'start');
  await expect.poll(() => states.at(-1), SOON).toBe('applying');
  await command(id, 'cancel');
  await expect.poll(() => states.at(-1), SOON).toBe('cancelled');
  leaving.abort();
  await reading;
});

/** People use the flag through the SDK's endpoints; those with the change may run into an error. */
async function visit(key: string, from: number, people: number, isHarmful: boolean): Promise<void> {
  const batch: object[] = [];
  for (let i = from; i < from + people; i += 1) {
    const distinctId = `shopper-${i}`;
    const answer = await api.inject({
      method: 'POST',
      url: '/flags/?v=2',
      payload: { token: api.production.token, distinct_id: distinctId },
    });
    const isOn = answer.json().flags[key]?.enabled === true;
    const properties = { distinct_id: distinctId };
    batch.push({
      event: '$feature_flag_called',
      properties: { ...properties, $feature_flag: key, $feature_flag_response: isOn },
    });
    if (isHarmful && isOn) batch.push({ event: '$exception', properties });
  }
  const sent = await api.inject({
    method: 'POST',
    url: '/batch/',
    payload: { api_key: api.production.token, batch },
  });
  expect(sent.statusCode).toBe(200);
}

test('real events, real stores, real time: a release that hurts is off again within seconds', async () => {
  const { id, key } = await aRollout({
    stages: [{ name: '50 %', percent: 50, min_bake_seconds: 60 }],
    policy: { settle_seconds: 0.1, tick_seconds: 0.5, bucket_seconds: 0.5 },
  });
  await command(id, 'start');
  await sleep(500);
  await visit(key, 0, 40, true);
  await expect
    .poll(async () => (await api.ask('GET', `${BASE}${id}/`)).body.state, SOON)
    .toBe('rolled_back');
  expect(await shareWithFlag(key)).toBe(0);
  const { body } = await api.ask('GET', `${BASE}${id}/`);
  expect(body.outcome_reason).toContain('people with the change had $exception');
  const look = EvaluationBody.strict().parse(body.evaluation);
  expect(look).toMatchObject({ verdict: 'red', guardrails: [{ id: 'errors', band: 'red' }] });
  const one = await api.ask('GET', `${BASE}${id}/evaluations/${look.id}/`);
  expect(one.body.inputs).toMatchObject({ flag: 'as_applied', plan: { flagKey: key } });
  const looks = await api.ask('GET', `${BASE}${id}/evaluations/?limit=1`);
  expect(looks.body.results).toHaveLength(1);
  expect(body).toMatchObject({
    band: 'red',
    in_charge: { type: 'started' },
    stages: [{ runs: 1, exit: 'rollback_started', people: look.people }],
  });
  const { body: found } = await api.ask('GET', `${BASE}${id}/series/?points=2`);
  const series = SeriesBody.strict().parse(found);
  expect(series.looks.length).toBeLessThanOrEqual(2);
  expect(series.looks.at(-1)).toMatchObject({
    id: look.id,
    people: look.people,
    guardrails: [{ id: 'errors', band: 'red', effect: look.guardrails[0]?.effect }],
  });
  expect((await api.ask('GET', `${BASE}${id}/series/?stage_index=7`)).body.looks).toEqual([]);
  const other = await api.ask('GET', `${BASE}${id}/series/?points=1`);
  expect(other.body).toMatchObject({ code: 'invalid_input', attr: 'points' });
});
