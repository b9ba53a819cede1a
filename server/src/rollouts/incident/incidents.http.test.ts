// What happens around a rollback, on the whole application: people are hurt, the change is taken back, and the
// incident says what happened, to whom, and what was done about it.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '#app/test-app';
import { IncidentBody } from './incidents.contract.ts';

/** Patience for what happens by itself, on a busy machine. */
const SOON = { timeout: 60_000 };
const PROJECT = '/api/projects/@current/';
const ROLLOUTS = `${PROJECT}rollouts/`;
const INCIDENTS = `${PROJECT}incidents/`;

let api: TestApp;
beforeAll(async () => {
  api = await startTestApp();
});
afterAll(() => api.close());

const get = async (path: string) => (await api.ask('GET', path)).body;
const command = (id: string, name: string, body?: object) =>
  api.ask('POST', `${ROLLOUTS}${id}/${name}/`, body);

const planFor = (key: string, changes: object = {}) => ({
  flag_key: key,
  stages: [{ name: '50 %', percent: 50, min_bake_seconds: 60 }],
  guardrails: [{ id: 'errors', kind: 'exception_users', allow_no_baseline: true }],
  policy: { settle_seconds: 0.1, tick_seconds: 0.5, bucket_seconds: 0.5 },
  ...changes,
});

let flags = 0;
/** A running rollout to half of all people. */
async function running(changes: object = {}): Promise<{ id: string; key: string }> {
  flags += 1;
  const key = `flag-${flags}`;
  const filters = { groups: [{ properties: [], rollout_percentage: 0 }] };
  await api.ask('POST', `${PROJECT}feature_flags/`, { key, filters });
  const { status, body } = await api.ask('POST', ROLLOUTS, planFor(key, changes));
  expect(status, JSON.stringify(body)).toBe(201);
  expect((await command(body.id, 'start')).status).toBe(200);
  return { id: body.id, key };
}

/** People use the flag through the SDK's endpoints; those with the change run into an error. */
async function hurt(key: string, people = 40): Promise<void> {
  const batch: object[] = [];
  for (let i = 0; i < people; i += 1) {
    const distinctId = `${key}-shopper-${i}`;
    const answer = await api.inject({
      method: 'POST',
      url: '/flags/?v=2',
      payload: { token: api.production.token, distinct_id: distinctId },
    });
    const isOn = answer.json().flags[key]?.enabled === true;
    const properties = { distinct_id: distinctId, $session_id: `${key}-session-${i}` };
    const called = { ...properties, $feature_flag: key, $feature_flag_response: isOn };
    batch.push({ event: '$feature_flag_called', properties: called });
    // One of those without the change has an error of their own.
    if (isOn || i === 0) batch.push({ event: '$exception', properties });
    if (isOn && i < 10) {
      batch.push({
        event: '$set',
        properties: { ...properties, $set: { [`$feature_enrollment/${key}`]: true } },
      });
    }
  }
  const payload = { api_key: api.production.token, batch };
  const sent = await api.inject({ method: 'POST', url: '/batch/', payload });
  expect(sent.statusCode).toBe(200);
}

async function rolledBack(changes: object = {}) {
  const rollout = await running(changes);
  await sleep(500);
  await hurt(rollout.key);
  await expect
    .poll(async () => (await get(`${ROLLOUTS}${rollout.id}/`)).state, SOON)
    .toBe('rolled_back');
  const { results } = await get(`${INCIDENTS}?rollout_id=${rollout.id}`);
  expect(results).toHaveLength(1);
  return { ...rollout, incident: results[0].id as string };
}

let rollout: { id: string; key: string };
let incident: string;
let path: string;
let affected: number;

test('a rollback opens an incident that computes what happened, and to whom', async () => {
  ({ incident, ...rollout } = await rolledBack());
  const { id, key } = rollout;
  path = `${INCIDENTS}${incident}/`;
  await expect.poll(async () => (await get(path)).evidence?.affected ?? 0, SOON).toBeGreaterThan(5);
  const body = IncidentBody.strict().parse(await get(path));
  expect(body).toMatchObject({
    kind: 'rollback',
    rollout_id: id,
    flag_key: key,
    culprits: ['errors'],
    acknowledgement: 'needed',
    closed_at: null,
    stage: { index: 0, name: '50 %', percent: 50 },
    post_mortem: { version: 0, saved_by: null },
  });
  expect(body.reasons.join(' ')).toContain('people with the change had $exception');
  expect(body.decision.look).toMatchObject({ verdict: 'red' });
  expect(body.decision.looks.at(-1)?.ln_e).toBeGreaterThanOrEqual(body.decision.rollback_line);
  const kinds = body.timeline.map(({ kind }) => kind);
  expect(new Set(kinds)).toEqual(new Set(['person', 'decision', 'flag', 'harm']));
  expect(body.timeline.find(({ text }) => text.startsWith('Taken back'))?.by).toBe(
    'rollout controller',
  );
  expect(body.messages.status_page).toContain('We took it back');
});

test('its evidence says who had the change, who was hurt, and which sessions show it', async () => {
  const { evidence } = IncidentBody.parse(await get(path));
  if (!evidence?.guardrails[0]) throw new Error('there is no evidence');
  ({ affected } = evidence);
  const [errors] = evidence.guardrails;
  const session = expect.objectContaining({ session_id: expect.stringContaining(rollout.key) });
  expect(errors).toMatchObject({
    treatment: { people: affected, with_event: affected },
    first_at: evidence.first_hurt_at,
    sessions: { treatment: expect.arrayContaining([session]) },
  });
  expect(evidence.active).toBeGreaterThanOrEqual(40);
  expect(evidence.blast_radius).toBeCloseTo(affected / evidence.active);
  expect(evidence.exposure_seconds).toBeGreaterThanOrEqual(0);
  expect(evidence.opted_in).toBeGreaterThan(0);
  expect(evidence.opted_in).toBeLessThan(affected);
});

test('people write a post-mortem and action items, and no colleague is written over', async () => {
  const item = { id: 'a', text: 'Test on old browsers', owner: 'Grace', done: false };
  const text = '## Why\n\nAn old browser.';
  const saved = await api.ask('PATCH', path, {
    post_mortem: text,
    post_mortem_version: 0,
    action_items: [item],
    seen_action_items: [],
  });
  expect(saved.body).toMatchObject({ post_mortem: { text, version: 1 }, action_items: [item] });
  const late = await api.ask('PATCH', path, { post_mortem: 'mine', post_mortem_version: 0 });
  expect(late).toMatchObject({ status: 409, body: { attr: 'post_mortem_version' } });
  expect((await api.ask('PATCH', path, { post_mortem: 'mine' })).body.attr).toBe(
    'post_mortem_version',
  );
  const blind = await api.ask('PATCH', path, { action_items: [], seen_action_items: [] });
  expect(blind).toMatchObject({ status: 409, body: { attr: 'seen_action_items' } });
  // One sitting is one version.
  await api.ask('PATCH', path, { post_mortem: `${text} More.`, post_mortem_version: 1 });
  const { results: versions } = await get(`${path}post_mortem_versions/`);
  expect(versions.map(({ version }: { version: number }) => version)).toEqual([2]);
  expect(await get(`${path}post_mortem_versions/2/`)).toMatchObject({ text: `${text} More.` });
  expect((await api.ask('GET', `${path}post_mortem_versions/1/`)).status).toBe(404);
});

test('the people are there as a page, a file and a cohort, the report as Markdown', async () => {
  const people = await get(`${path}people/?limit=5`);
  expect(people.results).toHaveLength(5);
  expect(people.has_more).toBe(true);
  expect(people.results[0]).toMatchObject({ hurt_at: expect.any(String) });
  const cohort = await api.ask('POST', `${path}cohort/`, {});
  expect(cohort.body).toMatchObject({ count: affected });
  expect(await get(`${PROJECT}cohorts/${cohort.body.id}/`)).toMatchObject({ is_static: true });
  const headers = { authorization: `Bearer ${api.apiKey}` };
  const file = await api.inject({ method: 'GET', url: `${path}people.csv`, headers });
  expect(file.body.split('\r\n')).toHaveLength(affected + 2);
  const report = await api.inject({ method: 'GET', url: `${path}report.md`, headers });
  expect(report.body).toContain(`# Rollback of ${rollout.key}`);
  expect(report.body).toContain('- [ ] Test on old browsers – Grace');
  expect(report.body).toContain('An old browser. More.');
});

test('acknowledging the rollback ends its incident, all of it in the audit log', async () => {
  const { id } = rollout;
  const ack = await command(id, 'ack', { reason: 'seen' });
  expect(ack.status).toBe(200);
  expect(await get(path)).toMatchObject({ acknowledgement: 'given', closing: 'acknowledged' });
  expect((await get(`${INCIDENTS}?open=true&rollout_id=${id}`)).count).toBe(0);
  expect((await api.ask('GET', `${path}?environment=development`)).status).toBe(404);
  const log = await get(`${PROJECT}activity_log/?resource_kind=incident&resource_id=${incident}`);
  // Where the first look saw too few people to be sure, it was a suspicion before.
  const actions = new Set(log.results.map(({ action }: { action: string }) => action));
  actions.delete('worsened');
  expect([...actions]).toEqual(['closed', 'written', 'opened']);
});

test('the checklists tick what Serin has seen, and keep what people tick', async () => {
  const { id } = rollout;
  const list = `${ROLLOUTS}${id}/checklist/`;
  type Item = { id: string; state: string };
  const states = (body: { items: Item[] }) =>
    Object.fromEntries(body.items.map((item) => [item.id, item.state]));
  expect((await api.ask('POST', `${ROLLOUTS}${id}/visits/`)).status).toBe(204);
  expect(states(await get(list))).toMatchObject({
    baseline: 'open',
    criteria: 'done',
    alerts: 'open',
    backup: 'open',
    first_stage: 'done',
    seen: 'done',
    red: 'done',
    old_version: 'done',
    report: 'done',
    post_mortem: 'done',
    users_told: 'open',
  });
  const ticked = await api.ask('PUT', `${list}backup/`, { done: true, note: 'nightly' });
  expect(ticked.body.items.find((item: Item) => item.id === 'backup')).toMatchObject({
    state: 'done',
    ticked: { note: 'nightly', by: expect.any(String) },
  });
  const back = await api.ask('PUT', `${list}backup/`, { done: false });
  expect(states(back.body)['backup']).toBe('open');
  expect(await api.ask('PUT', `${list}alerts/`, { done: true })).toMatchObject({
    status: 400,
    body: { code: 'invalid_input', attr: 'item' },
  });
  expect((await api.ask('PUT', `${list}nonsense/`, { done: true })).status).toBe(404);
});

/** What an SDK gets; a flag that is switched off is not in the answer. */
async function served(key: string, distinctId: string) {
  const answer = await api.inject({
    method: 'POST',
    url: '/flags/?v=2',
    payload: { token: api.production.token, distinct_id: distinctId },
  });
  const flag = answer.json().flags[key];
  return { enabled: flag?.enabled ?? false, payload: flag?.metadata.payload ?? null };
}

test('a banner is the payload of its flag for the people affected, until somebody acknowledges', async () => {
  const filters = { groups: [{ properties: [], rollout_percentage: 0 }] };
  await api.ask('POST', `${PROJECT}feature_flags/`, { key: 'release-banner', filters });
  const banner = { flag_key: 'release-banner', text: 'Sorry!' };
  const policy = { settle_seconds: 0.1, tick_seconds: 0.5, bucket_seconds: 0.5, banner };
  const hit = await rolledBack({ policy });
  const report = `${INCIDENTS}${hit.incident}/`;
  await expect
    .poll(async () => (await get(report)).banner, SOON)
    .toMatchObject({ flag_key: 'release-banner', cleared_at: null });
  const { results } = await get(`${report}people/?limit=1`);
  const shown = await served('release-banner', results[0].distinct_id);
  expect(shown.enabled).toBe(true);
  expect(JSON.parse(shown.payload)).toEqual({ text: 'Sorry!', incident_id: hit.incident });
  expect((await served('release-banner', 'somebody-else')).enabled).toBe(false);
  await command(hit.id, 'ack', {});
  expect((await served('release-banner', results[0].distinct_id)).enabled).toBe(false);
  expect((await get(report)).banner.cleared_at).not.toBeNull();
  for (const flagKey of [hit.key, 'nonsense']) {
    const plan = planFor(hit.key, { policy: { banner: { flag_key: flagKey } } });
    const refused = await api.ask('POST', ROLLOUTS, plan);
    expect(refused).toMatchObject({ status: 400, body: { attr: 'policy.banner.flag_key' } });
  }
});

test('a drill rehearses the rollback, times the way back, and leaves everything as it was', async () => {
  const { id, key } = await running();
  const flagPath = `${PROJECT}feature_flags/${key}/`;
  const [before, flagBefore] = [await get(`${ROLLOUTS}${id}/`), await get(flagPath)];
  const { status, body } = await api.ask('POST', `${ROLLOUTS}${id}/drill/`);
  expect(status, JSON.stringify(body)).toBe(200);
  expect(body).toMatchObject({ state: 'passed', problem: null, rollout_id: id });
  const names = ['Rollback rehearsed', 'Written', 'Answered', 'Told', 'Every connected replica'];
  expect(body.steps.map(({ name }: { name: string }) => name)).toEqual(names);
  expect(body.steps[0].detail).toMatch(/^Of 1000 ids \d+ have it now, 0 would have it\.$/);
  expect(body.steps[0].detail).not.toContain(' 0 have it now');
  expect(await get(`${ROLLOUTS}${id}/`)).toMatchObject({ percent: before.percent, outcome: null });
  expect((await get(flagPath)).filters).toEqual(flagBefore.filters);
  expect((await get(`${flagPath}overrides/`)).results).toEqual([]);
  expect((await get(`${INCIDENTS}?rollout_id=${id}`)).count).toBe(0);
  expect((await get(`${ROLLOUTS}${id}/drills/`)).results).toMatchObject([{ id: body.id }]);
  const { items } = await get(`${ROLLOUTS}${id}/checklist/`);
  expect(items).toContainEqual(expect.objectContaining({ id: 'drill', detail: 'drilled today' }));
  await command(id, 'cancel', {});
  const alone = await api.ask('POST', `${flagPath}drill/`);
  expect(alone.body).toMatchObject({ state: 'passed', rollout_id: null });
  expect((await api.ask('POST', `${PROJECT}feature_flags/nonsense/drill/`)).status).toBe(404);
});

test('who takes a change back by hand has seen why: the incident is there, and acknowledged', async () => {
  const { id } = await running();
  await command(id, 'rollback', { reason: 'a complaint' });
  const { results } = await get(`${INCIDENTS}?rollout_id=${id}`);
  expect(results).toMatchObject([
    { kind: 'rollback', closing: 'acknowledged', culprits: [], reasons: ['a complaint'] },
  ]);
  const path = `${INCIDENTS}${results[0].id}/`;
  await expect
    .poll(async () => (await get(path)).evidence, SOON)
    .toMatchObject({ affected: 0, first_hurt_at: null, exposure_seconds: null });
  const empty = await api.ask('POST', `${path}cohort/`, {});
  expect(empty).toMatchObject({ status: 400, body: { code: 'invalid_input' } });
});
