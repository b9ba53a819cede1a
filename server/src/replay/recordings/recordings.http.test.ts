import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, startTestApp } from '#app/test-app';
import { expireRecordings } from '../expire.service.ts';
import {
  type Json,
  type Recorder,
  bodyOf,
  clickAt,
  recorderOf,
  sessionAt,
} from '../test-recorder.ts';
import { RECORDED_AT_MS, recordedRequests } from '../test-traffic.ts';

const WAIT = { timeout: 60_000, interval: 100 };
const at = RECORDED_AT_MS;
const API = '/api/projects/@current';
/** Requests were recorded then; a server of today would not take them. */
let nowMs = RECORDED_AT_MS;
let serin: TestApp;
let recorder: Recorder;
beforeAll(async () => {
  serin = await startTestApp({ clock: { now: () => nowMs } });
  recorder = recorderOf(serin);
});
afterAll(() => serin.close());

test('nothing is recorded until somebody switches it on, which browsers and the audit log are told', async () => {
  const config = async () =>
    (await serin.inject({ url: `/array/${serin.production.token}/config` })).json<Json>();
  expect((await config())['sessionRecording']).toBe(false);
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
  await recorder.configure({ sample_rate: 1, event_triggers: [] });
});

test.each<[object, string]>([
  [{ sample_rate: 2 }, 'sample_rate'],
  [{ url_triggers: ['(a+'] }, 'url_triggers.0'],
  [{ url_blocklist: ['ok', '(?=a)b'] }, 'url_blocklist.1'],
  [{ masking: { block_selector: 'div[' } }, 'masking.block_selector'],
  [{ retention_days: 31 }, 'retention_days'],
  [{ body_viewers: ['0198a7c0-0000-7000-8000-000000000000'] }, 'body_viewers'],
  [{ canvas_fps: 60 }, 'canvas_fps'],
  [{ privacy: { mask_everything: true } }, 'privacy.mask_everything'],
])('the setting %j is refused by name, and changes nothing', async (change, attr) => {
  const before = await recorder.get('recording_settings/');
  expect(await recorder.configure(change)).toMatchObject({ status: 400, body: { attr } });
  expect(await recorder.get('recording_settings/')).toEqual(before);
});

test('two people who change the settings at once: the second is told', async () => {
  const { version } = await recorder.get('recording_settings/');
  expect((await recorder.configure({ version, capture_canvas: true })).status).toBe(200);
  expect(await recorder.configure({ version, capture_canvas: false })).toMatchObject({
    status: 409,
    body: { code: 'conflict' },
  });
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
  nowMs += 45 * 86_400_000;
  await expireRecordings(serin.ctx);
  const { results } = await recorder.get('session_recordings/');
  expect((results as Json[]).map(({ id }) => id as string)).toEqual([
    sessionAt(at, '00000000000b'),
  ]);
  expect(await recorder.linesOf(sessionAt(at, '00000000000b'))).toHaveLength(1);
  nowMs += 400 * 86_400_000;
  await expireRecordings(serin.ctx);
  expect(await recorder.get('session_recordings/')).toEqual({ next: null, results: [] });
  nowMs = RECORDED_AT_MS;
});
