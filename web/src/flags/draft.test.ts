import type { Filters } from 'serin/flags/flag';
import { expect, test } from 'vitest';
import { aStoredFlag } from './test-flag.ts';
import { draftFrom as draftOf, type EditedFlag, newGroup } from './draft.ts';
import { changeOf, filtersFrom, isSameDraft } from './draft-body.ts';

const draftFrom = ({ filters }: Pick<EditedFlag, 'filters'>) => draftOf(aStoredFlag(filters));

const FILTERS: Filters = {
  groups: [
    {
      description: 'Staff',
      properties: [
        { key: 'email', type: 'person', operator: 'icontains', value: '@acme.com' },
        { key: 'age', type: 'person', operator: 'between', value: [18, 30] },
        { key: 'seats', type: 'person', operator: 'gte', value: 5 },
        { key: 'plan', type: 'person', operator: 'exact', value: ['growth', 7, true] },
        { key: 'joined', type: 'person', operator: 'is_date_after', value: '-30d' },
        { key: 'id', type: 'cohort', operator: 'in', value: 12, cohort_name: 'beta' },
      ],
      rollout_percentage: 12.5,
      variant: 'test',
      sort_key: 'kept',
    },
  ],
  multivariate: {
    variants: [
      { key: 'control', rollout_percentage: 50 },
      { key: 'test', name: 'New', rollout_percentage: 50 },
    ],
  },
  payloads: { test: '{"a":1}' },
  holdout: { id: 3, exclusion_percentage: 5 },
};

test('a stored flag comes back from the form as it was, with what the form does not edit', () => {
  const draft = draftFrom({ filters: FILTERS });
  expect(filtersFrom(draft, FILTERS)).toEqual(FILTERS);
});

test('a condition without operator means exact, and a lone value becomes a list', () => {
  const filters: Filters = {
    groups: [{ properties: [{ key: 'plan', type: 'person', value: 'growth' }] }],
  };
  const draft = draftFrom({ filters });
  expect(filtersFrom(draft, filters).groups[0]).toEqual({
    properties: [{ key: 'plan', type: 'person', operator: 'exact', value: ['growth'] }],
    rollout_percentage: 100,
    variant: null,
  });
});

test('a boolean flag has no variants, overrides or variant payloads', () => {
  const draft = draftFrom({ filters: FILTERS });
  const filters = filtersFrom({ ...draft, kind: 'boolean', payload: ' 1 ' }, FILTERS);
  expect(filters.multivariate).toBeNull();
  expect(filters.payloads).toEqual({ true: '1' });
  expect(filters.groups[0]?.variant).toBeNull();
});

test('row keys do not make a change, an added set does', () => {
  const a = draftFrom({ filters: FILTERS });
  const b = draftFrom({ filters: FILTERS });
  expect(isSameDraft(a, b)).toBe(true);
  expect(isSameDraft(a, { ...b, groups: [...b.groups, newGroup()] })).toBe(false);
});

test('only what differs is sent', () => {
  const base = aStoredFlag(FILTERS);
  const draft = draftOf(base);
  expect(changeOf(draft, base)).toEqual({});
  expect(changeOf({ ...draft, contexts: ['web'], runtime: 'client' }, base)).toEqual({
    evaluation_runtime: 'client',
    evaluation_contexts: ['web'],
  });
  const { filters, ...rest } = changeOf({ ...draft, earlyExit: true }, base);
  expect(rest).toEqual({});
  expect(filters).toEqual({ ...FILTERS, early_exit: true });
});

test('whom shares are dealt out to comes back as it was, left out or said', () => {
  const filters: Filters = {
    aggregation_group_type_index: 1,
    groups: [
      { properties: [], rollout_percentage: 5, variant: null },
      { properties: [], rollout_percentage: 5, variant: null, aggregation_group_type_index: null },
      { properties: [], rollout_percentage: 5, variant: null, aggregation_group_type_index: 0 },
    ],
    multivariate: null,
    payloads: {},
  };
  const draft = draftFrom({ filters });
  expect(filtersFrom(draft, filters)).toEqual(filters);
  expect(filtersFrom({ ...draft, aggregation: null }, filters).aggregation_group_type_index).toBe(
    null,
  );
});
