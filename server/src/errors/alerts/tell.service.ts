// Tells people of new issues and of those that are back, in the transaction that makes them so: once each.
import { queueNotification } from '#notify';
import type { ProjectCtx } from '#platform/ctx';
import type { Issue } from '../issues/issue.ts';
import type { Kind } from '../grouping/batch.ts';
import { type IssueNews, issueMessage, manyNewMessage, subjectOf } from './news.ts';
import { findRules } from './rules.store.ts';

/** 1 h: what was received longer ago, such as history that is brought over, is no news. */
const NEWS_MS = 3_600_000;
/** More new issues at once are told together. */
const TOLD_ALONE = 3;

type Told = {
  readonly added: readonly { readonly id: string; readonly kind: Kind }[];
  readonly back: readonly { readonly issue: Issue; readonly release: string }[];
};

export async function tellOfIssues(tx: ProjectCtx, { added, back }: Told): Promise<void> {
  if (added.length + back.length === 0) return;
  const rules = await findRules(tx.db, tx.environment.id);
  const sinceMs = tx.clock.now() - NEWS_MS;
  const fresh = added.filter(({ kind }) => kind.last.receivedMs >= sinceMs);
  if (rules.newIssue) await tellNew(tx, fresh);
  if (!rules.regression) return;
  for (const { issue, release } of back) await tellOf(tx, issue, { kind: 'regression', release });
}

async function tellNew(tx: ProjectCtx, fresh: Told['added']): Promise<void> {
  const issues = fresh.map(({ id, kind }) => ({ id, ...kind.title, release: kind.first.release }));
  if (issues.length <= TOLD_ALONE) {
    for (const issue of issues) await tellOf(tx, issue, { kind: 'new', release: issue.release });
    return;
  }
  const message = manyNewMessage(issues, tx.environment);
  const subject = `errors:${tx.environment.id}`;
  await queueNotification(tx, { projectId: tx.projectId, subject, message });
}

export async function tellOf(
  tx: ProjectCtx,
  issue: Pick<Issue, 'id' | 'name' | 'description' | 'place'>,
  news: IssueNews,
): Promise<void> {
  const message = issueMessage(issue, tx.environment, news);
  const subject = subjectOf(issue.id);
  await queueNotification(tx, { projectId: tx.projectId, subject, message });
}
