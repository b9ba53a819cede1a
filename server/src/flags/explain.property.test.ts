// What an explanation says decided is what decided: its steps, walked by hand, lead to the outcome that
// evaluation gives, for any flag and anybody.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileRe2 } from '#properties';
import { explainFlag, type FlagExplanation } from './explain.ts';
import type { Filters, FlagDefinition, Group, Property, ReasonCode } from './flag.ts';
import { compileFlagSet, evaluateFlags } from './flag-set.ts';
import type { Subject } from './subject.ts';
import { NOON, aFlag, aSubject } from './test-flag.ts';

const context = { ...NOON, groupTypes: ['company'] };
const KILL_ID = 2;
const OTHER_ID = 3;

const keys = fc.constantFrom('plan', 'email', '$initial_browser', 'distinct_id');
const values = fc.constantFrom('pro', 'free', 5, true, null, 'user-1');
const property: fc.Arbitrary<Property> = fc.oneof(
  fc.record({
    key: keys,
    type: fc.constant('person' as const),
    operator: fc.constantFrom('exact', 'is_not', 'is_set', 'icontains', 'gte', 'regex'),
    value: values,
    negation: fc.boolean(),
  }),
  fc.record({
    key: fc.constantFrom('tier', '$group_key'),
    type: fc.constant('group' as const),
    group_type_index: fc.constantFrom(0, 1),
    operator: fc.constantFrom('exact', 'is_set'),
    value: fc.constantFrom('gold', 'acme'),
  }),
  fc.record({
    key: fc.constantFrom(String(OTHER_ID), 'nowhere'),
    type: fc.constant('flag' as const),
    operator: fc.constant('flag_evaluates_to' as const),
    value: fc.constantFrom<(boolean | string)[]>(true, false, 'b'),
  }),
);
const group: fc.Arbitrary<Group> = fc.record({
  properties: fc.array(property, { maxLength: 2 }),
  rollout_percentage: fc.constantFrom(0, 30, 60, 100, null),
  variant: fc.constantFrom(null, 'a', 'gone'),
  aggregation_group_type_index: fc.constantFrom(null, 0, 1),
});
const filters: fc.Arbitrary<Filters> = fc.record(
  {
    groups: fc.array(group, { maxLength: 4 }),
    multivariate: fc.constantFrom(null, {
      variants: [
        { key: 'a', rollout_percentage: 30 },
        { key: 'b', rollout_percentage: 70 },
      ],
    }),
    early_exit: fc.boolean(),
    feature_enrollment: fc.boolean(),
    holdout: fc.constantFrom(null, { id: 1, exclusion_percentage: 40 }),
  },
  { requiredKeys: ['groups'] },
);
const flag: fc.Arbitrary<FlagDefinition> = fc
  .record({
    filters,
    active: fc.integer({ min: 0, max: 9 }).map((dice) => dice > 0),
    killSwitchId: fc.constantFrom(null, KILL_ID, 99),
    bucketingIdentifier: fc.constantFrom('distinct_id', 'device_id'),
    ensureExperienceContinuity: fc.boolean(),
    overrides: fc.constantFrom(
      [],
      [{ distinctId: 'user-1', value: 'a' }],
      [{ distinctId: 'user-1', value: false }],
    ),
  })
  .map((changes) => aFlag({ id: 1, key: 'flag', ...changes }));
const others = fc
  .record({ isKilled: fc.boolean(), other: filters })
  .map(({ isKilled, other }) => [
    aFlag({ id: KILL_ID, key: 'kill', active: isKilled }),
    aFlag({ id: OTHER_ID, key: 'other', filters: { ...other, groups: other.groups.slice(0, 1) } }),
  ]);
const subject = fc
  .record({
    distinctId: fc.constantFrom('user-1', 'user-2', 'user-3', ''),
    personProperties: fc.dictionary(
      fc.constantFrom('plan', 'email', '$browser', '$feature_enrollment/flag'),
      values,
    ),
    deviceId: fc.constantFrom(null, 'device-1'),
    anonDistinctId: fc.constantFrom(null, 'anon-1'),
    groups: fc.constantFrom({}, { company: 'acme' }, { company: 7 }),
    groupProperties: fc.constantFrom({}, { company: { tier: 'gold' } }),
  })
  .map(aSubject);

function explain(flags: FlagDefinition[], asked: Subject) {
  const set = compileFlagSet(flags, { compileRegex: compileRe2 });
  const question = { subject: asked, context, given: asked };
  return { set, explained: explainFlag(set, 'flag', question, compileRe2) };
}

/** The rank by which evaluation chooses among sets that took nobody in. */
const RANKS: Partial<Record<ReasonCode, number>> = {
  out_of_rollout_bound: 3,
  no_condition_match: 2,
  no_group_type: 1,
};

/** The outcome that follows from the explanation alone. */
function concluded({ steps, conditions }: FlagExplanation, isEarlyExit: boolean) {
  const decider = steps.find(({ decides }) => decides);
  switch (decider?.kind) {
    case 'switch':
      return { code: 'flag_disabled' };
    case 'kill_switch': {
      const { value } = decider.flag;
      const isOn = value !== null && value !== false;
      return isOn
        ? { code: 'flag_disabled', forcedBy: 'kill_switch' }
        : { code: 'missing_dependency' };
    }
    case 'override':
      return { code: 'condition_match', forcedBy: 'override', value: decider.value };
    case 'dependencies':
      return { code: 'missing_dependency' };
    case 'early_access':
      return {
        code: 'super_condition_value',
        isOn: [true, 'true'].includes(decider.value as never),
      };
    case 'holdout':
      return { code: 'holdout_condition_value' };
    default: {
      let best: FlagExplanation['conditions'][number] | undefined;
      for (const condition of conditions) {
        const { code, index, bucket, variant } = condition;
        if (code === 'condition_match') {
          return { code, index, value: variant?.key ?? true };
        }
        if (isEarlyExit && code === 'out_of_rollout_bound' && bucket) return { code, index };
        if (!best || (RANKS[code] ?? 0) >= (RANKS[best.code] ?? 0)) best = condition;
      }
      return { code: best?.code ?? 'no_condition_match', index: best?.index ?? null };
    }
  }
}

test('the explanation leads to the outcome of evaluation', () => {
  fc.assert(
    fc.property(flag, others, subject, (definition, rest, asked) => {
      const { set, explained } = explain([definition, ...rest], asked);
      const [outcome] = evaluateFlags(set, asked, context, { keys: ['flag'], withDisabled: true });
      expect(explained?.outcome).toEqual(outcome);
      if (!explained || !outcome) return;
      const said = concluded(explained, definition.filters.early_exit === true);
      expect(said.code).toBe(outcome.reason.code);
      if ('forcedBy' in said) expect(said.forcedBy).toBe(outcome.reason.forcedBy);
      if ('index' in said) expect(said.index).toBe(outcome.reason.conditionIndex);
      if ('isOn' in said) expect(said.isOn).toBe(outcome.enabled);
      if ('value' in said) expect(said.value).toBe(outcome.enabled && (outcome.variant ?? true));
    }),
    { numRuns: 3000 },
  );
});

test('a set matches when each of its properties does, and takes in whom its share reaches', () => {
  fc.assert(
    fc.property(flag, others, subject, (definition, rest, asked) => {
      const { set, explained } = explain([definition, ...rest], asked);
      for (const { code, bucket, properties } of explained?.conditions ?? []) {
        const isWhole = properties.every(({ isMatched }) => isMatched);
        if (!bucket) expect(['no_group_type', 'out_of_rollout_bound']).toContain(code);
        else if (!isWhole) expect(code).toBe('no_condition_match');
        else expect(code).toBe(bucket.isIn ? 'condition_match' : 'out_of_rollout_bound');
      }
    }),
    { numRuns: 1000 },
  );
});
