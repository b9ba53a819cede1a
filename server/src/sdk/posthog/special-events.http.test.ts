// Events that do more than be listed, in the forms in which the SDKs send them, on the whole application.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, startTestApp } from '#app/test-app';

let serin: TestApp;
let token: string;

beforeAll(async () => {
  serin = await startTestApp();
  ({ token } = serin.production);
});
afterAll(() => serin.close());

const API = '/api/projects/@current';

async function send(batch: object[], envelope: object = {}) {
  const payload = { api_key: token, batch, sent_at: new Date().toISOString(), ...envelope };
  const answer = await serin.inject({ method: 'POST', url: '/batch/', payload });
  expect(answer.statusCode, answer.body).toBe(200);
  // Events are stored in order: once the last is there, so are the others.
  const mark = `mark-${crypto.randomUUID()}`;
  const last = { event: 'mark', distinct_id: mark, properties: { $process_person_profile: false } };
  const url = '/batch/';
  await serin.inject({ method: 'POST', url, payload: { api_key: token, batch: [last] } });
  await expect.poll(async () => (await eventsOf(mark)).length).toBe(1);
}

async function eventsOf(distinctId: string) {
  const { body } = await serin.ask('GET', `${API}/events/?distinct_id=${distinctId}`);
  return body.results as { event: string; timestamp: string; person_id: string }[];
}

async function personOf(distinctId: string) {
  const { body } = await serin.ask('GET', `${API}/persons/?distinct_id=${distinctId}`);
  const [found] = body.results as { distinct_ids: string[]; properties: object }[];
  return found && { ids: found.distinct_ids.toSorted(), properties: found.properties };
}

async function warningsNow(): Promise<string[]> {
  const { body } = await serin.ask('GET', `${API}/ingestion_warnings/`);
  return (body.results as { type: string }[]).map(({ type }) => type);
}

test('$identify of posthog-js: earlier events follow, $set stands beside the properties', async () => {
  await send([
    { event: '$pageview', distinct_id: 'anon', properties: { $process_person_profile: false } },
    {
      event: '$identify',
      distinct_id: 'jane',
      $set: { plan: 'pro' },
      $set_once: { $initial_utm_source: null },
      properties: { $anon_distinct_id: 'anon' },
    },
  ]);
  expect(await personOf('anon')).toEqual({
    ids: ['anon', 'jane'],
    properties: { plan: 'pro', $initial_utm_source: null },
  });
  const people = [...(await eventsOf('anon')), ...(await eventsOf('jane'))].map((e) => e.person_id);
  expect(new Set(people).size).toBe(1);
});

test('$set, $set_once and $unset, in the properties of servers and at the top', async () => {
  const base = { event: '$set', distinct_id: 'sam' };
  await send([
    { ...base, properties: { $set: { a: 1, b: 1 }, $set_once: { first: 'x' } } },
    { ...base, $set: { a: 2 }, $set_once: { first: 'y' }, properties: {} },
    { ...base, properties: { $unset: ['b'] } },
    { ...base, $unset: ['nothing'] },
  ]);
  expect(await personOf('sam')).toEqual({ ids: ['sam'], properties: { a: 2, first: 'x' } });
});

test('$create_alias joins what posthog-python and posthog-js mean', async () => {
  await send([
    { event: 'e', distinct_id: 'old-id', properties: { $set: { from: 'old' } } },
    { event: '$create_alias', distinct_id: 'old-id', properties: { alias: 'new-id' } },
    { event: 'e', distinct_id: 'new-id' },
  ]);
  expect(await personOf('new-id')).toMatchObject({ ids: ['new-id', 'old-id'] });
});

test('two who are known are joined by $merge_dangerously alone', async () => {
  const known = (id: string) => ({ event: '$identify', distinct_id: id, $set: { [id]: 1 } });
  const alias = { distinct_id: 'ann', properties: { alias: 'bob' } };
  await send([known('ann'), known('bob'), { event: '$create_alias', ...alias }]);
  expect(await personOf('ann')).toMatchObject({ ids: ['ann'] });
  expect(await warningsNow()).toContain('cannot_merge_already_identified');
  await send([{ event: '$merge_dangerously', ...alias }]);
  expect(await personOf('bob')).toEqual({ ids: ['ann', 'bob'], properties: { ann: 1, bob: 1 } });
});

test('$groupidentify and exposures make nobody; a group is made', async () => {
  const group = { $group_type: 'company', $group_key: 'acme', $group_set: { tier: 'gold' } };
  await send([
    { event: '$groupidentify', distinct_id: '$company_acme', properties: group },
    {
      event: '$feature_flag_called',
      distinct_id: 'exposed',
      properties: { $feature_flag: 'f', $feature_flag_response: true },
    },
  ]);
  expect(await personOf('$company_acme')).toBeUndefined();
  expect(await personOf('exposed')).toBeUndefined();
  expect(await eventsOf('$company_acme')).toHaveLength(1);
  expect(await eventsOf('exposed')).toHaveLength(1);
});

test('without a profile nothing is made or set, and what needs one is refused in words', async () => {
  const properties = { $process_person_profile: false, $set: { plan: 'pro' } };
  await send([
    { event: 'e', distinct_id: 'nobody', properties },
    { event: '$identify', distinct_id: 'nobody', properties },
  ]);
  expect(await personOf('nobody')).toBeUndefined();
  expect((await eventsOf('nobody')).map(({ event }) => event)).toEqual(['e']);
  expect(await warningsNow()).toContain('invalid_event_when_process_person_profile_is_false');
});

test('warnings of the SDK, recordings and heat maps are no events', async () => {
  const base = { distinct_id: 'page' };
  await send([
    {
      ...base,
      event: '$$client_ingestion_warning',
      properties: { $$client_ingestion_warning_message: 'posthog-js: too many events' },
    },
    { ...base, event: '$$heatmap', properties: { $heatmap_data: {} } },
    { ...base, event: '$snapshot' },
    { ...base, event: '$web_vitals', properties: { $web_vitals_LCP_value: 1200 } },
  ]);
  expect((await eventsOf('page')).map(({ event }) => event)).toEqual(['$web_vitals']);
  const { body } = await serin.ask('GET', `${API}/ingestion_warnings/`);
  expect(body.results).toContainEqual(
    expect.objectContaining({
      type: 'client_ingestion_warning',
      example: expect.objectContaining({
        detail: 'posthog-js: too many events',
        distinct_id: 'page',
      }),
    }),
  );
});

test('history keeps its times, whatever the clock of who moves it', async () => {
  const timestamp = '2024-02-29T23:59:59.999Z';
  const ahead = new Date(Date.now() + 3_600_000).toISOString();
  const event = { event: 'moved', distinct_id: 'past', timestamp };
  await send([event], { historical_migration: true, sent_at: ahead });
  expect(Date.parse((await eventsOf('past'))[0]?.timestamp ?? '')).toBe(Date.parse(timestamp));
});
