import type { TestPerson } from '#app/test-people';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { BASE, REQUESTS, share, widen, RequestsWorld } from './test-requests.ts';

let w: RequestsWorld;
beforeAll(async () => {
  w = await RequestsWorld.start();
});
afterAll(() => w.t.close());
beforeEach(() => w.protect());

test('what one proposes, another approves, and then it is true', async () => {
  const key = await w.aFlag();
  const request = await w.aRequest([widen(key)], { description: 'It held for a week.' });
  expect(request).toMatchObject({
    state: 'open',
    environment: 'production',
    author: { label: 'ada@example.com' },
    approvals: { given: 0, required: 1 },
    items: [{ parts: ['targeting'], proposed: { filters: share(50) }, movement: null }],
  });
  expect((await w.flag(key)).filters).toEqual(share(0));
  expect(await w.apply(w.ada, request.number)).toMatchObject({
    status: 403,
    body: { code: 'approval_required' },
  });
  const approved = await w.review(w.bob, request.number);
  expect(approved.body).toMatchObject({
    approvals: { given: 1 },
    actions: expect.arrayContaining(['apply']),
  });
  const applied = await w.apply(w.ada, request.number);
  expect(applied.body).toMatchObject({ state: 'applied', actions: ['comment'] });
  expect(applied.body.thread.map((entry: { type: string }) => entry.type)).toEqual([
    'proposed',
    'approved',
    'applied',
  ]);
  expect((await w.flag(key)).filters).toEqual(share(50));
  const history = await w.t.ask('GET', `${BASE}feature_flags/${key}/activity/`);
  expect(history.body.results[0].reason).toBe(
    `Change request ${request.number} “Widen” of ada@example.com, approved by bob@example.com.`,
  );
});

test('a direct save says what to do instead, and changes nothing', async () => {
  const key = await w.aFlag();
  const before = await w.flag(key);
  const refused = await w.ada.ask('PATCH', `${BASE}feature_flags/${key}/`, { filters: share(50) });
  expect(refused).toMatchObject({
    status: 403,
    body: {
      code: 'approval_required',
      detail: expect.stringContaining('change_requests/?environment=production'),
    },
  });
  expect(await w.flag(key)).toEqual(before);
});

test('nobody approves what is their own, with whatever key', async () => {
  const { number } = await w.aRequest([widen(await w.aFlag())]);
  for (const who of [w.ada, w.t]) {
    expect(await w.review(who, number)).toMatchObject({
      status: 403,
      body: { code: 'permission_denied' },
    });
  }
  expect((await w.get(number)).approvals.given).toBe(0);
});

test('two approvals are of two people', async () => {
  const { number } = await w.aRequest([widen(await w.aFlag())]);
  await w.protect({ requiredApprovals: 2 });
  await w.review(w.bob, number);
  expect((await w.review(w.bob, number)).body.approvals).toEqual({ given: 1, required: 2 });
  expect((await w.apply(w.bob, number)).status).toBe(403);
  await w.review(w.cy, number);
  expect((await w.apply(w.bob, number)).status).toBe(200);
});

test('whoever asks for changes holds it up until something else is proposed', async () => {
  const key = await w.aFlag();
  const { number, version } = await w.aRequest([widen(key)]);
  await w.review(w.bob, number);
  const objected = await w.review(w.cy, number, 'request_changes');
  expect(objected.body).toMatchObject({ is_objected: true });
  expect(await w.apply(w.ada, number)).toMatchObject({
    status: 409,
    body: { detail: expect.stringContaining('cy@example.com asks for changes') },
  });
  const stale = await w.ada.ask('PATCH', `${REQUESTS}${number}/`, {
    version,
    items: [widen(key, 5)],
  });
  expect(stale).toMatchObject({ status: 409, body: { attr: 'version' } });
  const edited = await w.ada.ask('PATCH', `${REQUESTS}${number}/`, {
    version: (await w.get(number)).version,
    items: [widen(key, 5)],
  });
  // Another proposal is to be approved anew, by those who saw it.
  expect(edited.body).toMatchObject({ revision: 2, is_objected: false, approvals: { given: 0 } });
  expect(await w.review(w.bob, number, 'approve', 1)).toMatchObject({
    status: 409,
    body: { attr: 'revision' },
  });
  await w.review(w.bob, number, 'approve', 2);
  expect((await w.apply(w.ada, number)).status).toBe(200);
  expect((await w.flag(key)).filters).toEqual(share(5));
});

test('approval of somebody who has left does not count', async () => {
  const dan = await w.t.join('dan@example.com');
  const { number } = await w.aRequest([widen(await w.aFlag())]);
  await w.review(dan, number);
  await w.ada.ask('DELETE', `/api/organization/members/${dan.id}/`);
  expect(await w.apply(w.ada, number)).toMatchObject({
    status: 403,
    body: { code: 'approval_required' },
  });
});

test('it can be refused, withdrawn, and commented on for ever', async () => {
  const [refused, withdrawn] = [
    await w.aRequest([widen(await w.aFlag())]),
    await w.aRequest([widen(await w.aFlag())]),
  ];
  expect((await w.review(w.bob, refused.number, 'refuse')).body.state).toBe('refused');
  expect((await w.post(w.bob, withdrawn.number, 'withdraw', {})).status).toBe(403);
  expect((await w.post(w.ada, withdrawn.number, 'withdraw', {})).body.state).toBe('withdrawn');
  for (const { number } of [refused, withdrawn]) {
    expect((await w.apply(w.ada, number)).status).toBe(409);
    expect((await w.review(w.bob, number)).status).toBe(409);
    const said = await w.post(w.bob, number, 'comments', { body: 'Pity.' });
    expect(said.body.thread.at(-1)).toMatchObject({ type: 'commented', body: 'Pity.' });
  }
});

test('lists show open ones, mine, those of a flag, and those that are closed', async () => {
  const key = await w.aFlag();
  const { id } = await w.flag(key);
  const { number } = await w.aRequest([widen(key)]);
  const numbers = async (who: TestPerson, query: string) =>
    (await who.ask('GET', `${REQUESTS}?${query}`)).body.results.map(
      (one: { number: number }) => one.number,
    );
  expect(await numbers(w.bob, 'show=open')).toContain(number);
  expect(await numbers(w.ada, 'show=mine')).toContain(number);
  expect(await numbers(w.bob, 'show=mine')).toEqual([]);
  expect(await numbers(w.bob, `flag_id=${id}`)).toEqual([number]);
  expect(await numbers(w.bob, 'environment=development')).toEqual([]);
  await w.post(w.ada, number, 'withdraw', {});
  expect(await numbers(w.bob, `flag_id=${id}`)).toEqual([]);
  expect(await numbers(w.bob, `flag_id=${id}&show=closed`)).toEqual([number]);
});

test('approved by its time it is applied by itself; not approved it stays open and says so', async () => {
  const [one, other] = [await w.aFlag(), await w.aFlag()];
  const due = { local_time: '2026-11-21T09:00', time_zone: 'Europe/Berlin' };
  const ready = await w.aRequest([widen(one)], { due });
  const late = await w.aRequest([widen(other)], { due });
  expect(ready.due.at).toBe('2026-11-21T08:00:00.000Z');
  await w.review(w.bob, ready.number);
  w.clock.advance(Date.parse(ready.due.at) - w.clock.now());
  await expect.poll(async () => (await w.get(ready.number)).state).toBe('applied');
  await expect.poll(async () => (await w.get(late.number)).due).toBeNull();
  expect((await w.flag(one)).filters).toEqual(share(50));
  expect((await w.flag(other)).filters).toEqual(share(0));
  const { state, thread } = await w.get(late.number);
  expect(state).toBe('open');
  expect(thread.at(-1)).toMatchObject({
    type: 'not_applied',
    user: { id: null, label: 'schedule' },
    body: expect.stringContaining('0 of 1 approvals'),
  });
});

test('live pages hear of it', async () => {
  const heard: unknown[] = [];
  const off = w.t.ctx.events.on('change.changed', (event) => heard.push(event));
  const { number } = await w.aRequest([widen(await w.aFlag())]);
  await w.post(w.bob, number, 'comments', { body: 'Nice.' });
  off();
  expect(heard).toHaveLength(2);
});
