// What a position keeps of guardrails that counted nothing: which of them people were told of, and which of these
// somebody has accepted. Both lapse once the guardrail counts again. In what way a rollback did not get through. And that
// somebody has approved what follows.

export const missingKey = (id: string): string => `missing:${id}`;
export const acceptedKey = (id: string): string => `accepted:${id}`;

const MISSING = missingKey('');
const ACCEPTED = acceptedKey('');

/** What somebody accepts who goes on after having been told. */
export function acceptanceOf(noted: readonly string[]): string[] {
  return noted
    .filter((key) => key.startsWith(MISSING))
    .map((key) => acceptedKey(key.slice(MISSING.length)))
    .filter((key) => !noted.includes(key));
}

/** What was accepted holds in the stages to come, too. */
export const onlyAccepted = (noted: readonly string[]): string[] =>
  noted.filter((key) => key.startsWith(ACCEPTED));

const STUCK = 'rollback_stuck:';
export const stuckKey = (trouble: 'write' | 'serve'): string => `${STUCK}${trouble}`;

/** The next rollback that does not get through is told again. */
export const forgetStuck = (noted: readonly string[]): string[] =>
  noted.filter((key) => !key.startsWith(STUCK));

/** Without what was noted of guardrails that count. */
export function forgetCounted(noted: readonly string[], counting: readonly string[]): string[] {
  const lapsed = new Set(counting.flatMap((id) => [missingKey(id), acceptedKey(id)]));
  return noted.filter((key) => !lapsed.has(key));
}

const APPROVED = 'approved';

/** A person has approved the next stage, and other gates were not open. */
export const APPROVAL: readonly string[] = [APPROVED];

export const isApproved = (noted: readonly string[]): boolean => noted.includes(APPROVED);

/** Whoever approved has seen what was so then: after any move somebody is asked again. */
export const forgetApproval = (noted: readonly string[]): string[] =>
  noted.filter((key) => key !== APPROVED);
