import { v7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, startTestApp } from '#app/test-app';
import { insertDeadLetter } from './dead-letter.store.ts';

const API = '/api/projects/@current/refused_events/';
const NOBODY = '0190f3a2-0000-5000-8000-000000000001';
let serin: TestApp;
beforeAll(async () => {
  serin = await startTestApp();
});
afterAll(() => serin.close());

/** An event whose row the store takes by now, unless its time is nonsense. */
async function aLetter(change: { reason?: string; time?: string; at?: number } = {}) {
  const { reason = '27', time = '2026-11-20 12:00:00.000', at = Date.now() } = change;
  const uuid = v7();
  const environmentId = serin.production.id;
  const row =
    `{"environment_id":${environmentId},"uuid":"${uuid}","event":"refused","timestamp":"${time}"` +
    `,"distinct_id":"u","props":{"a":"1"},"received_at":"2026-11-20 12:00:00.000"` +
    `,"person_id":"${NOBODY}","person_mode":"full"}`;
  const who = { environmentId, uuid, event: 'refused', distinctId: 'u' };
  const receivedAt = new Date(at);
  await insertDeadLetter(serin.ctx.db, { ...who, reason, detail: 'no', receivedAt, row });
  return uuid;
}

type Listed = { count: number; results: { uuid: string }[]; reasons: object[] };
const list = async (query = '') => (await serin.ask('GET', API + query)).body as Listed;
const storedUuids = async () => {
  const { body } = await serin.ask('GET', '/api/projects/@current/events/?event=refused');
  return (body as { results: { uuid: string }[] }).results.map(({ uuid }) => uuid);
};

test('refused events are listed by reason, looked at, stored again or given up', async () => {
  const good = await aLetter();
  const bad = await aLetter({ time: 'nonsense' });
  const other = await aLetter({ reason: '6' });
  expect(await list('?reason=6')).toMatchObject({
    count: 1,
    results: [{ uuid: other, event: 'refused', distinct_id: 'u', attempts: 1, detail: 'no' }],
    reasons: [
      { reason: '27', count: 2 },
      { reason: '6', count: 1 },
    ],
  });
  const { body } = await serin.ask('GET', `${API}${good}/`);
  expect(JSON.parse((body as { row: string }).row)).toMatchObject({
    uuid: good,
    props: { a: '1' },
  });

  const replay = await serin.ask('POST', `${API}replay/`, { reason: '27' });
  expect(replay.body).toEqual({ stored: 1, refused: 1 });
  expect(await storedUuids()).toEqual([good]);
  const { results } = await list();
  expect(results.map(({ uuid }) => uuid).toSorted()).toEqual([bad, other].toSorted());
  const again = await serin.ask('GET', `${API}${bad}/`);
  expect(again.body).toMatchObject({ attempts: 2, detail: expect.not.stringMatching(/^no$/) });

  expect((await serin.ask('POST', `${API}drop/`, { uuids: [bad] })).body).toEqual({ dropped: 1 });
  expect((await serin.ask('GET', `${API}${bad}/`)).status).toBe(404);
  expect(await list('?environment=development')).toMatchObject({ count: 0, reasons: [] });
  const log = await serin.ask('GET', '/api/projects/@current/activity_log/');
  for (const action of ['refused_events_replayed', 'refused_events_dropped']) {
    expect(JSON.stringify(log.body)).toContain(action);
  }
  await serin.ask('POST', `${API}drop/`, { reason: '6' });
});

test('a replay that crashed before its end stores no event twice', async () => {
  const uuid = await aLetter();
  await serin.ask('POST', `${API}replay/`, { uuids: [uuid] });
  const { body } = await serin.ask('GET', `/api/projects/@current/events/?event=refused`);
  const before = (body as { results: object[] }).results.length;
  const environmentId = serin.production.id;
  const row =
    `{"environment_id":${environmentId},"uuid":"${uuid}","event":"refused"` +
    `,"timestamp":"2026-11-20 12:00:00.000","distinct_id":"u","received_at":"2026-11-20 12:00:00.000"` +
    `,"person_id":"${NOBODY}","person_mode":"full"}`;
  const letter = { environmentId, uuid, event: 'refused', distinctId: 'u', reason: '27' };
  const receivedAt = new Date();
  await insertDeadLetter(serin.ctx.db, { ...letter, detail: 'no', receivedAt, row });
  const second = await serin.ask('POST', `${API}replay/`, { uuids: [uuid] });
  expect(second.body).toEqual({ stored: 1, refused: 0 });
  expect(await storedUuids()).toHaveLength(before);
});

test('of too many, the oldest give way', async () => {
  const oldest = await aLetter({ at: 0 });
  for (let i = 0; i < 200; i += 1) await aLetter();
  expect(await list('?limit=1')).toMatchObject({ count: 200 });
  expect((await serin.ask('GET', `${API}${oldest}/`)).status).toBe(404);
});

test.each<[string, object, string, string]>([
  ['replay', {}, 'required', 'uuids'],
  ['drop', {}, 'required', 'uuids'],
  ['drop', { uuids: [] }, 'invalid_input', 'uuids'],
  ['replay', { uuids: ['x'] }, 'invalid_input', 'uuids.0'],
])('refuses to %s %j', async (verb, body, code, attr) => {
  const answer = await serin.ask('POST', `${API}${verb}/`, body);
  expect(answer).toMatchObject({ status: 400, body: { code, attr } });
});
