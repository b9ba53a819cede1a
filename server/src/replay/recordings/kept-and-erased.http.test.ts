import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestApp } from '#app/test-app';
import type { ManualClock } from '#kernel/clock';
import {
  API,
  type Json,
  type Recorder,
  WAIT,
  bodyOf,
  clickAt,
  startRecorded,
} from '../test-recorder.ts';
import { findPlayable, findPlayableOf, sessionAround } from './playable.service.ts';
import { RECORDED_AT_MS, hostileEvents, sessionAt } from '../test-traffic.ts';

const at = RECORDED_AT_MS;
let serin: TestApp;
let recorder: Recorder;
let clock: ManualClock;
beforeAll(async () => {
  ({ serin, recorder, clock } = await startRecorded());
  await recorder.configure({ enabled: true });
});
afterAll(() => serin.close());

const TABLES = ['replay_block', 'session_replay', 'replay_console', 'replay_request'];
const erased = (id: string) =>
  expect
    .poll(() => recorder.get(`deletions/${id}/`), WAIT)
    .toMatchObject({ state: 'done', rows_left: 0 });

async function rowsOf(table: string, where: string): Promise<number> {
  const result = await serin.ctx.clickhouse.query({
    query: `SELECT count() AS n FROM ${table} WHERE ${where}`,
    format: 'JSONEachRow',
  });
  return Number((await result.json<{ n: string }>())[0]?.n);
}

test.each<[string, () => Buffer | string, number, string]>([
  [
    'cut off',
    () => bodyOf(recorder.message([clickAt(at)])).subarray(0, 60),
    400,
    'invalid_payload',
  ],
  ['no JSON', () => gzipSync('[{"event":'), 400, 'invalid_payload'],
  ['empty', () => '', 400, 'invalid_payload'],
  [
    'of nobody',
    () => bodyOf({ ...recorder.message([clickAt(at)]), properties: {} }),
    401,
    'invalid_api_key',
  ],
  ['a bomb', () => gzipSync(Buffer.alloc(60 * 1024 * 1024, 0x20)), 413, 'payload_too_large'],
  ['too large', () => Buffer.alloc(26 * 1024 * 1024), 413, 'payload_too_large'],
  [
    'of a wrong session',
    () => bodyOf(recorder.message([clickAt(at)], { $session_id: '../../x' })),
    400,
    '$session_id',
  ],
  ['decades off', () => bodyOf(recorder.message([clickAt(at - 1e12)])), 400, '7 days'],
  [
    'of another day',
    () => bodyOf(recorder.message([clickAt(at)], { $session_id: sessionAt(at - 2 * 86_400_000) })),
    400,
    'another day',
  ],
])(
  'a body that is %s is refused by name, and the next is taken',
  async (_what, make, status, word) => {
    const answer = await recorder.post(make());
    expect(answer.statusCode).toBe(status);
    expect(answer.body).toContain(word);
    expect((await recorder.post(bodyOf(recorder.message([clickAt(at)])))).json()).toEqual({
      status: 1,
    });
  },
);

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

test('forms of old beacons, a single event, two sessions in one request', async () => {
  const text = JSON.stringify([
    recorder.message([clickAt(at)], { $session_id: sessionAt(at, '00000000000a') }),
    recorder.message([clickAt(at)], { $session_id: sessionAt(at, '00000000000b') }),
  ]);
  const form = `data=${encodeURIComponent(Buffer.from(text).toString('base64'))}`;
  const url = '/s/?compression=base64&beacon=1';
  expect((await recorder.post(form, url, 'application/x-www-form-urlencoded')).json()).toEqual({
    status: 1,
  });
  await recorder.stored(sessionAt(at, '00000000000a'), 1);
  await recorder.stored(sessionAt(at, '00000000000b'), 1);
});

test('a hostile recording is kept harmless; its requests are found without their secrets', async () => {
  const [first] = hostileEvents() as { timestamp: number }[];
  const sessionId = sessionAt(first?.timestamp ?? 0);
  const sent = await recorder.post(
    bodyOf(recorder.message(hostileEvents(), { $session_id: sessionId })),
  );
  expect(sent.json()).toEqual({ status: 1 });
  await recorder.stored(sessionId, 1);
  const text = JSON.stringify(await recorder.linesOf(sessionId));
  expect(text).not.toMatch(/onerror":|srcdoc|javascript:|"Worker"|hunter2|eve@example\.com/);
  const result = await serin.ctx.clickhouse.query({
    query: `SELECT path, status FROM replay_request WHERE session_id = {id:String} AND status >= 500`,
    query_params: { id: sessionId },
    format: 'JSONEachRow',
  });
  expect(await result.json()).toEqual([{ path: '/api', status: 500 }]);
});

test('bodies of requests are kept where the settings say so, and shown to whom they name', async () => {
  await recorder.configure({ capture_bodies: true });
  const sessionId = sessionAt(at, '00000000000c');
  const requests = [
    { name: 'https://a.test/x', method: 'POST', status: 200, requestBody: '{"n":42}' },
  ];
  const network = { plugin: 'rrweb/network@1', payload: { requests } };
  await recorder.post(
    bodyOf(
      recorder.message([{ type: 6, timestamp: at, data: network }], { $session_id: sessionId }),
    ),
  );
  await recorder.stored(sessionId, 1);
  const person = await serin.signIn();
  const { blocks } = await recorder.get(`session_recordings/${sessionId}/blocks/`);
  const path = `${API}/session_recordings/${sessionId}/blocks/data/?ids=${blocks[0].id}`;
  const read = async () => JSON.stringify((await person.ask('GET', path)).body);
  expect(await read()).not.toContain('42');
  // Whoever has a key has every scope for the asking: its owner must be named as well.
  expect(JSON.stringify(await recorder.linesOf(sessionId))).not.toContain('42');
  const me = (await person.ask('GET', '/api/users/@me/')).body as Json;
  expect((await recorder.configure({ body_viewers: [me['uuid'] ?? me['id']] })).status).toBe(200);
  expect(await read()).toContain('42');
  expect(JSON.stringify(await recorder.linesOf(sessionId))).toContain('42');
  await recorder.configure({ capture_bodies: false, body_viewers: [] });
});

test('recordings that are older than a week are told so by a clock that went on', async () => {
  clock.advance(8 * 86_400_000);
  const answer = await recorder.post(bodyOf(recorder.message([clickAt(at)])));
  expect(answer.json()).toMatchObject({ code: 'invalid_payload' });
  clock.advance(RECORDED_AT_MS - clock.now());
});

test('a deleted recording is gone at once and from the disk, and what comes late is left out', async () => {
  const sessionId = sessionAt(at, '00000000000a');
  const gone = await serin.ask('DELETE', `${API}/session_recordings/${sessionId}/`);
  expect(gone).toMatchObject({ status: 202, body: { kind: 'recording', state: 'pending' } });
  expect(await recorder.get(`session_recordings/${sessionId}/`)).toMatchObject({
    code: 'not_found',
  });
  // Left out of a page of the list, which is filled with the next one.
  const { results } = await recorder.get('session_recordings/?limit=1');
  expect(results).toEqual([expect.not.objectContaining({ id: sessionId })]);
  expect(JSON.stringify(await recorder.get('session_recordings/'))).not.toContain(sessionId);
  await erased((gone.body as Json)['id'] as string);
  await recorder.post(bodyOf(recorder.message([clickAt(at)], { $session_id: sessionId })));
  const witness = sessionAt(at, '00000000000d');
  await recorder.post(bodyOf(recorder.message([clickAt(at)], { $session_id: witness })));
  await recorder.stored(witness, 1);
  for (const table of TABLES) expect(await rowsOf(table, `session_id = '${sessionId}'`)).toBe(0);
  expect(await serin.ask('DELETE', `${API}/session_recordings/${sessionId}/`)).toMatchObject({
    status: 404,
  });
});

test('what servers send without a session leads to where it happened, though the clock of a page is an hour off', async () => {
  const [hourMs, beganMs] = [3_600_000, at - 60_000];
  const record = async (distinct_id: string, behindMs: number) => {
    const [startMs, tail] = [beganMs - behindMs, '0000000000ee'];
    const full = {
      type: 2,
      timestamp: startMs,
      data: { node: { type: 0, id: 1, childNodes: [] } },
    };
    const of = { $session_id: sessionAt(startMs, tail), distinct_id };
    const message = recorder.message([full, clickAt(startMs + 60_000)], of);
    await recorder.post(bodyOf({ ...message, sent_at: new Date(at - behindMs).toISOString() }));
    await recorder.stored(of.$session_id, 1);
    return of.$session_id;
  };
  const [late, onTime] = [await record('eve', hourMs), await record('ivy', 0)];
  // As errors ask for it: by the clock of the server.
  const { id } = serin.production;
  const playable = await findPlayable(serin.ctx, id, [late], { fromMs: at, toMs: at });
  expect(playable.get(late)?.startMs).toBe(beganMs);
  const moment = { distinctId: 'eve', atMs: beganMs + 30_000 };
  const around = await findPlayableOf(serin.ctx, id, [moment]);
  expect(sessionAround(moment, around)).toBe(late);
  const thrown = {
    event: '$exception',
    distinct_id: 'ivy',
    timestamp: new Date(moment.atMs).toISOString(),
    properties: { $exception_list: [{ type: 'ServerError', value: 'No stock' }] },
  };
  const payload = { api_key: serin.production.token, batch: [thrown] };
  expect((await serin.inject({ method: 'POST', url: '/batch/', payload })).statusCode).toBe(200);
  const listed = async (more: object) => {
    const conditions = [{ kind: 'exception', type: 'ServerError', ...more }];
    const filter = encodeURIComponent(JSON.stringify({ conditions }));
    const { results } = await recorder.get(`session_recordings/?filter=${filter}`);
    return (results as Json[]).map((one) => one['id'] as string);
  };
  await expect.poll(() => listed({ without_session: true }), WAIT).toEqual([onTime]);
  expect(await listed({})).toEqual([]);
});

test('recordings go with whoever goes though their events stay, and without them where asked', async () => {
  const recordedOf = async (distinctId: string, tail: string) => {
    const sessionId = sessionAt(at, tail);
    await recorder.post(
      bodyOf(recorder.message([clickAt(at)], { $session_id: sessionId, distinct_id: distinctId })),
    );
    await recorder.stored(sessionId, 1);
    return () => recorder.get(`session_recordings/${sessionId}/`);
  };
  const remove = async (asked: object) => {
    const { status, body } = await serin.ask('POST', `${API}/persons/bulk_delete/`, asked);
    expect(status, JSON.stringify(body)).toBe(202);
    const { deletion } = body as { deletion: Json };
    await erased(deletion['id'] as string);
    return deletion;
  };
  const ofZoe = await recordedOf('zoe', '0000000000d1');
  const kept = { distinct_ids: ['zoe'], delete_recordings: false };
  expect(await remove(kept)).toMatchObject({ delete_recordings: false, delete_events: false });
  expect(await ofZoe()).toMatchObject({ block_count: 1 });
  await remove({ distinct_ids: ['zoe'], keep_person: true, delete_recordings: true });
  expect(await ofZoe()).toMatchObject({ code: 'not_found' });
  const ofZed = await recordedOf('zed', '0000000000d2');
  expect(await remove({ distinct_ids: ['zed'] })).toMatchObject({ delete_recordings: true });
  expect(await ofZed()).toMatchObject({ code: 'not_found' });
});

test('with a person go the recordings of all of their ids, whole, and nothing of them is on the disk', async () => {
  // Identified in the middle: the first block has another id.
  const sessionId = await recorder.send('a-snippet');
  await recorder.stored(sessionId, 5);
  expect((await recorder.get(`session_recordings/${sessionId}/`))['distinct_ids']).toHaveLength(2);
  const { body } = await serin.ask('POST', `${API}/persons/bulk_delete/`, {
    distinct_ids: ['user-42'],
    delete_events: true,
  });
  await erased((body as { deletion: Json }).deletion['id'] as string);
  for (const table of TABLES) expect(await rowsOf(table, `session_id = '${sessionId}'`)).toBe(0);
  expect(await recorder.get(`session_recordings/${sessionId}/`)).toMatchObject({
    code: 'not_found',
  });
  // Parts that held it are gone, and so is what was accepted.
  await expect
    .poll(
      () =>
        rowsOf(
          'system.parts',
          `database = currentDatabase() AND table = 'replay_block'
      AND NOT active AND modification_time < now() - 120`,
        ),
      WAIT,
    )
    .toBe(0);
  const folder = join(serin.dataDir, 'replay-log');
  await expect
    .poll(async () => {
      const names = (await readdir(folder)).filter((name) => name.endsWith('.log'));
      const files = await Promise.all(names.map((name) => readFile(join(folder, name))));
      return files.some((bytes) => bytes.includes(sessionId));
    }, WAIT)
    .toBe(false);
  expect(JSON.stringify(await recorder.get('activity_log/'))).toContain('recordings_removed');
});
