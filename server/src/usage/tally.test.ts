import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Evaluation } from '#flags/flag';
import { familyOfAgent, familyOfLib } from './sdk-family.ts';
import { Tally } from './tally.ts';
import { seriesOf, totalsBySdk } from './usage-series.ts';

const outcome = (key: string, fields: Partial<Evaluation> = {}): Evaluation => ({
  key,
  enabled: true,
  variant: null,
  payload: null,
  reason: { code: 'condition_match', conditionIndex: 0 },
  failed: false,
  ...fields,
});
const node = { environmentId: 1, sdk: 'posthog-node', asked: 'named' } as const;

test('outcomes are counted by flag and value; what failed has no value', () => {
  const tally = new Tally();
  const on = outcome('a');
  tally.answered(node, [on, outcome('b', { variant: 'blue' })]);
  tally.answered(node, [on, outcome('a', { enabled: false }), outcome('c', { failed: true })]);
  tally.answered({ ...node, environmentId: 2 }, [on]);
  expect(tally.take().usage).toEqual([
    { ...node, flag: 'a', value: 'true', count: 2 },
    { ...node, flag: 'b', value: 'blue', count: 1 },
    { ...node, flag: 'a', value: 'false', count: 1 },
    { ...node, environmentId: 2, flag: 'a', value: 'true', count: 1 },
  ]);
  expect(tally.take()).toEqual({ usage: [], calls: [], unknown: [] });
});

test('beyond the exact rate every sixteenth answer stands for sixteen', () => {
  const tally = new Tally();
  const on = outcome('a');
  const all = { ...node, asked: 'all' } as const;
  for (let i = 0; i < 500 + 16_000; i += 1) tally.answered(all, [on]);
  const [row] = tally.take().usage;
  expect(Math.abs((row?.count ?? 0) - 16_500)).toBeLessThanOrEqual(16);
  tally.startSecond();
  for (let i = 0; i < 500; i += 1) tally.answered(all, [on]);
  expect(tally.take().usage[0]?.count).toBe(500);
});

test('the last call counts, whatever order calls come in', () => {
  const tally = new Tally();
  for (const atMs of [5, 9, 7]) tally.called(1, 'a', atMs);
  expect(tally.take().calls).toEqual([{ environmentId: 1, flag: 'a', lastCalledMs: 9 }]);
});

test('keys that do not exist are bounded, whoever makes them up', () => {
  const tally = new Tally();
  for (let i = 0; i < 10_000; i += 1) tally.missed(1, `made-up-${i}`, 'other', i);
  tally.missed(1, 'made-up-0', 'posthog-go', 20_000);
  const { unknown } = tally.take();
  expect(unknown).toHaveLength(200);
  expect(unknown[0]).toEqual({
    environmentId: 1,
    flag: 'made-up-0',
    count: 2,
    sdk: 'posthog-go',
    lastCalledMs: 20_000,
  });
});

test.each([
  ['posthog-node/5.70.0', 'posthog-node'],
  ['posthog-python/7.53.0', 'posthog-python'],
  ['posthog-react-native/4.0.1', 'posthog-react-native'],
  ['Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0', 'browser'],
  ['openfeature/1', 'openfeature'],
  ['curl/8.5.0', 'other'],
  ['x'.repeat(10_000), 'other'],
  ['__proto__/1', 'other'],
  [undefined, 'other'],
])('the agent %s is %s', (agent, family) => {
  expect(familyOfAgent(agent)).toBe(family);
});

test.each([
  ['web', 'posthog-js'],
  ['posthog-python', 'posthog-python'],
  ['constructor', 'other'],
  ['', 'other'],
])('the library %s is %s', (lib, family) => {
  expect(familyOfLib(lib)).toBe(family);
});

test('series hold every point once, however many values there are', () => {
  const point = fc.record({
    step: fc.nat(9),
    value: fc.constantFrom(...Array.from({ length: 40 }, (_, i) => `v${i}`)),
    sdk: fc.constantFrom('web', 'posthog-node', 'unheard-of'),
    count: fc.nat(100),
  });
  fc.assert(
    fc.property(fc.array(point), (points) => {
      const total = points.reduce((sum, { count }) => sum + count, 0);
      const series = seriesOf(points, 10);
      expect(series.length).toBeLessThanOrEqual(13);
      expect(series.every(({ counts }) => counts.length === 10)).toBe(true);
      const drawn = series.flatMap(({ counts }) => counts).reduce((sum, count) => sum + count, 0);
      expect(drawn).toBe(total);
      const bySdk = totalsBySdk(points);
      expect(bySdk.reduce((sum, { count }) => sum + count, 0)).toBe(total);
    }),
  );
});
