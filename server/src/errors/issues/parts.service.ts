// What an issue consists of: the fingerprints that were joined in it, each told by its newest exception.
import type { ProjectCtx } from '#platform/ctx';
import type { Title } from '../grouping/title.ts';
import { listFingerprints } from './fingerprints.store.ts';
import { getIssue } from './issue.service.ts';
import { listLatest, withTitles } from './latest.query.ts';

export type IssuePart = Title & {
  readonly fingerprint: string;
  /** The issue's own, which cannot be split off. */
  readonly isOwn: boolean;
  readonly events: number;
  readonly lastMs: number;
};

/** More say nothing to anybody. */
const MAX_PARTS = 100;

/** The issue's own first, then those that happened last; without those of which nothing is stored any more. */
export async function listIssueParts(ctx: ProjectCtx, id: string): Promise<readonly IssuePart[]> {
  const issue = await getIssue(ctx, id);
  const fingerprints = await listFingerprints(ctx.db, id);
  const asked = { environmentId: ctx.environment.id, fingerprints };
  const parts = (await listLatest(ctx.clickhouse, asked))
    .map((part) => ({ ...part, isOwn: part.fingerprint === issue.fingerprint }))
    .toSorted((a, b) => Number(b.isOwn) - Number(a.isOwn) || b.lastMs - a.lastMs)
    .slice(0, MAX_PARTS);
  const titled = await withTitles(ctx.clickhouse, asked.environmentId, parts);
  return titled.map(({ title, ...part }) => ({ ...part, ...title }));
}
