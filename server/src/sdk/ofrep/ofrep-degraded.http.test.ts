// OFREP while PostgreSQL is away: answered from memory and marked stale; what needs a stored person fails by itself.
import { expect, test } from 'vitest';
import { startTestApp } from '#app/test-app';
import { BulkSuccess, SingleFailure } from './test-ofrep-schema.ts';

test('says STALE for what it can evaluate, fails the rest alone, and gives another ETag', async () => {
  const serin = await startTestApp();
  try {
    const plan = { key: 'plan', value: 'pro', type: 'person' };
    for (const [key, properties] of [
      ['all', []],
      ['pro', [plan]],
    ] as const) {
      const filters = { groups: [{ properties, rollout_percentage: 100 }] };
      await serin.ask('POST', '/api/projects/@current/feature_flags/', { key, filters });
    }
    const ask = (path: string, context: object) =>
      serin.inject({
        method: 'POST',
        url: `/ofrep/v1/evaluate/flags${path}`,
        headers: { authorization: `Bearer ${serin.production.token}` },
        payload: { context: { targetingKey: 'someone', ...context } },
      });
    const before = await ask('', { plan: 'pro' });
    await serin.ctx.db.destroy();
    // What every replica hears when somebody else has changed a flag.
    serin.ctx.events.emit('flag.changed', { projectId: serin.projectId, environmentId: null });
    await expect
      .poll(async () => (await ask('', { plan: 'pro' })).headers['etag'])
      .not.toBe(before.headers['etag']);

    const { flags } = BulkSuccess.parse((await ask('', {})).json());
    expect(flags).toEqual([
      expect.objectContaining({ key: 'all', value: true, reason: 'STALE' }),
      expect.objectContaining({ key: 'pro', errorCode: 'GENERAL' }),
    ]);
    const failed = await ask('/pro', {});
    expect(failed.statusCode).toBe(400);
    expect(SingleFailure.parse(failed.json())).toMatchObject({ key: 'pro', errorCode: 'GENERAL' });
    expect((await ask('/pro', { plan: 'pro' })).json()).toMatchObject({
      value: true,
      reason: 'STALE',
    });
  } finally {
    await serin.close();
  }
});
