import { expect, test } from 'vitest';
import { readSignals } from './signal.ts';

test('a body of our own, and what is missing in it by name', () => {
  const body = {
    flag_key: 'checkout',
    environment: 'staging',
    action: 'rollback',
    reason: 'Sentry: 900 new errors',
  };
  expect(readSignals(body)).toEqual([
    {
      flagKey: 'checkout',
      environment: 'staging',
      action: 'rollback',
      reason: 'Sentry: 900 new errors',
    },
  ]);
  expect(readSignals({ flag: 'a', reason: 'b' })).toEqual([
    { flagKey: 'a', environment: null, action: 'hold', reason: 'b' },
  ]);
  expect(readSignals(null)).toMatch(/JSON object/);
  expect(readSignals({ reason: 'b' })).toMatch(/^flag_key/);
  expect(readSignals({ flag: 'a' })).toMatch(/^reason/);
  expect(readSignals({ flag: 'a', reason: 'b', action: 'delete' })).toMatch(/^action/);
  expect(readSignals({ alerts: 1 })).toMatch(/^alerts/);
});

test('alerts of an Alertmanager that fire, not those that have ended', () => {
  const alert = (status: string, labels: object) => ({
    status,
    labels,
    annotations: { summary: 'p99 is up' },
  });
  const alerts = [
    alert('firing', { flag: 'a', env: 'production', serin_action: 'rollback', alertname: 'Slow' }),
    alert('resolved', { flag: 'b' }),
  ];
  expect(readSignals({ version: '4', alerts })).toEqual([
    { flagKey: 'a', environment: 'production', action: 'rollback', reason: 'p99 is up' },
  ]);
  expect(readSignals({ alerts: [alert('firing', {})] })).toMatch(/^flag_key/);
});
