// What decides before any condition set is asked: kill switches and overrides.
import { expect, test } from 'vitest';
import { compileFlagSet, evaluateFlags } from './flag-set.ts';
import type { FlagDefinition, FlagOverride } from './flag.ts';
import { compileRe2 } from '#properties';
import { NOON, aFlag, aSubject, when } from './test-flag.ts';

const KILL_ID = 50;
const setOf = (...flags: FlagDefinition[]) => compileFlagSet(flags, { compileRegex: compileRe2 });
const off = { groups: [{ rollout_percentage: 0 }] };
const twoVariants = {
  groups: [{ rollout_percentage: 100, variant: 'a' }],
  multivariate: {
    variants: [
      { key: 'a', rollout_percentage: 50 },
      { key: 'b', rollout_percentage: 50 },
    ],
  },
  payloads: { b: '"B"' },
};
const overridesOf = (values: Record<string, boolean | string>): FlagOverride[] =>
  Object.entries(values).map(([distinctId, value]) => ({ distinctId, value }));

function ask(set: ReturnType<typeof setOf>, key: string, changes = {}) {
  const [result] = evaluateFlags(set, aSubject(changes), NOON, { keys: [key] });
  return result;
}

test('an override wins over every condition, with the payload of its variant', () => {
  const set = setOf(
    aFlag({ id: 1, key: 'on', filters: off, overrides: overridesOf({ 'user-1': true }) }),
    aFlag({ id: 2, key: 'off', overrides: overridesOf({ 'user-1': false }) }),
    aFlag({ id: 3, key: 'b', filters: twoVariants, overrides: overridesOf({ 'user-1': 'b' }) }),
  );
  const reason = { code: 'condition_match', conditionIndex: null, forcedBy: 'override' };
  expect(ask(set, 'on')).toMatchObject({ enabled: true, variant: null, reason });
  expect(ask(set, 'off')).toMatchObject({ enabled: false, reason });
  expect(ask(set, 'b')).toMatchObject({ enabled: true, variant: 'b', payload: '"B"', reason });
  expect(ask(set, 'b', { distinctId: 'USER-1' })).toMatchObject({ variant: 'a' });
});

test('an override wins over early access, holdout, a missing dependency and an unread person', () => {
  const filters = {
    ...when([{ key: 'nowhere', type: 'flag', value: true }]),
    feature_enrollment: true,
    holdout: { id: 1, exclusion_percentage: 100 },
  };
  const set = setOf(
    aFlag({ id: 1, key: 'x', filters, overrides: overridesOf({ 'user-1': true }) }),
    aFlag({
      id: 2,
      key: 'y',
      filters: when([{ key: 'plan', type: 'person', value: 'pro' }]),
      overrides: overridesOf({ 'user-1': true }),
    }),
  );
  expect(ask(set, 'x')).toMatchObject({ enabled: true, variant: null });
  expect(ask(set, 'y', { isPersonUnread: true })).toMatchObject({ enabled: true, failed: false });
});

test('an override with a value that the flag cannot have counts for nothing', () => {
  const values = { 'user-1': true, 'user-2': 'gone', 'user-3': 'b' };
  const set = setOf(
    aFlag({ id: 1, key: 'b', filters: twoVariants, overrides: overridesOf(values) }),
    aFlag({ id: 2, key: 'bool', filters: off, overrides: overridesOf({ 'user-1': 'b' }) }),
  );
  expect(ask(set, 'b')).toMatchObject({ variant: 'a' });
  expect(ask(set, 'b', { distinctId: 'user-2' })).toMatchObject({ variant: 'a' });
  expect(ask(set, 'b', { distinctId: 'user-3' })).toMatchObject({ variant: 'b' });
  expect(ask(set, 'bool')).toMatchObject({ enabled: false, reason: { conditionIndex: 0 } });
});

test('a kill switch that is on for someone makes the flag off for them, before everything else', () => {
  const set = setOf(
    aFlag({
      id: KILL_ID,
      key: 'kill',
      filters: when([{ key: 'country', type: 'person', value: 'DE' }]),
    }),
    aFlag({
      id: 1,
      key: 'x',
      killSwitchId: KILL_ID,
      overrides: overridesOf({ 'user-1': true }),
    }),
    aFlag({ id: 2, key: 'wants-x', filters: when([{ key: 'x', type: 'flag', value: true }]) }),
  );
  const german = { personProperties: { country: 'DE' } };
  expect(ask(set, 'x', german)).toMatchObject({
    enabled: false,
    reason: { code: 'flag_disabled', conditionIndex: null, forcedBy: 'kill_switch' },
  });
  expect(ask(set, 'wants-x', german)).toMatchObject({ enabled: false });
  expect(ask(set, 'x', { personProperties: { country: 'FR' } })).toMatchObject({ enabled: true });
  // Whether it is killed is not known: the client keeps what it had.
  expect(ask(set, 'x', { isPersonUnread: true })).toMatchObject({ failed: true });
});

test('a kill switch protects those too who may not see it; one that is off or gone does nothing', () => {
  const kill = aFlag({ id: KILL_ID, key: 'kill', evaluationRuntime: 'server' });
  const flag = aFlag({ id: 1, key: 'x', killSwitchId: KILL_ID });
  const isOffered = ({ evaluationRuntime }: FlagDefinition) => evaluationRuntime !== 'server';
  const [hidden] = evaluateFlags(setOf(kill, flag), aSubject(), NOON, { keys: ['x'], isOffered });
  expect(hidden).toMatchObject({ enabled: false, reason: { forcedBy: 'kill_switch' } });
  expect(ask(setOf({ ...kill, active: false }, flag), 'x')).toMatchObject({ enabled: true });
  expect(ask(setOf(flag), 'x')).toMatchObject({ enabled: true });
});

test('flags that kill each other are off, and evaluation ends', () => {
  const set = setOf(
    aFlag({ id: 1, key: 'a', killSwitchId: 2, overrides: overridesOf({ 'user-1': true }) }),
    aFlag({ id: 2, key: 'b', killSwitchId: 1 }),
  );
  for (const key of ['a', 'b']) {
    expect(ask(set, key)).toMatchObject({
      enabled: false,
      reason: { code: 'missing_dependency' },
    });
  }
});
