// Answers questions about events: finds out what is true of the environment, then asks the event store, a few
// questions at a time.
import type { ProjectSettings } from '#accounts';
import { findGroupTypes, sendEntities, sendOverrides } from '#identity';
import { SerinError, fail } from '#kernel/errors';
import type { Ctx, ProjectCtx } from '#platform/ctx';
import { runEvery } from '#platform/scheduler';
import { compileRe2 } from '#properties';
import { answerActors } from './actors.service.ts';
import type { ActorsQuery } from './actors.ts';
import { cohortsIn } from './cohorts-in.ts';
import { actorsOfCohort, perCohort, tagFunnel, tagOne, tagTrend } from './cohort-breakdown.ts';
import { findCohorts } from './asked-cohorts.service.ts';
import { answerEvents } from './events-query.service.ts';
import type { EventsQuery } from './events-query.ts';
import { answerFunnel } from './funnels.service.ts';
import type { FunnelsQuery } from './funnels.ts';
import { type SqlInquiry, answerHogql } from './hogql.service.ts';
import type { HogqlQuery } from './hogql.ts';
import { ask, findEarliestMs, hasOverrides } from './insights.query.ts';
import type { LifecycleQuery } from './lifecycle.ts';
import { answerPaths } from './paths.service.ts';
import type { PathsQuery } from './paths.ts';
import { answerLifecycle, answerStickiness } from './people-queries.service.ts';
import { QueryGate } from './query-gate.ts';
import { answerRetention } from './retention.service.ts';
import type { RetentionQuery } from './retention.ts';
import type { StickinessQuery } from './stickiness.ts';
import type { DateRange, Filters } from './question.ts';
import type { Inquiry, Scope } from './scope.ts';
import { answerTrends } from './trends.service.ts';
import type { TrendsQuery } from './trends.ts';

export type Query =
  | TrendsQuery
  | FunnelsQuery
  | RetentionQuery
  | StickinessQuery
  | LifecycleQuery
  | PathsQuery
  | ActorsQuery
  | EventsQuery
  | HogqlQuery;

/** Statements that run at a time, of all people together; the event store has more places. */
const PLACES = 3;
/** Statements that wait; a dashboard has some dozens. */
const MAX_WAITING = 200;
/** 5 s: how often changed people and groups are copied when nobody asks. */
const COPY_EVERY_MS = 5_000;

/** What answers questions in this process. */
export type Insights = {
  readonly gate: QueryGate;
  close(): Promise<void>;
};

export function openInsights({ db, clickhouse, clock, log }: Ctx): Insights {
  const copying = runEvery({
    name: 'copies of people',
    intervalMs: COPY_EVERY_MS,
    job: () => sendEntities(db, clickhouse),
    log,
    clock,
  });
  return { gate: new QueryGate(PLACES, MAX_WAITING), close: () => copying.stop() };
}

/** Who asks, and how they are told apart from others. */
export type Asking = {
  readonly ctx: ProjectCtx;
  readonly gate: QueryGate;
  readonly settings: ProjectSettings;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
};

/** The answer to a query, in the shape of PostHog's API. */
export async function answerQuery(query: Query, asking: Asking) {
  const inquiry = await openInquiry(query, asking);
  const answer = await withPaths(() => answerKind(query, inquiry, asking));
  return { ...answer, timezone: inquiry.scope.calendar.timeZone };
}

async function answerKind(query: Query, inquiry: Inquiry, asking: Asking) {
  if (query.kind === 'HogQLQuery') return answerHogql(query, freely(inquiry, asking));
  if (query.kind === 'EventsQuery') {
    return answerEvents(query, freely(inquiry, asking), asking.ctx.db);
  }
  const { dateRange } = query.kind === 'ActorsQuery' ? query.source.source : query;
  const earliestMs = await earliestFor(dateRange, asking);
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

function freely(inquiry: Inquiry, { gate, signal, ctx }: Asking): SqlInquiry {
  const inTurn = <T>(task: () => Promise<T>) => gate.run(task, signal);
  return { ...inquiry, clickhouse: ctx.clickhouse, signal, inTurn };
}

async function earliestFor(range: DateRange | undefined, { ctx, signal }: Asking) {
  if (range?.date_from !== 'all') return undefined;
  return findEarliestMs(ctx.clickhouse, ctx.environment.id, signal);
}

async function openInquiry(query: Query, asking: Asking): Promise<Inquiry> {
  const { ctx, gate, settings, signal } = asking;
  const { db, clickhouse, environment, clock } = ctx;
  // What has been written about people until now counts.
  await sendOverrides(db, clickhouse);
  await sendEntities(db, clickhouse);
  const groupTypes = await findGroupTypes(db, environment.id);
  const names: (string | undefined)[] = [];
  for (const [name, index] of groupTypes) names[index] = name;
  const testAccountFilters = settings.testAccountFilters as Filters;
  const scope: Scope = {
    environmentId: environment.id,
    calendar: {
      timeZone: settings.timezone,
      firstWeekday: settings.weekStartDay,
      nowMs: clock.now(),
    },
    groupTypes: names,
    hasOverrides: await hasOverrides(clickhouse, environment.id, signal),
    testAccountFilters,
    cohorts: await findCohorts(ctx, cohortsIn(query, testAccountFilters)),
    isUsablePattern: (pattern) => compileRe2(pattern) !== undefined,
  };
  return { scope, ask: (sql) => gate.run(() => ask(clickhouse, sql, signal), signal) };
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
