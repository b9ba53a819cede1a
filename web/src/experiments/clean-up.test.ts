import { expect, test } from 'vitest';
import { cleanUpSteps } from './clean-up.ts';

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 3, 1);
const at = (daysAgo: number) => new Date(NOW - daysAgo * DAY_MS).toISOString();
type Flag = Parameters<typeof cleanUpSteps>[0];
const variants = (control: number) => [
  { key: 'control', rollout_percentage: control },
  { key: 'test', rollout_percentage: 100 - control },
];
const flag = (more: object, control = 50) =>
  ({
    active: true,
    last_called_at: at(1),
    filters: { groups: [{ properties: [] }], multivariate: { variants: variants(control) } },
    ...more,
  }) as unknown as Flag;

test('a flag is cleaned up once it gives one value, and code asks for it no more', () => {
  const told = (one: Flag, endedDaysAgo = 30) =>
    cleanUpSteps(one, NOW - endedDaysAgo * DAY_MS, NOW).map(({ isDone }) => isDone);
  const shipped = {
    groups: [{ properties: [], rollout_percentage: 100, variant: 'test' }],
    multivariate: { variants: variants(50) },
  };
  const groups = [{ properties: [{ key: 'plan' }] }];
  expect(told(flag({}))).toEqual([false, false, false]);
  expect(told(flag({ last_called_at: at(8) }))).toEqual([false, false, false]);
  expect(told(flag({ filters: shipped }))).toEqual([true, false, false]);
  expect(told(flag({ filters: shipped, last_called_at: at(8) }))).toEqual([true, true, false]);
  // Just ended: there was no time to remove anything.
  expect(told(flag({ filters: shipped, last_called_at: at(8) }), 1)).toEqual([true, false, false]);
  expect(told(flag({ active: false, last_called_at: null }))).toEqual([true, true, false]);
  expect(told(flag({}, 0))).toEqual([true, false, false]);
  expect(told(flag({ filters: { ...shipped, groups } }))).toEqual([false, false, false]);
  const [first] = cleanUpSteps(flag({ filters: shipped }), NOW, NOW);
  expect(first?.label).toBe('Everyone gets test');
});
