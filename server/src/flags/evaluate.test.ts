import { expect, test } from 'vitest';
import { aCohort } from '#app/test-cohort';
import { compileCohorts } from '#cohorts/compile';
import { compileFlag, evaluateFlag, needsStoredPerson } from './evaluate.ts';
import type { FlagDefinition, Property } from './flag.ts';
import { compileFlagSet, evaluateFlags } from './flag-set.ts';
import { compileRe2 } from '#properties';
import { NOON, aFlag, aSubject, when } from './test-flag.ts';
import vectors from './vectors/scenarios.vectors.json' with { type: 'json' };

const options = { compileRegex: compileRe2 };

function evaluate(flag: FlagDefinition, subject = aSubject(), context = NOON) {
  return evaluateFlag(compileFlag(flag, options), subject, context);
}

const scenarioFlags = Object.entries(vectors.flags).map(([key, flag], i) =>
  aFlag({ ...(flag as Partial<FlagDefinition>), id: i + 1, key }),
);
// Cohort 12 is told by properties, cohort 99 lists people (nobody of these).
const cohorts = compileCohorts(
  [
    aCohort(12, {
      type: 'OR',
      values: [
        {
          type: 'AND',
          values: [
            { type: 'person', key: 'plan', operator: 'exact', value: 'pro' },
            { type: 'person', key: 'age', operator: 'gte', value: 18 },
          ],
        },
        {
          type: 'AND',
          values: [{ type: 'person', key: 'staff', operator: 'exact', value: 'yes' }],
        },
      ],
    }),
    aCohort(99, undefined),
  ],
  compileRe2,
);
const scenarioSet = compileFlagSet(scenarioFlags, { ...options, cohorts });

test.each(vectors.scenarios)('scenario $row: $flag for $distinctId', (row) => {
  const [result] = evaluateFlags(
    scenarioSet,
    aSubject({
      distinctId: row.distinctId,
      personProperties: row.personProperties,
      groups: row.groups,
      groupProperties: row.groupProperties,
    }),
    { ...NOON, groupTypes: ['company'] },
    { keys: [row.flag] },
  );
  const told = result && {
    value: result.enabled && (result.variant ?? true),
    code: result.reason.code,
    conditionIndex: result.reason.conditionIndex,
  };
  expect(told ?? null).toEqual(row.expected);
});

test('stored properties decide where the request has none (rows 6 and 10)', () => {
  const flags = new Map(scenarioFlags.map((flag) => [flag.key, flag]));
  const acme = aSubject({ distinctId: 'distinct_id_2', personProperties: { email: 'x@acme.com' } });
  expect(evaluate(flags.get('multivariate-flag') as FlagDefinition, acme)).toMatchObject({
    variant: 'second-variant',
    reason: { conditionIndex: 0 },
  });
  const pro = aSubject({ personProperties: { plan: 'pro' } });
  expect(evaluate(flags.get('early') as FlagDefinition, pro).enabled).toBe(false);
});

test('continuity: the stored id, then the one before login, then the distinct id', () => {
  const flag = aFlag({
    key: 'simple-flag',
    ensureExperienceContinuity: true,
    filters: when([], 45),
  });
  // distinct_id_1 is in at 45 %, distinct_id_0 is out.
  const identified = aSubject({ distinctId: 'distinct_id_0' });
  expect(evaluate(flag, identified).enabled).toBe(false);
  expect(evaluate(flag, { ...identified, anonDistinctId: 'distinct_id_1' }).enabled).toBe(true);
  const stored = { ...identified, hashKeyOverrides: { 'simple-flag': 'distinct_id_1' } };
  expect(evaluate(flag, stored).enabled).toBe(true);
  expect(evaluate(flag, { ...stored, anonDistinctId: 'distinct_id_3' }).enabled).toBe(true);
  const plain = aFlag({ key: 'simple-flag', filters: when([], 45) });
  expect(evaluate(plain, { ...stored, anonDistinctId: 'distinct_id_1' }).enabled).toBe(false);
});

test('an inactive flag is off, whatever its conditions', () => {
  expect(evaluate(aFlag({ active: false }))).toMatchObject({
    enabled: false,
    reason: { code: 'flag_disabled', conditionIndex: null },
  });
});

test('payloads: of the variant, or of true; only when on', () => {
  const filters = {
    groups: [{ properties: [is('plan', 'pro')], variant: 'blue' }, { rollout_percentage: 0 }],
    multivariate: { variants: [{ key: 'blue', rollout_percentage: 100 }] },
    payloads: { blue: '{"hex":"#00f"}', true: '"on"' },
  };
  const pro = aSubject({ personProperties: { plan: 'pro' } });
  expect(evaluate(aFlag({ filters }), pro).payload).toBe('{"hex":"#00f"}');
  expect(evaluate(aFlag({ filters })).payload).toBeNull();
  const boolean = { groups: [{}], payloads: { true: '"on"' } };
  expect(evaluate(aFlag({ filters: boolean })).payload).toBe('"on"');
});

test('equal outcomes are the same object', () => {
  const flag = compileFlag(aFlag({ filters: when([], 50) }), options);
  const results = Array.from({ length: 100 }, (_, n) =>
    evaluateFlag(flag, aSubject({ distinctId: `u${n}` }), NOON),
  );
  expect(new Set(results).size).toBe(2);
});

test('without a device id a device flag skips the set, and early exit does not stop there', () => {
  const flag = aFlag({
    bucketingIdentifier: 'device_id',
    filters: {
      early_exit: true,
      groups: [{ rollout_percentage: 100 }, { aggregation_group_type_index: 0 }],
    },
  });
  const context = { ...NOON, groupTypes: ['company'] };
  expect(evaluate(flag, aSubject(), context)).toMatchObject({
    enabled: false,
    reason: { code: 'out_of_rollout_bound', conditionIndex: 0 },
  });
  const member = aSubject({ groups: { company: 7 } });
  expect(evaluate(flag, member, context)).toMatchObject({
    enabled: true,
    reason: { conditionIndex: 1 },
  });
});

test('early access: who opted in or out is settled before rollout and conditions', () => {
  const flag = aFlag({
    key: 'beta',
    filters: { feature_enrollment: true, groups: when([], 0).groups },
  });
  const asked = (value: unknown) =>
    evaluate(flag, aSubject({ personProperties: { '$feature_enrollment/beta': value as never } }));
  expect(asked(true)).toMatchObject({ enabled: true, reason: { code: 'super_condition_value' } });
  expect(asked('true').enabled).toBe(true);
  expect(asked(false)).toMatchObject({ enabled: false, reason: { code: 'super_condition_value' } });
  expect(evaluate(flag).reason.code).toBe('out_of_rollout_bound');
});

test('early access in its older form, holdouts in theirs', () => {
  const key = '$feature_enrollment/new-checkout';
  const filters = {
    groups: when([], 0).groups,
    super_groups: when([is(key, ['true'])]).groups,
  };
  const optedIn = aSubject({ personProperties: { [key]: 'true' } });
  expect(evaluate(aFlag({ filters }), optedIn)).toMatchObject({ enabled: true });
  const optedOut = aSubject({ personProperties: { [key]: 'false' } });
  expect(evaluate(aFlag({ filters }), optedOut).reason.code).toBe('super_condition_value');
  const held = {
    groups: [{}],
    holdout_groups: [{ properties: [], rollout_percentage: 10, variant: 'holdout-7' }],
  };
  const inHoldout = evaluate(aFlag({ filters: held }), aSubject({ distinctId: 'user-31' }));
  expect(inHoldout).toMatchObject({ variant: 'holdout-7', reason: { conditionIndex: null } });
  expect(
    evaluate(aFlag({ filters: held }), aSubject({ distinctId: 'user-77' })).variant,
  ).toBeNull();
});

test('distinct_id is a property of everyone', () => {
  const flag = aFlag({ filters: when([is('distinct_id', 'user-1')]) });
  expect(evaluate(flag).enabled).toBe(true);
  expect(evaluate(flag, aSubject({ distinctId: 'user-2' })).enabled).toBe(false);
});

test('a missing first-touch property is read from the current one', () => {
  const flag = aFlag({ filters: when([is('$initial_utm_source', 'news')]) });
  const current = aSubject({ personProperties: { utm_source: 'news' } });
  expect(evaluate(flag, current).enabled).toBe(true);
  const stored = aSubject({ personProperties: { $initial_utm_source: null, utm_source: 'news' } });
  expect(evaluate(flag, stored).enabled).toBe(false);
});

test('properties that every object inherits are not the person’s', () => {
  expect(evaluate(aFlag({ filters: when([is('toString', 'x', 'is_set')]) })).enabled).toBe(false);
  expect(evaluate(aFlag({ filters: when([is('__proto__', 'x', 'is_not_set')]) })).enabled).toBe(
    true,
  );
});

test('the group key is a property of the group', () => {
  const property: Property = {
    key: '$group_key',
    type: 'group',
    group_type_index: 0,
    value: 'acme',
  };
  const context = { ...NOON, groupTypes: ['company'] };
  const flag = aFlag({ filters: when([property]) });
  expect(evaluate(flag, aSubject({ groups: { company: 'acme' } }), context).enabled).toBe(true);
  expect(evaluate(flag, aSubject({ groups: { company: 'other' } }), context).enabled).toBe(false);
});

test('negation turns a condition round, but never a broken one', () => {
  const negated = (property: object) =>
    evaluate(aFlag({ filters: when([property as Property]) })).enabled;
  expect(negated({ key: 'plan', type: 'person', value: 'pro', negation: true })).toBe(true);
  expect(negated({ key: 'plan', operator: 'sounds_like', value: 'pro', negation: true })).toBe(
    false,
  );
  expect(negated({ key: 'x', type: 'planet', value: 'pro', negation: true })).toBe(false);
  expect(negated({ key: 'id', type: 'cohort', value: 5, negation: true })).toBe(false);
});

test('with the person unread only flags that need a missing property fail', () => {
  const byPlan = aFlag({ filters: when([is('plan', 'pro')]) });
  const unread = aSubject({ isPersonUnread: true });
  expect(evaluate(byPlan, unread)).toMatchObject({ enabled: false, failed: true });
  expect(evaluate(aFlag(), unread)).toMatchObject({ enabled: true, failed: false });
  const sent = { ...unread, personProperties: { plan: 'pro' } };
  expect(evaluate(byPlan, sent)).toMatchObject({ enabled: true, failed: false });
});

test('which stored properties a flag needs is known ahead', () => {
  const compile = (filters: FlagDefinition['filters'], active = true) =>
    compileFlag(aFlag({ filters, active }), options);
  expect(needsStoredPerson(compile(when([is('plan', 'pro')])), {})).toBe(true);
  expect(needsStoredPerson(compile(when([is('plan', 'pro')])), { plan: null })).toBe(false);
  expect(needsStoredPerson(compile(when([is('plan', 'pro')]), false), {})).toBe(false);
  expect(needsStoredPerson(compile(when([is('distinct_id', 'x')])), {})).toBe(false);
  expect(needsStoredPerson(compile({ groups: [], feature_enrollment: true }), {})).toBe(true);
  expect(needsStoredPerson(compile(when([], 50)), {})).toBe(false);
});

test('a value nested deeper than the stack fails that flag alone', () => {
  let deep: unknown = 1;
  for (let i = 0; i < 100_000; i += 1) deep = [deep];
  const subject = aSubject({ personProperties: { plan: deep as never } });
  expect(evaluate(aFlag({ filters: when([is('plan', 'pro')]) }), subject).failed).toBe(true);
});

function is(
  key: string,
  value: Property['value'],
  operator: Property['operator'] = 'exact',
): Property {
  return { key, type: 'person', operator, value: value ?? null };
}
