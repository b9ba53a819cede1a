// Evaluation for a request that names nobody: what no hash decides has its outcome, the rest fails as such.
import { aCohort } from '#app/test-cohort';
import { compileCohorts } from '#cohorts/compile';
import { expect, test } from 'vitest';
import { compileRe2 } from '#properties';
import type { Filters } from './flag.ts';
import { compileFlagSet, evaluateFlags } from './flag-set.ts';
import { NOON, aFlag, aSubject, when } from './test-flag.ts';

const PRO = { key: 'plan', type: 'person', operator: 'exact', value: 'pro' } as const;
const nobody = aSubject({ distinctId: '', isNameless: true, personProperties: { plan: 'pro' } });
const variants = {
  variants: [
    { key: 'a', rollout_percentage: 50 },
    { key: 'b', rollout_percentage: 50 },
  ],
};
const everyone = { groups: [{ rollout_percentage: 100 }] };

function outcomeOf(filters: Filters, subject = nobody) {
  const set = compileFlagSet([aFlag({ key: 'f', filters })], { compileRegex: compileRe2 });
  const context = { ...NOON, groupTypes: ['company'] };
  const [result] = evaluateFlags(set, subject, context, { keys: ['f'] });
  return result === set.byKey.get('f')?.nameless
    ? 'nameless'
    : (result?.variant ?? result?.enabled);
}

test.each<[string, Filters, unknown]>([
  ['everyone', everyone, true],
  ['nobody', { groups: [{ rollout_percentage: 0 }] }, false],
  ['a share', { groups: [{ rollout_percentage: 99.9 }] }, 'nameless'],
  ['a property', when([PRO]), true],
  ['another property', when([{ ...PRO, value: 'free' }], 50), false],
  ['a share of those with the property', when([PRO], 50), 'nameless'],
  ['variants', { ...everyone, multivariate: variants }, 'nameless'],
  [
    'a chosen variant',
    { groups: [{ rollout_percentage: 100, variant: 'b' }], multivariate: variants },
    'b',
  ],
  [
    'one variant for all',
    { ...everyone, multivariate: { variants: [{ key: 'a', rollout_percentage: 100 }] } },
    'a',
  ],
  ['a holdout', { ...everyone, holdout: { id: 1, exclusion_percentage: 10 } }, 'nameless'],
  ['an empty holdout', { ...everyone, holdout: { id: 1, exclusion_percentage: 0 } }, true],
  ['an early-access share', { ...everyone, super_groups: when([PRO], 50).groups }, 'nameless'],
  ['the id itself', when([{ ...PRO, key: 'distinct_id', operator: 'is_set' }]), false],
])('%s', (_name, filters, expected) => {
  expect(outcomeOf(filters)).toBe(expected);
});

test('a group is named although nobody is', () => {
  const filters = { aggregation_group_type_index: 0, groups: [{ rollout_percentage: 50 }] };
  const acme = { ...nobody, groups: { company: 'acme' } };
  expect(outcomeOf(filters, acme)).toEqual(expect.any(Boolean));
});

test('who depends on such a flag fails in the same way', () => {
  const base = aFlag({ id: 1, key: 'base', filters: when([PRO], 50) });
  const depends = when([{ key: '1', type: 'flag', operator: 'flag_evaluates_to', value: true }]);
  const set = compileFlagSet([base, aFlag({ id: 2, key: 'next', filters: depends })], {
    compileRegex: compileRe2,
  });
  const [result] = evaluateFlags(set, nobody, NOON, { keys: ['next'] });
  expect(result).toBe(set.byKey.get('next')?.nameless);
});

test('an empty id that somebody sends is an id: its hash is 0', () => {
  expect(outcomeOf(when([PRO], 50), { ...nobody, isNameless: false })).toBe(true);
});

test.each<[Filters, boolean]>([
  [everyone, false],
  [when([{ ...PRO, operator: 'is_date_after', value: '2026-01-01' }]), false],
  [when([{ ...PRO, operator: 'is_date_after', value: '-7d' }]), true],
  [when([{ ...PRO, value: '-7d' }]), false],
  [
    {
      ...everyone,
      super_groups: when([{ ...PRO, operator: 'is_date_before', value: '2h' }]).groups,
    },
    true,
  ],
  [when([{ key: 'id', type: 'cohort', value: 3 }]), true],
  [when([{ key: 'id', type: 'cohort', value: 4 }]), false],
])('%j uses the clock: %s', (filters, expected) => {
  const recent = { type: 'person', key: 'seen', operator: 'is_date_after', value: '-7d' } as const;
  const old = { ...recent, value: '2026-01-01' } as const;
  const cohorts = compileCohorts(
    [aCohort(3, { type: 'OR', values: [recent] }), aCohort(4, { type: 'OR', values: [old] })],
    compileRe2,
  );
  const options = { compileRegex: compileRe2, cohorts };
  expect(compileFlagSet([aFlag({ filters })], options).usesClock).toBe(expected);
  expect(compileFlagSet([aFlag({ filters, active: false })], options).usesClock).toBe(false);
});
