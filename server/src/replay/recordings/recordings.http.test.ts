import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestApp } from '#app/test-app';
import type { ManualClock } from '#kernel/clock';
import { expireRecordings } from '../expire.service.ts';
import type { Condition } from '../list/filter.ts';
import { storeAround } from '../list/test-list-around.ts';
import { CONDITIONS, RANKED, expected } from '../list/test-list-reference.ts';
import { storeWorlds, worldOf } from '../list/test-list-world.ts';
import {
  API,
  type Json,
  type Recorder,
  WAIT,
  bodyOf,
  clickAt,
  startRecorded,
} from '../test-recorder.ts';
import { RECORDED_AT_MS, recordedRequests, sessionAt } from '../test-traffic.ts';

const at = RECORDED_AT_MS;
let serin: TestApp;
let recorder: Recorder;
let clock: ManualClock;
beforeAll(async () => {
  ({ serin, recorder, clock } = await startRecorded());
});
afterAll(() => serin.close());

test('nothing is recorded until somebody switches it on, which browsers and the audit log are told', async () => {
  const config = async () =>
    (await serin.inject({ url: `/array/${serin.production.token}/config` })).json<Json>();
  expect(await config()).toMatchObject({ sessionRecording: false, captureDeadClicks: false });
  const [request] = recordedRequests('a-snippet');
  expect((await recorder.post(recorder.own(request?.body ?? Buffer.of()))).json()).toEqual({
    quota_limited: ['recordings'],
  });
  const on = await recorder.configure({
    enabled: true,
    sample_rate: 0.25,
    event_triggers: ['bought'],
  });
  expect(on).toMatchObject({ status: 200, body: { version: 1, enabled: true, sample_rate: 0.25 } });
  expect(await config()).toMatchObject({
    capturePerformance: { network_timing: true },
    captureDeadClicks: true,
    sessionRecording: {
      endpoint: '/s/',
      sampleRate: '0.25',
      eventTriggers: ['bought'],
      triggerMatchType: 'all',
      masking: { maskAllInputs: true },
      networkPayloadCapture: { recordHeaders: false, recordBody: false },
    },
  });
  const script = await serin.inject({ url: `/array/${serin.production.token}/config.js` });
  expect(script.body).toContain('"sampleRate":"0.25"');
  expect(JSON.stringify(await recorder.get('activity_log/'))).toContain('recording_settings');
  await recorder.configure({ sample_rate: 1, event_triggers: [], capture_dead_clicks: false });
  expect(await config()).toMatchObject({ captureDeadClicks: false });
  await recorder.configure({ capture_dead_clicks: true });
});

test('a recording is kept once, whatever comes twice and out of order, with what happened in it', async () => {
  const sessionId = await recorder.send('a-snippet', (list) => [...list.toReversed(), ...list]);
  await recorder.stored(sessionId, 5);
  await recorder.send('a-snippet');
  const recording = await recorder.get(`session_recordings/${sessionId}/`);
  expect(recording).toMatchObject({
    id: sessionId,
    distinct_id: 'user-42',
    recording_duration: 17.696,
    active_seconds: 9.507,
    click_count: 15,
    rage_click_count: 1,
    error_after_click_count: 2,
    quick_back_count: 0,
    keypress_count: 18,
    console_error_count: 3,
    network_5xx_count: 1,
    network_error_count: 1,
    block_count: 5,
    event_count: 127,
    start_url: 'http://app.proof.test:8123/',
    has_full_snapshot: true,
    ongoing: true,
    pinned: null,
    viewed: false,
    may_see_bodies: false,
    rage_clicks: [{ clicks: 5, x: 212 }],
    expires_at: '2026-12-20T00:00:00.000Z',
  });
  const lines = await recorder.linesOf(sessionId);
  expect(lines).toHaveLength(127);
  const times = lines.map(([, { timestamp }]) => timestamp as number);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(new Set(lines.map(([windowId]) => windowId))).toEqual(new Set(recording['window_ids']));
  const text = JSON.stringify(lines);
  // A parameter of an address, and the values of a client's options.
  expect(text).toContain('token=******');
  expect(text).not.toContain('token=hideme');
  expect(await recorder.get(`session_recordings/${sessionId}/`)).toMatchObject({ viewed: true });
  await recorder.linesOf(sessionId);
  const { results } = await recorder.get('activity_log/');
  expect((results as Json[]).filter((entry) => entry['action'] === 'viewed')).toHaveLength(1);
});

test('recordings of every version and form are kept and can be played', async () => {
  const scenarios = [...new Set(recordedRequests().map(({ scenario }) => scenario))];
  const sessions = new Map<string, string>();
  for (const scenario of scenarios) sessions.set(scenario, await recorder.send(scenario));
  for (const [scenario, sessionId] of sessions) {
    await expect
      .poll(() => recorder.get(`session_recordings/${sessionId}/`), WAIT)
      .toMatchObject({ has_full_snapshot: true });
    const lines = await recorder.linesOf(sessionId);
    expect(
      lines.some(([, event]) => event['type'] === 2 && event['data'].node),
      scenario,
    ).toBe(true);
  }
  const tabs = await recorder.get(`session_recordings/${sessions.get('e-multipage-two-tabs')}/`);
  expect(tabs['window_ids']).toHaveLength(2);
  const pages: string[] = [];
  let next: string | null = `${API}/session_recordings/?limit=5`;
  while (next !== null) {
    const page = (await serin.ask('GET', next)).body as Json;
    pages.push(...(page['results'] as Json[]).map(({ id }) => id as string));
    next = page['next'] as string | null;
  }
  expect(new Set(pages)).toEqual(new Set(sessions.values()));
  expect(pages).toHaveLength(scenarios.length);
});

test('a pinned recording is kept for a year, with who did it and why', async () => {
  const sessionId = sessionAt(at, '00000000000b');
  const sent = recorder.message([clickAt(at)], { $session_id: sessionId });
  await recorder.post(bodyOf(sent));
  await recorder.stored(sessionId, 1);
  const path = `${API}/session_recordings/${sessionId}/pin/`;
  expect(await serin.ask('POST', path, { reason: 'checkout fails' })).toMatchObject({
    status: 200,
  });
  await serin.ask('POST', path, { reason: 'again' });
  expect(await recorder.get(`session_recordings/${sessionId}/`)).toMatchObject({
    pinned: { reason: 'checkout fails', pinned_by: expect.any(String) },
    expires_at: '2027-11-20T00:00:00.000Z',
    block_count: 1,
  });
  expect(await recorder.linesOf(sessionId)).toHaveLength(1);
  const unknown = await serin.ask('POST', `${API}/session_recordings/none/pin/`, { reason: 'x' });
  expect(unknown).toMatchObject({ status: 404, body: { attr: 'session_id' } });
});

test('what was recorded in one environment is of no other', async () => {
  const sessionId = sessionAt(at, '00000000000b');
  for (const rest of ['', 'blocks/', `blocks/data/?ids=${crypto.randomUUID()}`]) {
    const mark = rest.includes('?') ? '&' : '?';
    const path = `${API}/session_recordings/${sessionId}/${rest}${mark}environment=development`;
    expect((await serin.ask('GET', path)).status).toBe(404);
  }
});

test('every filter and order finds over HTTP what a reference in plain loops does, a saved one as well', async () => {
  const { ctx, development } = serin;
  const [world = []] = fc.sample(worldOf(14), { numRuns: 1, seed: 5 });
  await storeWorlds(ctx.clickhouse, [[development.id, world]]);
  const person = await serin.signIn();
  const ids = world.map(({ id }) => id);
  const [watched, pinned] = [ids.filter((_, i) => i % 2 === 0), ids.filter((_, i) => i % 3 === 0)];
  const me = (await person.ask('GET', '/api/users/@me/')).body as Json;
  const marked = { userId: me['id'] as string, watched, pinned };
  const { issue, ann } = await storeAround(ctx.db, development.id, marked);
  const inDevelopment = (path: string) => `${API}/${path}?environment=development`;
  const find = async (filter: object) => {
    const path = inDevelopment('session_recordings/search/');
    const { status, body } = await person.ask('POST', path, { filter, limit: 100 });
    expect([status, body], JSON.stringify(filter)).toMatchObject([200, { next: null }]);
    return ((body as Json)['results'] as Json[]).map(({ id }) => id as string);
  };
  const behind = {
    kind: 'InsightActorsQuery',
    series: 0,
    source: {
      kind: 'TrendsQuery',
      series: [{ kind: 'EventsNode', event: 'pay', math: 'dau' }],
      dateRange: { date_from: 'all' },
      trendsFilter: { display: 'BoldNumber' },
    },
  };
  const conditions: Condition[] = [
    ...CONDITIONS,
    { kind: 'sessions', ids: ids.slice(0, 2) },
    { kind: 'people_behind', people: behind },
  ];
  const onWire = (condition: Condition) => ({
    ...condition,
    ...(condition.kind === 'person' ? { person_id: ann } : {}),
    ...(condition.kind === 'exception' && condition.issue ? { issue } : {}),
  });
  let telling = 0;
  // Two at a time: what each means alone is asked of the statements themselves.
  for (let i = 0; i < conditions.length; i += 2) {
    const pair = conditions.slice(i, i + 2).map((one) => ({ ...one, negated: i % 3 === 0 }));
    const order = RANKED[i % RANKED.length] ?? 'start_time';
    const match = i % 4 === 0 ? ('all' as const) : ('any' as const);
    const found = await find({ conditions: pair.map(onWire), match, order });
    const wanted = expected({ conditions: pair, match, order }, { world, watched, pinned });
    expect(found, JSON.stringify({ pair, match, order })).toEqual(wanted);
    // Neither everything nor nothing.
    if (wanted.length > 0 && wanted.length < world.length) telling += 1;
  }
  expect(telling).toBeGreaterThan(conditions.length * 0.3);
  const lately = expected(EVERYTHING, { world, watched, pinned }).filter(
    (id) => (world.find((one) => one.id === id)?.startMs ?? 0) >= at - 5 * 86_400_000,
  );
  expect(await find({ date_from: new Date(at - 5 * 86_400_000).toISOString() })).toEqual(lately);
  const filter = { conditions: [{ kind: 'exception' }, { kind: 'live' }], match: 'any' };
  const saving = () =>
    person.ask('POST', inDevelopment('session_recording_filters/'), { name: 'Broken', filter });
  expect(await saving()).toMatchObject({ status: 201, body: { version: 1, filter } });
  expect(await saving()).toMatchObject({ status: 409, body: { attr: 'name' } });
  const { body } = await person.ask('GET', inDevelopment('session_recording_filters/'));
  const [saved] = (body as Json)['results'] as Json[];
  expect(await find(saved?.['filter'] as object)).toEqual(await find(filter));
  const one = inDevelopment(`session_recording_filters/${saved?.['id']}/`);
  const renamed = { name: 'Broken now', version: 1 };
  expect((await person.ask('PATCH', one, renamed)).body).toMatchObject({ version: 2 });
  expect(await person.ask('PATCH', one, renamed)).toMatchObject({ status: 409 });
  expect((await person.ask('DELETE', one)).status).toBe(204);
});

const EVERYTHING = { conditions: [], match: 'all', order: 'start_time' } as const;

test.each<[object, string]>([
  [{ conditions: [{ kind: 'console', level: 'loud' }] }, 'filter.conditions.0.level'],
  [{ conditions: [{ kind: 'exception', issue: 'none' }] }, 'filter.conditions.0.issue'],
  [{ date_from: 'soon' }, 'filter.date_from'],
  [{ order: 'luck' }, 'filter.order'],
])('the filter %j is refused by name', async (filter, attr) => {
  const path = `${API}/session_recordings/search/`;
  expect(await serin.ask('POST', path, { filter })).toMatchObject({ status: 400, body: { attr } });
});

test('which flags and events sessions had is there without reading events', async () => {
  const events = [1, 2].map((n) => ({
    event: n === 1 ? '$feature_flag_called' : 'bought',
    distinct_id: 'ada',
    properties: {
      $session_id: 'flagged',
      '$feature/new-checkout': 'green',
      ...(n === 1 ? { $feature_flag: 'beta', $feature_flag_response: true } : {}),
    },
  }));
  await serin.inject({
    method: 'POST',
    url: '/batch/',
    payload: { api_key: serin.production.token, batch: events },
  });
  const rows = async (query: string) => {
    const result = await serin.ctx.clickhouse.query({ query, format: 'JSONEachRow' });
    return result.json();
  };
  await expect
    .poll(
      () =>
        rows(`SELECT flag, value, max(is_called) AS called FROM session_flag
      WHERE session_id = 'flagged' GROUP BY flag, value ORDER BY flag`),
      WAIT,
    )
    .toEqual([
      { flag: 'beta', value: 'true', called: 1 },
      { flag: 'new-checkout', value: 'green', called: 0 },
    ]);
  expect(
    await rows(`SELECT event, sum(count) AS n FROM session_event WHERE session_id = 'flagged'
      GROUP BY event ORDER BY event`),
  ).toMatchObject([{ event: '$feature_flag_called' }, { event: 'bought' }]);
});

test('recordings are dropped when their days have passed, pinned ones are not', async () => {
  const { results: before } = await recorder.get('session_recordings/');
  const past = (before as Json[]).find(({ pinned }) => pinned === null);
  expect(past?.['erased_by']).toBe('2026-12-23T00:00:00.000Z');
  clock.advance(Date.UTC(2026, 11, 20) - clock.now());
  expect((await recorder.get('session_recordings/'))['results']).toHaveLength(1);
  const gone = await recorder.get(`session_recordings/${past?.['id']}/blocks/`);
  expect(gone['code']).toBe('not_found');
  clock.advance(15 * 86_400_000);
  await expireRecordings(serin.ctx);
  const { results } = await recorder.get('session_recordings/');
  expect((results as Json[]).map(({ id }) => id as string)).toEqual([
    sessionAt(at, '00000000000b'),
  ]);
  expect(await recorder.linesOf(sessionAt(at, '00000000000b'))).toHaveLength(1);
  clock.advance(400 * 86_400_000);
  await expireRecordings(serin.ctx);
  expect(await recorder.get('session_recordings/')).toEqual({ next: null, results: [] });
  clock.advance(RECORDED_AT_MS - clock.now());
});
