import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type ChangeClaim,
  type Protection,
  UNPROTECTED,
  isLooser,
  isProtected,
  missingFor,
} from './protection.ts';

const direct: ChangeClaim = { reason: null, approvals: 0, isSwitchOff: false };
const protection = fc.record({
  requireReason: fc.boolean(),
  requiredApprovals: fc.integer({ min: 0, max: 5 }),
  allowEmergencyOff: fc.boolean(),
});
const claim = fc.record({
  reason: fc.constantFrom(null, undefined, '', '  ', 'because'),
  approvals: fc.integer({ min: 0, max: 5 }),
  isSwitchOff: fc.boolean(),
});

test('an unprotected environment asks for nothing', () => {
  fc.assert(
    fc.property(claim, (asked) => {
      expect(missingFor(UNPROTECTED, asked)).toBeNull();
    }),
  );
});

test.each<[Partial<Protection>, Partial<ChangeClaim>, string | null]>([
  [{ requireReason: true }, {}, 'reason'],
  [{ requireReason: true }, { reason: '  ' }, 'reason'],
  [{ requireReason: true }, { reason: 'because' }, null],
  [{ requiredApprovals: 2 }, { reason: 'because', approvals: 1 }, 'approval'],
  [{ requiredApprovals: 2 }, { approvals: 2 }, null],
  [{ requiredApprovals: 2, requireReason: true }, { approvals: 2 }, 'reason'],
  [{ requiredApprovals: 2, requireReason: true }, { isSwitchOff: true }, null],
  [{ requiredApprovals: 2, allowEmergencyOff: false }, { isSwitchOff: true }, 'approval'],
  [{ requireReason: true, allowEmergencyOff: false }, { isSwitchOff: true }, 'reason'],
])('%j with %j lacks %s', (asks, claims, missing) => {
  expect(missingFor({ ...UNPROTECTED, ...asks }, { ...direct, ...claims })).toBe(missing);
});

test('what is not looser never lets through what was refused', () => {
  fc.assert(
    fc.property(protection, protection, claim, (before, after, asked) => {
      fc.pre(!isLooser(before, after) && missingFor(before, asked) !== null);
      expect(missingFor(after, asked)).not.toBeNull();
    }),
  );
});

test('whoever asks for a reason or an approval is protected', () => {
  expect(isProtected(UNPROTECTED)).toBe(false);
  expect(isProtected({ ...UNPROTECTED, requireReason: true })).toBe(true);
  expect(isProtected({ ...UNPROTECTED, requiredApprovals: 1 })).toBe(true);
});
