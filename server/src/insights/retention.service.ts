// Answers retention.
import { withEdges } from './breakdown-edges.ts';
import { breakdownOf } from './breakdown-filter.ts';
import { type RetentionRow, retentionResults } from './retention-answer.ts';
import { retentionSql } from './retention-sql.ts';
import { type RetentionQuery, planRetention } from './retention.ts';
import { type Answer, answerOf, type Inquiry } from './scope.ts';

export async function answerRetention(
  query: RetentionQuery,
  inquiry: Inquiry,
  earliestMs: number | undefined,
): Promise<Answer> {
  const { scope, ask } = inquiry;
  const bare = planRetention(query, undefined, scope.calendar, earliestMs);
  const wanted = breakdownOf(query.breakdownFilter);
  const about = {
    node: bare.start,
    attr: 'retentionFilter.targetEntity',
    narrowing: query,
    range: bare.range,
  };
  const breakdown = wanted && (await withEdges(wanted, about, inquiry));
  const retention = { ...bare, breakdown };
  const rows = await ask<RetentionRow>(retentionSql(retention, scope));
  return answerOf(retentionResults(retention, rows, scope.calendar), retention.range);
}
