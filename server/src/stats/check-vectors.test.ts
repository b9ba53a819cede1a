import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkVectors, type Vector } from './check-vectors.ts';

const vectors = JSON.parse(
  readFileSync(new URL('./vectors/rollout.vectors.json', import.meta.url), 'utf8'),
) as Vector[];

// Signing webhooks is no statistic; it is checked where webhooks are sent.
const statistical = vectors.filter((vector) => vector.method !== 'webhook.sign');

test('every independently computed vector is met within its tolerance', () => {
  const failures = checkVectors(statistical).filter((result) => result.failure !== null);
  expect(failures).toEqual([]);
  expect(statistical.length).toBe(52);
});

test('a wrong value, a missing field and an unknown method are each reported as failures', () => {
  const tolerance = { rel: 1e-8, abs: 1e-10 };
  const results = checkVectors([
    {
      name: 'wrong',
      method: 'normal.logCdf',
      input: { x: -1 },
      expected: { value: -1.8 },
      tolerance,
    },
    { name: 'absent', method: 'normal.logCdf', input: {}, expected: { value: 0 }, tolerance },
    { name: 'unknown', method: 'no.such', input: {}, expected: {}, tolerance },
  ]);
  expect(results.map((result) => result.failure)).toEqual([
    expect.stringMatching(/^value: got -1\.84102164500926\d+, expected -1\.8$/),
    'input.x must be a number',
    'no function is known as "no.such"',
  ]);
});
