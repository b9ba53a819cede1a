import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileFlag, evaluateFlag } from './evaluate.ts';
import { type Filters, type Group, OPERATORS, PROPERTY_TYPES } from './flag.ts';
import { compileFlagSet, evaluateFlags } from './flag-set.ts';
import { compileRe2 } from '#properties';
import { NOON, aFlag, aSubject } from './test-flag.ts';

const options = { compileRegex: compileRe2 };
const keys = fc.constantFrom('plan', 'email', 'age', 'version', 'since', 'distinct_id');
const values = fc.oneof(
  fc.constantFrom('pro', 'true', '1.2.3', '2026-01-01', '-7d', 5, true, null, '^a', '['),
  fc.array(fc.constantFrom('pro', 'free', 1, 5), { maxLength: 3 }),
);
const property = fc.record({
  key: keys,
  type: fc.constant('person' as const),
  operator: fc.constantFrom(...OPERATORS),
  value: values,
  negation: fc.boolean(),
});
const percentage = fc.oneof(
  fc.constantFrom(0, 1, 45, 50, 99.9, 100, null),
  fc.double({ min: 0, max: 100, noNaN: true }),
);
const group: fc.Arbitrary<Group> = fc.record({
  properties: fc.array(property, { maxLength: 4 }),
  rollout_percentage: percentage,
  variant: fc.constantFrom(null, 'a', 'b', 'nope'),
});
const filters: fc.Arbitrary<Filters> = fc.record({
  groups: fc.array(group, { maxLength: 5 }),
  multivariate: fc.constantFrom(null, {
    variants: [
      { key: 'a', rollout_percentage: 30 },
      { key: 'b', rollout_percentage: 70 },
    ],
  }),
  payloads: fc.constantFrom({}, { a: '1', true: '2' }),
  early_exit: fc.boolean(),
});
const subject = fc
  .record({
    distinctId: fc.string({ maxLength: 20 }),
    personProperties: fc.dictionary(keys, values, { maxKeys: 5 }),
  })
  .map(aSubject);

function evaluate(from: unknown, asked: ReturnType<typeof aSubject>) {
  return evaluateFlag(compileFlag(aFlag({ filters: from as Filters }), options), asked, NOON);
}

test('raising the percentage of the last condition set never takes the flag from anyone', () => {
  fc.assert(
    fc.property(filters, group, percentage, subject, (before, last, share, asked) => {
      const [low, high] = [last.rollout_percentage ?? 100, share ?? 100].toSorted((a, b) => a - b);
      const withShare = (value: number | undefined) => ({
        ...before,
        groups: [...before.groups, { ...last, rollout_percentage: value ?? 100 }],
      });
      const earlier = evaluate(withShare(low), asked);
      const later = evaluate(withShare(high), asked);
      expect(earlier.enabled ? later : earlier).toEqual(earlier);
    }),
    { numRuns: 1000 },
  );
});

test('raising any percentage never switches the flag off for anyone', () => {
  fc.assert(
    fc.property(filters, fc.nat(4), percentage, subject, (before, at, share, asked) => {
      const groups = before.groups.map((each, i) =>
        i === at
          ? { ...each, rollout_percentage: Math.max(each.rollout_percentage ?? 100, share ?? 100) }
          : each,
      );
      const isLost =
        evaluate(before, asked).enabled && !evaluate({ ...before, groups }, asked).enabled;
      expect(isLost).toBe(false);
    }),
    { numRuns: 1000 },
  );
});

test('the order of the properties within a set changes nothing', () => {
  fc.assert(
    fc.property(filters, subject, (before, asked) => {
      const groups = before.groups.map((each) => ({
        ...each,
        properties: each.properties?.toReversed() ?? [],
      }));
      expect(evaluate({ ...before, groups }, asked)).toEqual(evaluate(before, asked));
    }),
    { numRuns: 1000 },
  );
});

test('a later condition set never changes what an earlier one decided', () => {
  fc.assert(
    fc.property(filters, group, subject, (before, added, asked) => {
      const earlier = evaluate(before, asked);
      const later = evaluate({ ...before, groups: [...before.groups, added] }, asked);
      expect(earlier.enabled ? later : earlier).toEqual(earlier);
      const isNew = later.enabled && !earlier.enabled;
      expect(isNew ? later.reason.conditionIndex : before.groups.length).toBe(before.groups.length);
    }),
    { numRuns: 1000 },
  );
});

test('only named variants come out, with their own payload, and only when on', () => {
  fc.assert(
    fc.property(filters, subject, (any, asked) => {
      const { enabled, variant, payload } = evaluate(any, asked);
      const variants = any.multivariate?.variants.map(({ key }) => key) ?? [];
      expect([null, ...variants]).toContain(variant);
      expect(enabled || variant === null).toBe(true);
      expect(payload).toBe(enabled ? (any.payloads?.[variant ?? 'true'] ?? null) : null);
    }),
    { numRuns: 1000 },
  );
});

test('a person keeps the variant while the percentage grows', () => {
  const multivariate = {
    variants: [
      { key: 'a', rollout_percentage: 50 },
      { key: 'b', rollout_percentage: 50 },
    ],
  };
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), percentage, (distinctId, share) => {
      const at = (value: number | null) =>
        evaluate(
          { groups: [{ rollout_percentage: value }], multivariate },
          aSubject({ distinctId }),
        );
      expect(at(share).enabled ? at(share).variant : at(100).variant).toBe(at(100).variant);
    }),
  );
});

const anything = fc.jsonValue({ maxDepth: 4 });
const almostFilters = fc.oneof(
  anything,
  fc.record(
    {
      groups: fc.oneof(
        anything,
        fc.array(
          fc.oneof(
            anything,
            fc.record({
              properties: fc.oneof(
                anything,
                fc.array(
                  fc.oneof(
                    anything,
                    fc.record({
                      key: fc.oneof(keys, anything),
                      type: fc.oneof(fc.constantFrom(...PROPERTY_TYPES), anything),
                      operator: fc.oneof(fc.constantFrom(...OPERATORS), anything),
                      value: anything,
                      group_type_index: anything,
                      dependency_chain: anything,
                    }),
                  ),
                ),
              ),
              rollout_percentage: anything,
              variant: anything,
              aggregation_group_type_index: anything,
            }),
          ),
        ),
      ),
      multivariate: fc.oneof(anything, fc.record({ variants: anything })),
      payloads: anything,
      holdout: fc.oneof(anything, fc.record({ id: anything, exclusion_percentage: anything })),
      holdout_groups: anything,
      super_groups: anything,
      feature_enrollment: anything,
      aggregation_group_type_index: anything,
    },
    { requiredKeys: [] },
  ),
);

test('any JSON at all gives an outcome', () => {
  const context = { ...NOON, groupTypes: ['company'] };
  fc.assert(
    fc.property(
      almostFilters,
      fc.dictionary(fc.string(), anything),
      anything,
      (raw, person, groups) => {
        const set = compileFlagSet(
          [
            aFlag({ id: 1, key: 'a', filters: raw as unknown as Filters }),
            aFlag({ id: 2, key: 'plan' }),
          ],
          options,
        );
        const asked = aSubject({
          personProperties: person as never,
          groups: { company: groups },
          groupProperties: { company: person as never },
        });
        const [result] = evaluateFlags(set, asked, context);
        expect(result?.failed).toBe(false);
        expect(typeof result?.enabled).toBe('boolean');
      },
    ),
    { numRuns: 3000 },
  );
});
