import { expect, test } from 'vitest';
import {
  afterProposal,
  afterRetry,
  type BulkOutcome,
  changeOfOne,
  type Refused,
  refusedBy,
  wayOn,
} from './bulk-outcome.ts';

const refusal = (id: number, code: string, attr: string | null = null): Refused => ({
  id,
  key: `flag-${id}`,
  code,
  attr,
  detail: '',
  dependents: [],
});
const NEEDED = refusal(1, 'has_dependents', 'archived');
const GUARDED = refusal(2, 'approval_required', 'environment');
const MUTE = refusal(3, 'required', 'reason');
const GONE = refusal(4, 'not_found');
const OUTCOME: BulkOutcome = {
  action: { action: 'archive' },
  changed: 5,
  refused: [NEEDED, GUARDED, MUTE, GONE],
  proposed: [],
  forced: [],
};

test('each refusal has its way on, or none', () => {
  expect(OUTCOME.refused.map((one) => wayOn(OUTCOME, one))).toEqual([
    'force',
    'approval',
    'reason',
    null,
  ]);
  expect(refusedBy(OUTCOME, 'approval')).toEqual([GUARDED]);
});

test('nobody is asked twice, and tags need nobody’s approval', () => {
  expect(wayOn({ ...OUTCOME, forced: [1] }, NEEDED)).toBeNull();
  expect(wayOn({ ...OUTCOME, action: { action: 'add_tags', tags: [] } }, GUARDED)).toBeNull();
  expect(changeOfOne('delete')).toEqual({ deleted: true });
  expect(changeOfOne('set_owner')).toBeNull();
});

test('what was tried again moves to where it belongs now', () => {
  const next = refusal(1, 'approval_required');
  const result = { updated: [{ id: 3, key: 'flag-3', version: 2 }], unchanged: [] };
  const after = afterRetry(OUTCOME, [NEEDED, MUTE], { ...result, refused: [next] });
  expect(after.refused).toEqual([GUARDED, GONE, next]);
  expect(after.changed).toBe(6);
});

test('a proposal is told with its request, or with what speaks against it', () => {
  const after = afterProposal(OUTCOME, GUARDED, { request: 12 });
  expect(after.proposed).toEqual([{ id: 2, key: 'flag-2', request: 12 }]);
  expect(after.refused).toEqual([NEEDED, MUTE, GONE]);
  const against = { code: 'invalid_input', attr: null, detail: 'This changes nothing.' };
  const refused = afterProposal(OUTCOME, GUARDED, against);
  expect(refused.refused).toContainEqual({ ...GUARDED, ...against });
});
