// What an issue is, and when it has come back.

/** As PostHog's API names them; in words: open, resolved, ignored. */
export const ISSUE_STATUSES = ['active', 'resolved', 'suppressed'] as const;
export type IssueStatus = (typeof ISSUE_STATUSES)[number];

export type Issue = {
  readonly id: string;
  readonly environmentId: number;
  /** What it is counted by; those of issues that were joined to it count with it. */
  readonly fingerprint: string;
  readonly name: string;
  readonly description: string;
  readonly place: string;
  readonly library: string;
  readonly status: IssueStatus;
  readonly owner: { readonly id: string; readonly name: string; readonly email: string } | null;
  readonly firstSeen: Date;
  readonly lastSeen: Date;
  readonly firstRelease: string;
  readonly resolvedAt: Date | null;
  readonly resolvedReleases: readonly string[];
  readonly regressedAt: Date | null;
  readonly spikeAt: Date | null;
  readonly version: number;
};

/**
 * Whether an exception shows that a resolved issue is back: it happened after it was resolved, and not in a release
 * that had it before, which people go on using.
 */
export function isRegression(
  issue: Pick<Issue, 'status' | 'resolvedAt' | 'resolvedReleases'>,
  seen: { readonly atMs: number; readonly release: string },
): boolean {
  return (
    issue.status === 'resolved' &&
    issue.resolvedAt !== null &&
    seen.atMs > issue.resolvedAt.getTime() &&
    (seen.release === '' || !issue.resolvedReleases.includes(seen.release))
  );
}
