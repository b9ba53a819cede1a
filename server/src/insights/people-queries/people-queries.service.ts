// Answers stickiness and lifecycle.
import {
  type Lifecycle,
  type LifecycleQuery,
  lifecycleResults,
  lifecycleSql,
  planLifecycle,
} from './lifecycle.ts';
import { type Answer, answerOf, type Inquiry } from '../scope.ts';
import {
  type StickinessQuery,
  stickinessPeriods,
  stickinessResult,
  stickinessSql,
} from './stickiness.ts';

export async function answerStickiness(
  query: StickinessQuery,
  { scope, ask }: Inquiry,
  earliestMs: number | undefined,
): Promise<Answer> {
  const periods = stickinessPeriods(query, scope.calendar, earliestMs);
  const asked = periods.flatMap((period) => query.series.map((_, index) => ({ period, index })));
  const results = await Promise.all(
    asked.map(async ({ period, index }) => {
      const rows = await ask<[number, number]>(stickinessSql(query, index, period, scope));
      return stickinessResult(query, index, periods, period, rows);
    }),
  );
  return answerOf(results, periods[0].range);
}

export async function answerLifecycle(
  query: LifecycleQuery,
  { scope, ask }: Inquiry,
  earliestMs: number | undefined,
): Promise<Answer> {
  const plan = planLifecycle(query, scope.calendar, earliestMs);
  const rows = await ask<[number, Lifecycle, number]>(lifecycleSql(plan, scope));
  return answerOf(lifecycleResults(plan, rows), plan.range);
}
