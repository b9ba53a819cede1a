// What an explanation says decided is what decided: its steps, walked by hand, lead to the outcome that
// evaluation gives, for any flag and anybody.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileRe2 } from '#properties';
import { type FlagExplanation, type StepExplanation, explainFlag } from './explain.ts';
import type { Evaluation, Filters, FlagDefinition, Group, Property, ReasonCode } from './flag.ts';
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

type Said = {
  readonly code: ReasonCode;
  readonly value: boolean | string;
  readonly index?: number | null;
  readonly forcedBy?: string;
};
type StepOf<K> = Extract<StepExplanation, { kind: K }>;

function afterKillSwitch({ flag: { value } }: StepOf<'kill_switch'>): Said {
  return value === null
    ? { code: 'missing_dependency', value: false }
    : { code: 'flag_disabled', forcedBy: 'kill_switch', value: false };
}

function afterConditions(conditions: FlagExplanation['conditions'], isEarlyExit: boolean): Said {
  const decider = conditions.find(
    ({ code, bucket }) =>
      code === 'condition_match' || (isEarlyExit && code === 'out_of_rollout_bound' && bucket),
  );
  if (decider) {
    const { code, index, variant } = decider;
    return { code, index, value: code === 'condition_match' && (variant?.key ?? true) };
  }
  const rank = ({ code }: { code: ReasonCode }) => RANKS[code] ?? 0;
  const best = conditions.toSorted((a, b) => rank(b) - rank(a) || b.index - a.index)[0];
  return { code: best?.code ?? 'no_condition_match', index: best?.index ?? null, value: false };
}

/** The outcome that follows from the explanation alone. */
function concluded({ steps, conditions }: FlagExplanation, isEarlyExit: boolean): Said {
  const decider = steps.find(({ decides }) => decides);
  switch (decider?.kind) {
    case 'switch':
      return { code: 'flag_disabled', value: false };
    case 'kill_switch':
      return afterKillSwitch(decider);
    case 'override':
      return { code: 'condition_match', forcedBy: 'override', value: decider.value ?? false };
    case 'dependencies':
      return { code: 'missing_dependency', value: false };
    case 'early_access': {
      const isIn = decider.value === true || decider.value === 'true';
      return { code: 'super_condition_value', index: 0, value: isIn };
    }
    case 'holdout':
      return { code: 'holdout_condition_value', value: 'holdout-1' };
    case 'conditions':
    case undefined:
      return afterConditions(conditions, isEarlyExit);
  }
}

function told({ enabled, variant, reason: { code, conditionIndex, forcedBy } }: Evaluation): Said {
  const value = enabled && (variant ?? true);
  return { code, value, index: conditionIndex, ...(forcedBy && { forcedBy }) };
}

test('the explanation leads to the outcome of evaluation', () => {
  fc.assert(
    fc.property(flag, others, subject, (definition, rest, asked) => {
      const { set, explained } = explain([definition, ...rest], asked);
      const [outcome] = evaluateFlags(set, asked, context, { keys: ['flag'], withDisabled: true });
      expect(explained?.outcome).toEqual(outcome);
      const { early_exit: isEarlyExit = false } = definition.filters;
      const said = explained && concluded(explained, isEarlyExit === true);
      expect({ index: null, ...said }).toEqual(outcome && told(outcome));
    }),
    { numRuns: 3000 },
  );
});

type Condition = FlagExplanation['conditions'][number];

/** The reasons that fit what is told of a set's properties and of the id's place. */
function fittingCodes({ bucket, properties }: Condition): ReasonCode[] {
  if (!bucket) return ['no_group_type', 'out_of_rollout_bound'];
  if (!properties.every(({ isMatched }) => isMatched)) return ['no_condition_match'];
  return [bucket.isIn ? 'condition_match' : 'out_of_rollout_bound'];
}

test('a set matches when each of its properties does, and takes in whom its share reaches', () => {
  fc.assert(
    fc.property(flag, others, subject, (definition, rest, asked) => {
      const { explained } = explain([definition, ...rest], asked);
      for (const condition of explained?.conditions ?? []) {
        expect(fittingCodes(condition)).toContain(condition.code);
      }
    }),
    { numRuns: 1000 },
  );
});
