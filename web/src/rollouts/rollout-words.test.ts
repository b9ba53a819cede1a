import { expect, test } from 'vitest';
import { groupUnits } from 'serin/kernel/units';
import { armWords, comparisonWords, guardrailTitle, progressWords } from './guardrail-words.ts';
import { oddsWords, stateLabel } from './rollout-words.ts';

test('a pause says why', () => {
  expect(stateLabel({ state: 'holding', hold_reason: 'yellow' })).toBe(
    'Paused: a guardrail is yellow',
  );
  expect(stateLabel({ state: 'baking', hold_reason: null })).toBe('Watching');
});

test('arms are counted in people', () => {
  const none = { value: null, percentiles: null };
  const share = { unit: 'share', threshold: null } as const;
  expect(armWords({ ...none, people: 840, affected: 12, rate: 12 / 840 }, share)).toBe(
    '12 of 840 people (1.4 %)',
  );
  expect(armWords({ ...none, people: 0, affected: 0, rate: null }, share)).toBe('nobody yet');
});

test('groups are called by the name of their type', () => {
  const companies = groupUnits('company');
  const none = { value: null, percentiles: null, people: 0, affected: 0, rate: null };
  const share = { unit: 'share', threshold: null } as const;
  const one = { ...none, people: 1, affected: 1, rate: 1 };
  expect(armWords(one, share, companies)).toBe('1 of 1 company (100 %)');
  expect(armWords(none, share, companies)).toBe('none yet');
  const titled = (kind: string) => guardrailTitle({ kind, event: 'order' }, companies);
  expect(['exception_users', 'revenue_per_user', 'funnel', 'prometheus'].map(titled)).toEqual([
    'Companies with an exception',
    'Revenue per company from order',
    'Companies who get through to order',
    'Prometheus',
  ]);
  const undecided = { band: 'green', is_safe: false, people_left: 40, unit: 'share' } as const;
  expect(progressWords({ ...undecided, treatment: none, control: none }, companies)).toBe(
    'About 40 more companies with the flag until it can be proven safe.',
  );
});

test('durations and sums are told in their own unit', () => {
  const arm = { people: 840, affected: 12, rate: 12 / 840, value: 640.4 };
  const percentiles = { p50: 210.2, p95: 640.4, p99: 1900 };
  expect(armWords({ ...arm, percentiles }, { unit: 'ms', threshold: 480.6 })).toBe(
    'median 210, p95 640, p99 1,900 ms; 12 of 840 people waited over 481 ms',
  );
  const money = { ...arm, value: 13.84, percentiles: null };
  expect(armWords(money, { unit: 'number', threshold: null })).toBe(
    '13.8 (12 of 840 people had any)',
  );
  expect(
    comparisonWords({
      compare: 'delta_ms',
      unit: 'ms',
      effect: 119.7,
      effect_interval: null,
      treatment_interval: null,
    }),
  ).toBe('+120 ms against without.');
});

test('arms are compared by how often', () => {
  const none = {
    compare: 'ratio',
    unit: 'share' as const,
    effect: null,
    effect_interval: null,
    treatment_interval: null,
  };
  expect(comparisonWords(none)).toBe('Nothing to compare yet.');
  expect(
    comparisonWords({ ...none, effect: 3.68, effect_interval: { lower: 2.1, upper: null } }),
  ).toBe('3.7 times as often as without; 2.1 to any number of times is plausible.');
  expect(comparisonWords({ ...none, treatment_interval: { lower: 0, upper: 0.02 } })).toBe(
    'With the flag, a share between 0 % and 2 % is plausible.',
  );
  const points = { effect: -0.021, effect_interval: { lower: -0.04, upper: 0.001 } };
  expect(comparisonWords({ ...none, ...points, compare: 'pp' })).toBe(
    '-2.1 points against without; -4 points to +0.1 points is plausible.',
  );
});

test('odds are told without false precision', () => {
  expect(oddsWords(Math.log(3.14159))).toBe('3.1 to 1');
  expect(oddsWords(Math.log(1234.5))).toBe('1,235 to 1');
  expect(oddsWords(400)).toBe('over a million to 1');
});
