import { expect, test } from 'vitest';
import type { Filters } from '#flags/flag';
import { type KnownFlag, movementOf, partsBetween, rebasedChange } from './three-way.ts';

const share = (percent: number): Filters => ({
  groups: [{ properties: [], rollout_percentage: percent }],
});
const base: KnownFlag = {
  key: 'checkout',
  kind: 'release',
  name: '',
  tags: [],
  archived: false,
  deleted: false,
  ownerId: null,
  payloadSchema: null,
  active: true,
  filters: share(10),
  evaluationRuntime: 'all',
  evaluationContexts: [],
  bucketingIdentifier: 'distinct_id',
  ensureExperienceContinuity: false,
  isRemoteConfiguration: false,
  valueType: null,
  valueSource: null,
};
const wider = { ...base, filters: share(50) };
const paid = { ...base, filters: { ...share(10), payloads: { true: '1' } } };

test.each<[string, KnownFlag, KnownFlag, ReturnType<typeof movementOf>]>([
  ['nothing moved', wider, base, null],
  ['only words moved, which it does not touch', wider, { ...base, name: 'Words' }, null],
  ['others made the same change', wider, wider, null],
  [
    'the switch moved beside it',
    wider,
    { ...base, active: false },
    { apart: ['switch'], overlapping: [] },
  ],
  ['payloads moved beside it', wider, paid, { apart: ['payloads'], overlapping: [] }],
  [
    'the same part moved',
    wider,
    { ...base, filters: share(20) },
    { apart: [], overlapping: ['targeting'] },
  ],
  [
    'both moved',
    wider,
    { ...paid, filters: { ...paid.filters, ...share(20) } },
    { apart: ['payloads'], overlapping: ['targeting'] },
  ],
  [
    'words moved under words',
    { ...base, name: 'Mine' },
    { ...base, name: 'Theirs' },
    { apart: [], overlapping: ['words'] },
  ],
  [
    'it was archived',
    wider,
    { ...base, active: false, archived: true },
    { apart: ['switch'], overlapping: [] },
  ],
])('%s', (_what, proposed, current, movement) => {
  expect(movementOf(base, proposed, current)).toEqual(movement);
});

test('the change comes on top of what moved beside it', () => {
  const change = { filters: wider.filters, active: true, name: 'Words' };
  expect(rebasedChange(change, base, wider, { ...paid, active: false })).toEqual({
    name: 'Words',
    filters: { ...share(50), payloads: { true: '1' } },
  });
  const off = { filters: base.filters, active: false };
  expect(rebasedChange(off, base, { ...base, active: false }, wider)).toEqual({ active: false });
});

test('parts between two states', () => {
  expect(partsBetween(base, base)).toEqual([]);
  expect(partsBetween(base, { ...wider, key: 'other', tags: ['a'] })).toEqual([
    'targeting',
    'settings',
    'words',
  ]);
});
