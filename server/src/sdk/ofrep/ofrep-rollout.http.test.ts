// What a flag tells about the rollout that it belongs to.
import { expect, test } from 'vitest';
import { startOfrepApp } from './test-ofrep.ts';

test('metadata names the rollout and its stage, and the ETag follows', async () => {
  const serin = await startOfrepApp();
  try {
    await serin.createFlag({
      key: 'released',
      filters: { groups: [{ properties: [], rollout_percentage: 0 }] },
    });
    const context = { targetingKey: 'user-1' };
    const { etag, byKey } = await serin.bulk(context);
    expect(byKey['released']).not.toHaveProperty('metadata.rolloutId');
    const url = '/api/projects/@current/rollouts/';
    const made = await serin.ask('POST', url, {
      flag_key: 'released',
      stages: [
        { name: '20 %', percent: 20, min_bake_seconds: 600 },
        { name: 'everyone', percent: 100, min_bake_seconds: 0 },
      ],
      guardrails: [{ id: 'errors', kind: 'exception_users', allow_no_baseline: true }],
    });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    const started = await serin.ask('POST', `${url}${made.body.id}/start/`);
    expect(started.status, JSON.stringify(started.body)).toBe(200);
    const told = { metadata: { rolloutId: made.body.id, stage: 1, version: 2 } };
    await expect.poll(() => serin.single('released', context)).toMatchObject(told);
    const later = await serin.bulk(context);
    expect(later.byKey['released']).toMatchObject(told);
    expect(later.etag).not.toBe(etag);
  } finally {
    await serin.close();
  }
});
