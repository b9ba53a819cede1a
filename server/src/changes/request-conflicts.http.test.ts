import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { BASE, share, widen, RequestsWorld } from './test-requests.ts';

let w: RequestsWorld;
beforeAll(async () => {
  w = await RequestsWorld.start();
});
afterAll(() => w.t.close());
beforeEach(() => w.protect());

test('a flag that moved elsewhere is brought together on request, and approved again', async () => {
  const key = await w.aFlag();
  const { number } = await w.aRequest([widen(key)]);
  await w.review(w.bob, number);
  await w.change(key, { filters: { ...share(0), payloads: { true: '{"a":1}' } }, name: 'Words' });
  const moved = await w.get(number);
  expect(moved).toMatchObject({
    is_moved: true,
    items: [{ movement: { apart: ['payloads'], overlapping: [] } }],
  });
  expect(await w.apply(w.ada, number)).toMatchObject({
    status: 409,
    body: { detail: expect.stringContaining('rebase') },
  });
  expect(await w.post(w.bob, number, 'rebase', { version: moved.version })).toMatchObject({
    status: 403,
  });
  const rebased = await w.post(w.ada, number, 'rebase', { version: moved.version });
  expect(rebased.body).toMatchObject({
    revision: 2,
    is_moved: false,
    approvals: { given: 0 },
    items: [{ proposed: { filters: { ...share(50), payloads: { true: '{"a":1}' } } } }],
  });
  await w.review(w.bob, number, 'approve', 2);
  expect((await w.apply(w.bob, number)).status).toBe(200);
  expect(await w.flag(key)).toMatchObject({
    name: 'Words',
    filters: { ...share(50), payloads: { true: '{"a":1}' } },
  });
});

test('a flag whose same part moved is for the author to propose anew', async () => {
  const key = await w.aFlag();
  const { number } = await w.aRequest([widen(key)]);
  await w.review(w.bob, number);
  await w.change(key, { filters: share(20) });
  const { version } = await w.get(number);
  for (const answer of [
    await w.apply(w.ada, number),
    await w.post(w.ada, number, 'rebase', { version }),
  ]) {
    expect(answer).toMatchObject({ status: 409, body: { code: 'conflict' } });
  }
  expect((await w.flag(key)).filters).toEqual(share(20));
});

test('words that others write meanwhile are in nobody’s way', async () => {
  const key = await w.aFlag();
  const { number } = await w.aRequest([widen(key)]);
  await w.review(w.bob, number);
  await w.t.ask('PATCH', `${BASE}feature_flags/${key}/`, { name: 'Other words' });
  expect((await w.apply(w.ada, number)).status).toBe(200);
  expect(await w.flag(key)).toMatchObject({ name: 'Other words', filters: share(50) });
});

test('several flags change together or not at all', async () => {
  const [one, other] = [await w.aFlag(), await w.aFlag()];
  const { number } = await w.aRequest([widen(one), { flag: other, change: { active: false } }]);
  await w.review(w.bob, number);
  await w.change(other, { filters: share(3) });
  expect((await w.apply(w.ada, number)).status).toBe(409);
  expect((await w.flag(one)).filters).toEqual(share(0));
  await w.change(other, { filters: share(0) });
  expect((await w.apply(w.ada, number)).status).toBe(200);
  expect((await w.flag(one)).filters).toEqual(share(50));
  expect((await w.flag(other)).active).toBe(false);
});

test('of two who apply at once, one does', async () => {
  const { number } = await w.aRequest([widen(await w.aFlag())]);
  await w.review(w.bob, number);
  const { version } = await w.get(number);
  const answers = await Promise.all(
    [w.ada, w.bob].map((who) => w.post(who, number, 'apply', { version })),
  );
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
});
