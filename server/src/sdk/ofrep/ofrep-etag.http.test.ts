// When a bulk answer is the one that the client has: never by its configuration alone.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ManualClock } from '#kernel/clock';
import { BULK, type OfrepApp, share, startOfrepApp } from './test-ofrep.ts';

const clock = new ManualClock(Date.UTC(2026, 10, 20, 12));
let serin: OfrepApp;

beforeAll(async () => {
  serin = await startOfrepApp(clock);
});

afterAll(() => serin.close());

test('the ETag covers flags, context, runtime and what is stored; lists, W/ and * match', async () => {
  const context = { targetingKey: 'etag', plan: 'pro', a: { y: 1, x: 2 } };
  const ask = async (asked: object, ifNoneMatch: string, more: Record<string, string> = {}) => {
    const headers = { 'if-none-match': ifNoneMatch, ...more };
    const { status, headers: sent, text } = await serin.post(BULK, { context: asked }, { headers });
    return { status, etag: sent['etag'] as string, text };
  };
  const { etag } = await serin.bulk(context);
  expect(etag).toMatch(/^"[\w-]+"$/);
  const same = { a: { x: 2, y: 1 }, plan: 'pro', targetingKey: 'etag' };
  for (const value of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
    expect(await ask(same, value)).toEqual({ status: 304, etag, text: '' });
  }
  for (const other of [{ ...context, plan: 'free' }, { ...context, targetingKey: 'other' }, {}]) {
    expect((await ask(other, etag)).status).toBe(200);
  }
  expect((await ask(context, etag, { authorization: serin.apiKey })).status).toBe(200);

  // Stored properties decide as well, although the context is the same.
  const bare = { targetingKey: 'etag' };
  const before = (await serin.bulk(bare)).etag;
  expect((await ask(bare, before)).status).toBe(304);
  await serin.inject({
    method: 'POST',
    url: '/e/',
    payload: {
      token: serin.production.token,
      event: '$set',
      distinct_id: 'etag',
      properties: { $set: { plan: 'pro' } },
    },
  });
  await expect.poll(async () => (await ask(bare, before)).status).toBe(200);

  const flag = await serin.createFlag({ key: 'etag-flag' });
  expect((await ask(context, etag)).status).toBe(200);
  const later = (await serin.bulk(context)).etag;
  expect((await ask(context, later)).status).toBe(304);

  // Conditions that look at the clock are asked again when it has moved.
  const recent = { key: 'seen', value: '-1h', type: 'person', operator: 'is_date_after' };
  await serin.ask('PATCH', `/api/projects/@current/feature_flags/${flag.id}/`, {
    filters: { groups: [share(100, recent)] },
  });
  const seen = { targetingKey: 'etag', seen: new Date(clock.now() - 3_599_000).toISOString() };
  const { etag: fresh, byKey } = await serin.bulk(seen);
  expect(byKey['etag-flag']).toMatchObject({ value: true });
  expect((await ask(seen, fresh)).status).toBe(304);
  clock.advance(61_000);
  const afterwards = await ask(seen, fresh);
  expect(afterwards.status).toBe(200);
  expect(JSON.parse(afterwards.text).flags).toContainEqual(
    expect.objectContaining({ key: 'etag-flag', value: false }),
  );
});
