import { expect, test } from 'vitest';
import { isForEveryone } from './everyone.ts';

const whole = { properties: [], rollout_percentage: 100 };
const condition = { key: 'plan', value: ['pro'], operator: 'exact', type: 'person' } as const;

test('only what nobody is left out of is for everyone', () => {
  expect(isForEveryone({ groups: [{ ...whole, properties: [condition] }, whole] })).toBe(true);
  const others = [
    { groups: [] },
    { groups: [{ ...whole, rollout_percentage: 99 }] },
    { groups: [{ ...whole, properties: [condition] }] },
    // Whoever asks without the group has nothing of it.
    { groups: [whole], aggregation_group_type_index: 0 },
    { groups: [{ ...whole, aggregation_group_type_index: 0 }] },
    { groups: [whole], feature_enrollment: true },
    { groups: [whole], super_groups: [whole] },
    { groups: [whole], holdout_groups: [whole] },
  ];
  expect(others.map((filters) => isForEveryone(filters as never))).toEqual(others.map(() => false));
});
