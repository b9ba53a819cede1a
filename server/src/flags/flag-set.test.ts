import { expect, test } from 'vitest';
import type { FlagDefinition } from './flag.ts';
import { compileFlagSet, evaluateFlags } from './flag-set.ts';
import { storedNeeds } from './stored-needs.ts';
import type { JsonObject } from '#kernel/json';
import { compileRe2 } from '#properties';
import { NOON, aFlag, aSubject, when } from './test-flag.ts';

function setOf(...flags: FlagDefinition[]) {
  return compileFlagSet(
    flags.map((flag, i) => ({ ...flag, id: i + 1 })),
    { compileRegex: compileRe2 },
  );
}

function dependsOn(target: string, value: boolean | string = true) {
  return when([{ key: target, type: 'flag', operator: 'flag_evaluates_to', value }]);
}

test('only active flags, in the order of their keys', () => {
  const set = setOf(aFlag({ key: 'b' }), aFlag({ key: 'c', active: false }), aFlag({ key: 'a' }));
  expect(evaluateFlags(set, aSubject(), NOON).map(({ key }) => key)).toEqual(['a', 'b']);
  const some = evaluateFlags(set, aSubject(), NOON, { keys: ['b', 'unknown'] });
  expect(some.map(({ key }) => key)).toEqual(['b']);
});

test('a dependency may be named by id or by key, and is evaluated though nobody asked for it', () => {
  const set = setOf(
    aFlag({ key: 'base' }),
    aFlag({ key: 'by-id', filters: dependsOn('1') }),
    aFlag({ key: 'by-key', filters: dependsOn('by-id') }),
  );
  const [result] = evaluateFlags(set, aSubject(), NOON, { keys: ['by-key'] });
  expect(result).toMatchObject({ enabled: true, reason: { code: 'condition_match' } });
  expect(set.chains.get('by-key')).toEqual(['base', 'by-id', 'by-key']);
});

test('unknown and cyclic targets give missing_dependency', () => {
  const set = setOf(
    aFlag({ key: 'lost', filters: dependsOn('nowhere') }),
    aFlag({ key: 'left', filters: dependsOn('right') }),
    aFlag({ key: 'right', filters: dependsOn('left') }),
    aFlag({ key: 'self', filters: dependsOn('self') }),
    aFlag({ key: 'outside', filters: dependsOn('left') }),
  );
  for (const result of evaluateFlags(set, aSubject(), NOON)) {
    expect(result).toMatchObject({
      enabled: false,
      reason: { code: 'missing_dependency', conditionIndex: null },
    });
  }
});

test('inactive targets and those this request must not see are false', () => {
  const set = setOf(
    aFlag({ key: 'off', active: false }),
    aFlag({ key: 'server-only', evaluationRuntime: 'server' }),
    aFlag({ key: 'wants-off', filters: dependsOn('off', false) }),
    aFlag({ key: 'wants-server', filters: dependsOn('server-only') }),
  );
  const isOffered = (flag: FlagDefinition) => flag.evaluationRuntime === 'all';
  const results = evaluateFlags(set, aSubject(), NOON, { isOffered });
  expect(results.map(({ key, enabled }) => [key, enabled])).toEqual([
    ['wants-off', true],
    ['wants-server', false],
  ]);
});

test('flags that depend on a failed flag fail with it', () => {
  const set = setOf(
    aFlag({ key: 'base', filters: when([{ key: 'plan', type: 'person', value: 'pro' }]) }),
    aFlag({ key: 'dependent', filters: dependsOn('base') }),
    aFlag({ key: 'free' }),
  );
  const results = evaluateFlags(set, aSubject({ isPersonUnread: true }), NOON);
  expect(results.map(({ failed }) => failed)).toEqual([true, true, false]);
});

test('whether the stored person is needed counts what dependencies need', () => {
  const set = setOf(
    aFlag({ key: 'base', filters: when([{ key: 'plan', type: 'person', value: 'pro' }]) }),
    aFlag({ key: 'dependent', filters: dependsOn('base') }),
    aFlag({ key: 'free' }),
  );
  const needsPerson = (personProperties: JsonObject, keys?: string[]) =>
    storedNeeds(set, { personProperties }, NOON, { keys }).person;
  expect(needsPerson({})).toBe(true);
  expect(needsPerson({ plan: 'free' })).toBe(false);
  expect(needsPerson({}, ['dependent'])).toBe(true);
  expect(needsPerson({}, ['free'])).toBe(false);
});
