// Answers paths.
import { pathsSql } from './paths-sql.ts';
import { type PathEdge, type PathsQuery, planPaths } from './paths.ts';
import { type Answer, answerOf, type Inquiry } from '../scope.ts';

export async function answerPaths(
  query: PathsQuery,
  { scope, ask }: Inquiry,
  earliestMs: number | undefined,
): Promise<Answer> {
  const plan = planPaths(query, scope.calendar, earliestMs);
  const rows = await ask<[string, string, number, number]>(pathsSql(plan, scope));
  const results = rows.map(([source, target, value, average]): PathEdge => ({
    source,
    target,
    value,
    average_conversion_time: average,
  }));
  return answerOf(results, plan.range);
}
