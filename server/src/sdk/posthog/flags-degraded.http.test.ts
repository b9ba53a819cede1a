// Flags while PostgreSQL is away: what needs no stored person is answered, the rest is marked failed, and
// the SDK keeps what it had.
import { expect, test } from 'vitest';
import { startTestApp } from '#app/test-app';

type Answer = {
  errorsWhileComputingFlags: boolean;
  flags: Record<string, { enabled: boolean; failed?: boolean }>;
};

test('evaluates from memory what it can, and says which flags failed', async () => {
  const serin = await startTestApp();
  try {
    const share = { groups: [{ properties: [], rollout_percentage: 100 }] };
    const pro = {
      groups: [
        { properties: [{ key: 'plan', value: 'pro', type: 'person' }], rollout_percentage: 100 },
      ],
    };
    await serin.ask('POST', '/api/projects/@current/feature_flags/', {
      key: 'all',
      filters: share,
    });
    await serin.ask('POST', '/api/projects/@current/feature_flags/', { key: 'pro', filters: pro });
    const ask = async (url: string, fields: object) => {
      const answer = await serin.inject({
        method: 'POST',
        url,
        payload: { token: serin.production.token, distinct_id: 'someone', ...fields },
      });
      expect(answer.statusCode).toBe(200);
      return answer.json<Answer & { featureFlags: Record<string, unknown> }>();
    };
    await serin.ctx.db.destroy();

    const partial = await ask('/flags/?v=2', {});
    expect(partial.errorsWhileComputingFlags).toBe(true);
    expect(partial.flags['all']).toMatchObject({ enabled: true });
    expect(partial.flags['all']).not.toHaveProperty('failed');
    expect(partial.flags['pro']).toMatchObject({ enabled: false, failed: true });

    // The request says all that the condition needs, or asks only for the other flag.
    const whole = await ask('/flags/?v=2', { person_properties: { plan: 'pro' } });
    expect(whole).toMatchObject({
      errorsWhileComputingFlags: false,
      flags: { all: { enabled: true }, pro: { enabled: true } },
    });
    const named = await ask('/flags/?v=2', { flag_keys_to_evaluate: ['all'] });
    expect(named.errorsWhileComputingFlags).toBe(false);

    // The older shape has no mark per flag: a failed one is left out.
    const older = await ask('/decide/?v=3', {});
    expect(older.featureFlags).toEqual({ all: true });
    expect(older.errorsWhileComputingFlags).toBe(true);
  } finally {
    await serin.close();
  }
});
