// Asks for what other readings of one metric need, at the moment of the numbers that are shown.
import { type Asking, openEventInquiry } from '#insights';
import { type Looks, latestOf } from './latest.service.ts';
import { getLaunched } from './results.service.ts';
import { measuredBy, metricWith, questionOf } from './look.service.ts';
import { type ReadingId, type ReadingResult, otherCounts, readingsOf } from './readings.ts';
import { listSnapshots } from './snapshots.store.ts';
import { type MetricStatistics, askStatistics } from './statistics.ts';

export type Readings = {
  readonly asOf: Date;
  /** How long the event store took for the last of them, in milliseconds; null: nothing was asked for. */
  readonly tookMs: number | null;
  readonly readings: readonly ReadingResult[];
};

/**
 * @throws not_found; conflict before the launch; invalid_input when the metric cannot be counted; what the event store
 *   does when it does not answer
 */
export async function getReadings(
  asking: Asking,
  looks: Looks,
  id: number,
  uuid: string,
): Promise<Readings> {
  const { ctx } = asking;
  const experiment = await getLaunched(ctx, id);
  const measured = await measuredBy(ctx, experiment);
  const metric = metricWith(measured, uuid);
  const kept = await listSnapshots(ctx.db, id);
  const how = { asking, looks, refresh: false };
  const { snapshots: latest } = await latestOf(experiment, measured, kept, how);
  const own = latest.find(({ metricUuid }) => metricUuid === uuid);
  const planned = (own?.statistics ?? { variants: {} }) as MetricStatistics;
  const asOf = latest[0]?.asOf ?? new Date(ctx.clock.now());
  const { scope, ask } = await openEventInquiry([metric, experiment.exposureCriteria], asking);
  const exposure = await questionOf(experiment, asOf.getTime(), ctx);
  const others: Partial<Record<ReadingId, MetricStatistics>> = {};
  let tookMs: number | null = null;
  for (const [other, counted] of Object.entries(otherCounts(metric))) {
    const question = { exposure, metric: counted, onlyMatured: experiment.onlyCountMaturedUsers };
    const startMs = ctx.clock.now();
    others[other as ReadingId] = await askStatistics(question, scope, ask);
    tookMs = ctx.clock.now() - startMs;
  }
  const counts = { planned, others };
  const { parameters, statsConfig } = experiment;
  return { asOf, tookMs, readings: readingsOf(metric, parameters, statsConfig, counts) };
}
