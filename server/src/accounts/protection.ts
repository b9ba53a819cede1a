// What an environment asks of whoever changes who gets a flag there, and whether one change meets it. Pure:
// the web app asks the same function what a change needs.

export type Protection = {
  /** Every change says why. */
  readonly requireReason: boolean;
  /** People other than the author who must have approved; 0: nobody. */
  readonly requiredApprovals: number;
  /** Switching a flag off, and nothing else, is possible at once by anyone. */
  readonly allowEmergencyOff: boolean;
};

export const UNPROTECTED: Protection = {
  requireReason: false,
  requiredApprovals: 0,
  allowEmergencyOff: true,
};

/** What a change claims for itself. */
export type ChangeClaim = {
  readonly reason: string | null | undefined;
  /** Different people, none of them the author. */
  readonly approvals: number;
  /** The flag goes off and nothing else changes. */
  readonly isSwitchOff: boolean;
};

/** What is missing before the change may be made; null: nothing. */
export function missingFor(
  protection: Protection,
  claim: ChangeClaim,
): 'reason' | 'approval' | null {
  if (claim.isSwitchOff && protection.allowEmergencyOff) return null;
  if (claim.approvals < protection.requiredApprovals) return 'approval';
  const hasReason = (claim.reason ?? '').trim() !== '';
  return protection.requireReason && !hasReason ? 'reason' : null;
}

/** True when `after` asks for less than `before` in any respect. */
export function isLooser(before: Protection, after: Protection): boolean {
  return (
    (before.requireReason && !after.requireReason) ||
    after.requiredApprovals < before.requiredApprovals ||
    (!before.allowEmergencyOff && after.allowEmergencyOff)
  );
}

export const isProtected = ({ requireReason, requiredApprovals }: Protection): boolean =>
  requireReason || requiredApprovals > 0;
