// One metric from nearer: how the values of single people lie, and the statement that counted it.
import { type Asking, openEventInquiry } from '#insights';
import {
  type Distribution,
  type DistributionRow,
  distributionOf,
  hasDistribution,
} from './distribution.ts';
import { measuredBy, metricWith, questionOf, settledAtMs } from './look.service.ts';
import { distributionSql, metricSql } from './metric-sql.ts';
import { getLaunched } from './results.service.ts';
import { shownSql } from './shown-sql.ts';

export type MetricDetail = {
  readonly asOf: Date;
  readonly sql: string;
  /** Null where people are only counted. */
  readonly distribution: Distribution | null;
};

/**
 * @throws not_found; conflict before the launch; invalid_input when the metric cannot be counted; what the event store
 *   does when it does not answer
 */
export async function detailOf(asking: Asking, id: number, uuid: string): Promise<MetricDetail> {
  const { ctx } = asking;
  const experiment = await getLaunched(ctx, id);
  const measured = await measuredBy(ctx, experiment);
  const metric = metricWith(measured, uuid);
  const nowMs = ctx.clock.now();
  const asOfMs = Math.min(settledAtMs(experiment, measured) ?? nowMs, nowMs);
  const { scope, ask } = await openEventInquiry([metric, experiment.exposureCriteria], asking);
  const exposure = await questionOf(experiment, asOfMs, ctx);
  const question = { exposure, metric, onlyMatured: experiment.onlyCountMaturedUsers };
  const keys = experiment.parameters.feature_flag_variants.map(({ key }) => key);
  const rows = hasDistribution(metric)
    ? await ask<DistributionRow>(distributionSql(question, scope))
    : undefined;
  return {
    asOf: new Date(asOfMs),
    sql: shownSql(metricSql(question, scope)),
    distribution: rows ? distributionOf(rows, keys) : null,
  };
}
