// Answers funnels.
import { withEdges } from '../sql/breakdown-edges.ts';
import { breakdownOf } from '../sql/breakdown-filter.ts';
import type { Breakdown } from '../sql/breakdown.ts';
import { funnelStepsSql, funnelTrendSql, timeToConvertSql } from './funnels-sql.ts';
import {
  type FunnelTrendRow,
  type StepsRow,
  type TimeRow,
  funnelTrendResults,
  stepsResults,
  timeResults,
} from './funnels-answer.ts';
import { type FunnelPlan, type FunnelsQuery, funnelRange, planFunnel } from './funnels.ts';
import { type Answer, answerOf, type Inquiry } from '../scope.ts';

export async function answerFunnel(
  query: FunnelsQuery,
  inquiry: Inquiry,
  earliestMs: number | undefined,
): Promise<Answer> {
  const { calendar } = inquiry.scope;
  const breakdown = await funnelBreakdown(query, inquiry, earliestMs);
  const plan = planFunnel(query, breakdown, calendar, earliestMs);
  const results = await resultsOf(plan, inquiry);
  return answerOf(results, plan.funnel.range);
}

/** Ranges of numbers are cut by the events of the first step. */
export async function funnelBreakdown(
  query: FunnelsQuery,
  inquiry: Inquiry,
  earliestMs: number | undefined,
): Promise<Breakdown | undefined> {
  const wanted = breakdownOf(query.breakdownFilter);
  const [node] = query.series;
  if (!wanted || !node) return undefined;
  const range = funnelRange(query, inquiry.scope.calendar, earliestMs);
  return withEdges(wanted, { node, attr: 'series.0', narrowing: query, range }, inquiry);
}

async function resultsOf({ funnel, view }: FunnelPlan, { ask, scope }: Inquiry): Promise<unknown> {
  switch (view.kind) {
    case 'steps':
      return stepsResults(funnel, await ask<StepsRow>(funnelStepsSql(funnel, scope)));
    case 'time':
      return timeResults(
        await ask<TimeRow>(timeToConvertSql(funnel, view.stretch, view.bins, scope)),
      );
    case 'trend': {
      const sql = funnelTrendSql(funnel, view.stretch, view.buckets, scope);
      return funnelTrendResults(funnel, view, await ask<FunnelTrendRow>(sql), scope.calendar);
    }
  }
}
