import { expect, test } from 'vitest';
import { withGroupTypes } from './group-types.ts';

const names = { from: ['company', 'team'], to: ['team', undefined, 'company'] };

test('numbers of group types follow their names, wherever they stand', () => {
  const filters = {
    aggregation_group_type_index: 0,
    groups: [
      {
        aggregation_group_type_index: 1,
        properties: [
          { key: 'a', type: 'group', group_type_index: 0 },
          { key: 'b', type: 'person' },
        ],
      },
      { aggregation_group_type_index: null },
    ],
    super_groups: [{ properties: [{ key: 'c', type: 'group', group_type_index: 1 }] }],
  } as const;
  expect(withGroupTypes(filters, names)).toEqual({
    aggregation_group_type_index: 2,
    groups: [
      {
        aggregation_group_type_index: 0,
        properties: [
          { key: 'a', type: 'group', group_type_index: 2 },
          { key: 'b', type: 'person' },
        ],
      },
      { aggregation_group_type_index: null },
    ],
    super_groups: [{ properties: [{ key: 'c', type: 'group', group_type_index: 0 }] }],
  });
});

test('a type that is missing is named', () => {
  const filters = { groups: [{ aggregation_group_type_index: 0 }] };
  expect(withGroupTypes(filters, { ...names, to: [] })).toEqual({ missing: 'company' });
  expect(withGroupTypes(filters, { from: [], to: [] })).toEqual({ missing: '0' });
});

test('filters without groups stay as they are', () => {
  const filters = { groups: [{ properties: [], rollout_percentage: 5 }], early_exit: true };
  expect(withGroupTypes(filters, { from: [], to: [] })).toEqual(filters);
});
