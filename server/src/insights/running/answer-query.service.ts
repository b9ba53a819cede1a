// Answers questions about events, each kind by its own service.
import { SerinError, fail } from '#kernel/errors';
import { answerActors } from '../actors/actors.service.ts';
import { actorsOfCohort, perCohort, tagFunnel, tagOne, tagTrend } from '../sql/cohort-breakdown.ts';
import { answerEvents } from '../events/events-query.service.ts';
import { answerFunnel } from '../funnels/funnels.service.ts';
import { type SqlInquiry, answerHogql } from '../hogql/hogql.service.ts';
import { findEarliestMs } from './insights.query.ts';
import type { Asking } from '../insights.service.ts';
import { answerPaths } from '../paths/paths.service.ts';
import { answerLifecycle, answerStickiness } from '../people-queries/people-queries.service.ts';
import type { Query } from '../query.ts';
import type { DateRange } from '../question.ts';
import { answerRetention } from '../retention/retention.service.ts';
import type { Inquiry } from '../scope.ts';
import { answerTrends } from '../trends/trends.service.ts';

/** The answer to a query, in the shape of PostHog's API. */
export function answerQuery(query: Query, inquiry: SqlInquiry, asking: Asking) {
  return withPaths(() => answerKind(query, inquiry, asking));
}

async function answerKind(query: Query, inquiry: SqlInquiry, asking: Asking) {
  if (query.kind === 'HogQLQuery') return answerHogql(query, inquiry);
  if (query.kind === 'EventsQuery') {
    return answerEvents(query, inquiry, asking.ctx.db);
  }
  const { dateRange } = query.kind === 'ActorsQuery' ? query.source.source : query;
  const earliestMs = await earliestFor(dateRange, inquiry, asking);
  const names = (id: number) => inquiry.scope.cohorts.byId.get(id)?.name ?? String(id);
  switch (query.kind) {
    case 'TrendsQuery':
      return perCohort(query, names, tagTrend, (one) => answerTrends(one, inquiry, earliestMs));
    case 'FunnelsQuery':
      return perCohort(query, names, tagFunnel, (one) => answerFunnel(one, inquiry, earliestMs));
    case 'RetentionQuery':
      return perCohort(query, names, tagOne, (one) => answerRetention(one, inquiry, earliestMs));
    case 'StickinessQuery':
      return answerStickiness(query, inquiry, earliestMs);
    case 'LifecycleQuery':
      return answerLifecycle(query, inquiry, earliestMs);
    case 'PathsQuery':
      return answerPaths(query, inquiry, earliestMs);
    case 'ActorsQuery':
      return answerActors(actorsOfCohort(query), inquiry, earliestMs, asking.ctx.db);
  }
}

/** When the environment's first event happened, where the range is `all`. */
export async function earliestFor(
  range: DateRange | undefined,
  { scope }: Inquiry,
  { ctx, signal }: Asking,
) {
  if (range?.date_from !== 'all') return undefined;
  // What happened even earlier may still be imported.
  scope.onRead?.({});
  return findEarliestMs(ctx.clickhouse, ctx.environment.id, signal);
}

/** Fields at fault are named from the body on. */
async function withPaths<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SerinError) || error.attr === null) throw error;
    return fail(error.code, { detail: error.message, attr: `query.${error.attr}`, cause: error });
  }
}
