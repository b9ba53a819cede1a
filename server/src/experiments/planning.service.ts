// Plans an experiment from the project's own events: whoever does what would bring them in is counted as if they
// had been in it.
import { type Asking, openEventInquiry } from '#insights';
import type { Filters } from '#insights/question';
import { type ExposureQuestion, EVERYONE } from './exposure-sql.ts';
import { exposuresPerDaySql } from './exposures-sql.ts';
import { type Plan, type PlanWanted, planFor } from './planning.ts';
import { withUuid } from './saved-metrics.service.ts';
import { type ArmStatistics, NO_ONE, askStatistics } from './statistics.ts';

const DAY_MS = 86_400_000;

export type Lookback = {
  readonly event: string;
  readonly filterTestAccounts: boolean;
  readonly days: number;
  /** Only those who meet this. */
  readonly properties: Filters | undefined;
};

/** @throws invalid_input naming the field of the metric; query_too_expensive */
export async function planFromEvents(
  asking: Asking,
  wanted: PlanWanted,
  lookback: Lookback,
): Promise<{ plan: Plan; arm: ArmStatistics }> {
  const { ctx } = asking;
  const metric = withUuid(wanted.metric);
  const { scope, ask } = await openEventInquiry([metric, lookback], asking);
  const asOfMs = ctx.clock.now();
  const exposure: ExposureQuestion = {
    flagKey: '',
    variants: [EVERYONE],
    isOfEveryone: true,
    startMs: asOfMs - lookback.days * DAY_MS,
    endMs: null,
    asOfMs,
    event: lookback.event,
    properties: lookback.properties,
    multipleVariantHandling: 'first_seen',
    filterTestAccounts: lookback.filterTestAccounts,
    leftOutIds: [],
  };
  const rows = await ask<[string, string, number]>(exposuresPerDaySql(exposure, scope));
  // Whose window is still open would make the baseline look smaller than it is.
  const { variants } = await askStatistics({ exposure, metric, onlyMatured: true }, scope, ask);
  const arm = variants[EVERYONE] ?? NO_ONE;
  const people = rows.reduce((sum, [, , count]) => sum + count, 0);
  return { plan: planFor({ ...wanted, metric }, { arm, people, days: lookback.days }), arm };
}
