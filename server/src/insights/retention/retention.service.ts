// Answers retention.
import { withEdges } from '../sql/breakdown-edges.ts';
import { breakdownOf } from '../sql/breakdown-filter.ts';
import { type RetentionRow, retentionResults } from './retention-answer.ts';
import { retentionSql } from './retention-sql.ts';
import { type Retention, type RetentionQuery, planRetention } from './retention.ts';
import { type Answer, answerOf, type Inquiry } from '../scope.ts';

export async function answerRetention(
  query: RetentionQuery,
  inquiry: Inquiry,
  earliestMs: number | undefined,
): Promise<Answer> {
  const { scope, ask } = inquiry;
  const retention = await retentionOf(query, inquiry, earliestMs);
  const rows = await ask<RetentionRow>(retentionSql(retention, scope));
  return answerOf(retentionResults(retention, rows, scope.calendar), retention.range);
}

/** What is asked, with ranges of numbers cut by the start events. */
export async function retentionOf(
  query: RetentionQuery,
  inquiry: Inquiry,
  earliestMs: number | undefined,
): Promise<Retention> {
  const bare = planRetention(query, undefined, inquiry.scope.calendar, earliestMs);
  const wanted = breakdownOf(query.breakdownFilter);
  if (!wanted) return bare;
  const { start: node, range } = bare;
  const about = { node, attr: 'retentionFilter.targetEntity', narrowing: query, range };
  return { ...bare, breakdown: await withEdges(wanted, about, inquiry) };
}
