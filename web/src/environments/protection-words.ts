// What an environment asks of whoever changes a flag there, in words.
import { missingFor, type Protection as Rules } from 'serin/accounts/protection';
import { plural } from '../ui/format.ts';

export type Protection = {
  readonly require_reason: boolean;
  readonly required_approvals: number;
  readonly allow_emergency_off: boolean;
};

/** The same as the rules of the server name it. */
export const rulesOf = (protection: Protection): Rules => ({
  requireReason: protection.require_reason,
  requiredApprovals: protection.required_approvals,
  allowEmergencyOff: protection.allow_emergency_off,
});

/** What a direct change still needs when nothing is said yet. */
export const missingForChange = (protection: Protection, isSwitchOff = false) =>
  missingFor(rulesOf(protection), { reason: null, approvals: 0, isSwitchOff });

/** Whether a change of a flag needs more than a press. */
export const isProtected = (protection: Protection): boolean =>
  protection.require_reason || protection.required_approvals > 0;

/** `A reason and 2 approvals`; null where nothing is asked. */
export function protectionWords(protection: Protection): string | null {
  const { require_reason: needsReason, required_approvals: approvals } = protection;
  const asked = [
    ...(needsReason ? ['a reason'] : []),
    ...(approvals > 0 ? [plural(approvals, 'approval', 'approvals')] : []),
  ];
  if (asked.length === 0) return null;
  const words = asked.join(' and ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What one more person must do, said to whoever cannot do it alone. */
export function approvalWords(environmentName: string, approvals: number): string {
  const who = approvals === 1 ? 'Somebody else' : `${approvals} other people`;
  return `${who} must approve before a flag changes in ${environmentName}.`;
}

/** `My Staging 2` → `my-staging-2`: a key that the server takes, as a suggestion. */
export function keyFrom(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '-')
    .replace(/^[^a-z0-9]+|-+$/g, '')
    .slice(0, 50);
}
