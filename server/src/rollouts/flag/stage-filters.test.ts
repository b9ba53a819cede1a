import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileFlag, evaluateFlag } from '#flags/evaluate';
import type { Filters, Group, Property } from '#flags/flag';
import { findFlagProblem } from './flag-check.ts';
import { flagAfterRollback, flagAtStage, type FlagState, percentAt } from './stage-filters.ts';
import { aPlan, aPolicy, aStage } from '../test-builders.ts';

const email = (value: string): Property => ({
  key: 'email',
  type: 'person',
  operator: 'icontains',
  value,
});
const staff = aStage({
  name: 'staff',
  percent: 100,
  properties: [email('@x.io')],
  comparison: 'absolute',
});
const five = aStage({ name: '5 %', percent: 5 });
const half = aStage({ name: '50 %', percent: 50 });
const ladder = aPlan({ stages: [staff, five, half] });

const off: FlagState = {
  active: false,
  filters: { groups: [{ properties: [], rollout_percentage: 100 }] },
};
const live = (groups: readonly Group[], more: Partial<Filters> = {}): FlagState => ({
  active: true,
  filters: { groups, ...more },
});
const empty = live([{ properties: [], rollout_percentage: 0 }]);

/** What a person gets from a flag in some state. */
function valueOf(state: FlagState, distinctId: string, mail = ''): boolean | string {
  const definition = {
    id: 1,
    key: 'new-checkout',
    name: '',
    ...state,
    version: 1,
    evaluationRuntime: 'all',
    evaluationContexts: [],
    bucketingIdentifier: 'distinct_id',
    ensureExperienceContinuity: false,
    hasExperiment: false,
    isRemoteConfiguration: false,
    valueType: null,
    valueSource: null,
  } as const;
  const flag = compileFlag(definition, { compileRegex: () => undefined });
  const subject = { distinctId, personProperties: mail === '' ? {} : { email: mail } };
  const { enabled, variant } = evaluateFlag(flag, subject, { nowMs: 0 });
  return variant ?? enabled;
}

const describe = (state: FlagState) =>
  state.filters.groups.map((group) => [
    (group.properties ?? []).map((property) => String(property.value as string)).join(),
    group.rollout_percentage,
    group.variant,
  ]);

test('a percentage stage includes the named people of earlier stages', () => {
  expect(describe(flagAtStage(ladder, empty, 0))).toEqual([
    ['@x.io', 100, undefined],
    ['', 0, undefined],
  ]);
  expect(describe(flagAtStage(ladder, empty, 2))).toEqual([
    ['@x.io', 100, undefined],
    ['', 50, undefined],
  ]);
  expect([0, 1, 2].map((index) => percentAt(ladder, index))).toEqual([0, 5, 50]);
});

test('a flag that was off starts from nobody, whatever its condition sets said', () => {
  expect(describe(flagAtStage(ladder, off, 1))).toEqual([
    ['@x.io', 100, undefined],
    ['', 5, undefined],
  ]);
  expect(flagAtStage(ladder, off, 1).active).toBe(true);
});

test('condition sets for named people keep precedence, and everything else of the flag stays', () => {
  const base = live([{ properties: [email('@vip')], rollout_percentage: 30 }], {
    payloads: { true: '{"a":1}' },
    early_exit: true,
  });
  const { filters } = flagAtStage(ladder, base, 1);
  expect(describe({ active: true, filters })[0]).toEqual(['@vip', 30, undefined]);
  expect(filters).toMatchObject({ payloads: { true: '{"a":1}' }, early_exit: true });
});

test('a share that everyone had already lasts until the ladder takes over', () => {
  const base = live([{ rollout_percentage: 3 }]);
  expect(describe(flagAtStage(ladder, base, 0)).at(-1)).toEqual(['', 3, undefined]);
  expect(describe(flagAtStage(ladder, base, 1)).at(-1)).toEqual(['', 5, undefined]);
});

const multivariate = {
  multivariate: {
    variants: [
      { key: 'control', rollout_percentage: 100 },
      { key: 'test', rollout_percentage: 0 },
    ],
  },
};

test('of a multivariate flag the treatment is forced, and the others keep what the base says', () => {
  const plan = aPlan({ treatment: 'test', stages: [five, half] });
  const base = live([{ rollout_percentage: 100 }], multivariate);
  const values = Array.from({ length: 400 }, (_, i) =>
    valueOf(flagAtStage(plan, base, 1), `p${i}`),
  );
  expect(new Set(values)).toEqual(new Set(['control', 'test']));
  const share = values.filter((value) => value === 'test').length / values.length;
  expect(Math.abs(share - 0.5)).toBeLessThan(0.1);
});

test('widening never takes the change from anybody', () => {
  const plan = aPlan({ stages: [staff, five, half, aStage({ name: 'all', percent: 100 })] });
  fc.assert(
    fc.property(fc.string({ maxLength: 40 }), fc.boolean(), fc.nat(2), (id, isStaff, index) => {
      const mail = isStaff ? 'a@x.io' : 'a@y.io';
      const before = valueOf(flagAtStage(plan, empty, index), id, mail);
      const after = valueOf(flagAtStage(plan, empty, index + 1), id, mail);
      expect(after).toBe(before === true ? true : after);
    }),
  );
});

test('a rollback to zero keeps named people, and nobody else', () => {
  const state = flagAfterRollback(ladder, live([{ rollout_percentage: 3 }]), 2);
  expect(state.active).toBe(true);
  for (let i = 0; i < 200; i += 1) expect(valueOf(state, `p${i}`)).toBe(false);
  expect(valueOf(state, 'p1', 'ada@x.io')).toBe(true);
});

test('a stage of named people that does harm is taken back from them too', () => {
  const state = flagAfterRollback(ladder, empty, 0);
  expect(valueOf(state, 'p1', 'ada@x.io')).toBe(false);
});

test('a rollback of a flag that was off, without named people, leaves it as it was', () => {
  const plan = aPlan({ stages: [five, half] });
  expect(flagAfterRollback(plan, off, 1)).toEqual(off);
  expect(describe(flagAfterRollback(plan, empty, 1))).toEqual([['', 0, undefined]]);
});

test('other rollbacks: the stage before, or the flag switched off', () => {
  const back = (rollbackTo: 'previous_tier' | 'off', stageIndex: number) =>
    flagAfterRollback({ ...ladder, policy: aPolicy({ rollbackTo }) }, empty, stageIndex);
  expect(back('previous_tier', 2)).toEqual(flagAtStage(ladder, empty, 1));
  expect(back('previous_tier', 0)).toEqual(empty);
  expect(back('off', 2)).toEqual({ active: false, filters: empty.filters });
});

const flag = (filters: Partial<Filters>, more: object = {}) => ({
  active: true,
  filters: { groups: [{ rollout_percentage: 0 }], ...filters },
  bucketingIdentifier: 'distinct_id' as const,
  ensureExperienceContinuity: false,
  ...more,
});
const toTest = aPlan({ treatment: 'test' });

test.each([
  ['a variant of a boolean flag', toTest, flag({}), 'treatment: This flag is boolean'],
  ['no variant of a multivariate flag', ladder, flag(multivariate), 'treatment: Say which variant'],
  [
    'a variant that does not exist',
    aPlan({ treatment: 'x' }),
    flag(multivariate),
    'treatment: The flag has no variant “x”',
  ],
  [
    'a control that is the treatment',
    aPlan({ treatment: 'test', control: 'test' }),
    flag(multivariate),
    'control: Must be another',
  ],
  [
    'a flag for companies',
    ladder,
    flag({ aggregation_group_type_index: 0 }),
    'unit: This flag is given to groups',
  ],
  [
    'a flag for devices',
    ladder,
    flag({}, { bucketingIdentifier: 'device_id' }),
    'flag_key: This flag is given to devices',
  ],
  [
    'a flag that persists across login',
    ladder,
    flag({}, { ensureExperienceContinuity: true }),
    'flag_key: This flag persists',
  ],
  [
    'a holdout',
    ladder,
    flag({ holdout: { id: 1, exclusion_percentage: 5 } }),
    'flag_key: This flag has a holdout',
  ],
  [
    'a condition on a company',
    ladder,
    flag({ groups: [{ properties: [{ key: 'plan', type: 'group' }] }] }),
    'flag_key: The flag has a condition on a group',
  ],
  [
    'a share larger than the first stage',
    ladder,
    flag({ groups: [{ rollout_percentage: 20 }] }),
    'stages.1.percent: The flag already gives it to 20 %',
  ],
  ['early exit', ladder, flag({ early_exit: true }), 'flag_key: This flag stops at the first'],
  [
    'a running split',
    toTest,
    flag({
      groups: [{}],
      multivariate: {
        variants: [
          { key: 'test', rollout_percentage: 50 },
          { key: 'control', rollout_percentage: 50 },
        ],
      },
    }),
    'flag_key: The flag already splits everyone',
  ],
  [
    'a control of several variants',
    toTest,
    flag({
      groups: [{}],
      multivariate: {
        variants: [
          { key: 'control', rollout_percentage: 50 },
          { key: 'test', rollout_percentage: 0 },
          { key: 'third', rollout_percentage: 50 },
        ],
      },
    }),
    'flag_key: People without “test” get different values (“control”, “third”)',
  ],
  [
    'a variant for half of the people',
    toTest,
    flag({ groups: [{ rollout_percentage: 50 }], ...multivariate }),
    'get different values (“control”, nothing)',
  ],
] as const)('refuses %s', (_, plan, state, expected) => {
  const problem = findFlagProblem(plan, state);
  expect(`${problem?.field}: ${problem?.reason}`).toContain(expected);
});

test('groups are compared where the flag is given to groups of that type, by their own properties', () => {
  const ofCompanies = aPlan({ unit: 'company', stages: ladder.stages.slice(1) });
  const given = flag({ aggregation_group_type_index: 1 });
  const problem = (...[plan, state, index]: Parameters<typeof findFlagProblem>) =>
    findFlagProblem(plan, state, index)?.reason ?? null;
  expect(problem(ofCompanies, given, 1)).toBeNull();
  expect(problem(ofCompanies, given, 0)).toContain('not given to groups of the type “company”');
  expect(problem(ofCompanies, given)).toContain('No events have told of groups');
  expect(problem(ofCompanies, flag({}), 1)).toContain('not given to groups');
  const mixed = flag({ groups: [{ aggregation_group_type_index: 1, rollout_percentage: 0 }] });
  expect(problem(ladder, mixed)).toContain('by some condition sets and to groups by others');
  const groups = [{ properties: [{ key: 'plan', type: 'person' as const }] }];
  const named = { groups, aggregation_group_type_index: 1 };
  expect(problem(ofCompanies, flag(named), 1)).toContain('a condition on a person');
});

test('accepts flags that give nothing to anyone, or less than the first stage', () => {
  expect(findFlagProblem(ladder, flag({}))).toBeNull();
  expect(findFlagProblem(ladder, flag({ groups: [{ rollout_percentage: 5 }] }))).toBeNull();
  expect(findFlagProblem(ladder, { ...flag({ groups: [{}] }), active: false })).toBeNull();
  expect(findFlagProblem(toTest, flag({ groups: [{}], ...multivariate }))).toBeNull();
});
