// What a question is asked in: what is true of the environment, and a turn at the event store for each statement.
import { findGroupTypes, sendEntities, sendOverrides } from '#identity';
import { compileRe2 } from '#properties';
import { findCohorts } from './asked-cohorts.service.ts';
import type { Cohorts } from '../sql/asked-cohorts.ts';
import { cohortsIn } from '../sql/cohorts-in.ts';
import type { SqlInquiry } from '../hogql/hogql.service.ts';
import { type Watch, ask, hasOverrides } from './insights.query.ts';
import type { Asking } from '../insights.service.ts';
import type { Query } from '../query.ts';
import type { Filters } from '../question.ts';
import type { Inquiry, Scope } from '../scope.ts';

/** What is true of the environment now. */
export async function openScope(query: Query, asking: Asking): Promise<Scope> {
  const testAccountFilters = asking.settings.testAccountFilters as Filters;
  const cohorts = await findCohorts(asking.ctx, cohortsIn(query, testAccountFilters));
  return scopeWith(cohorts, asking);
}

/**
 * For questions whose statements another feature makes.
 * @param about holds every condition that they have
 */
export async function openEventInquiry(about: object, asking: Asking): Promise<Inquiry> {
  const filters = asking.settings.testAccountFilters as Filters;
  const cohorts = await findCohorts(asking.ctx, cohortsIn(about, filters));
  return openInquiry(await scopeWith(cohorts, asking), asking);
}

/** The same for finding out who is in a cohort by events. */
export async function openCalculation(
  cohortId: number,
  asking: Omit<Asking, 'insights'>,
): Promise<Scope> {
  return scopeWith(await findCohorts(asking.ctx, [cohortId], 'by events'), asking);
}

async function scopeWith(
  cohorts: Cohorts,
  { ctx, settings, signal }: Omit<Asking, 'insights'>,
): Promise<Scope> {
  const { db, clickhouse, environment, clock } = ctx;
  // What has been written about people until now counts.
  await sendOverrides(db, clickhouse);
  await sendEntities(db, clickhouse);
  const groupTypes = await findGroupTypes(db, environment.id);
  const names: (string | undefined)[] = [];
  for (const [name, index] of groupTypes) names[index] = name;
  return {
    environmentId: environment.id,
    calendar: {
      timeZone: settings.timezone,
      firstWeekday: settings.weekStartDay,
      nowMs: clock.now(),
    },
    groupTypes: names,
    hasOverrides: await hasOverrides(clickhouse, environment.id, signal),
    testAccountFilters: settings.testAccountFilters as Filters,
    cohorts,
    isUsablePattern: (pattern) => compileRe2(pattern) !== undefined,
  };
}

/** @param watch who wants to know how far the statements are */
export function openInquiry(scope: Scope, asking: Asking, watch?: Watch): SqlInquiry {
  const { ctx, insights, signal } = asking;
  const { clickhouse } = ctx;
  const inTurn = <T>(task: () => Promise<T>) => insights.gate.run(task, signal);
  return {
    scope,
    clickhouse,
    signal,
    watch,
    inTurn,
    ask: (sql) => inTurn(() => ask(clickhouse, sql, signal, watch)),
  };
}
