// What has to be true of an experiment's events before it is launched: a misspelt name would count nobody for weeks.
import { type Asking, openEventInquiry } from '#insights';
import { EventSource, SqlParams, nodeSql } from '#insights/event-sql';
import type { EventsNode } from '#insights/question';
import { fail } from '#kernel/errors';
import type { Experiment } from './experiments.store.ts';
import { measuredBy } from './look.service.ts';
import { nodesOf } from './metric-sql.ts';

const DAY_MS = 86_400_000;
/** Two weeks hold every weekday twice. */
const RECENT_DAYS = 14;

type Named = { readonly attr: string; readonly node: EventsNode };

/**
 * @param allowsUnknown events that have not come lately are no reason to refuse
 * @throws unknown_event naming the field of an event that has not come lately; invalid_input naming that of a condition
 *   that cannot be asked (its cohort is gone); what the event store does when it does not answer
 */
export async function refuseUncountable(
  asking: Asking,
  experiment: Experiment,
  allowsUnknown: boolean,
): Promise<void> {
  const { ctx } = asking;
  const named = await eventsOf(asking, experiment);
  const { scope, ask } = await openEventInquiry(named, asking);
  const params = new SqlParams();
  const source = new EventSource(scope, params);
  const counts = named.map(({ attr, node }) => `countIf(${nodeSql(node, source, attr)})`);
  if (allowsUnknown || counts.length === 0) return;
  const toMs = ctx.clock.now();
  const within = source.within({ fromMs: toMs - RECENT_DAYS * DAY_MS, toMs });
  const statement = params.statement(
    `SELECT ${counts.join(', ')} FROM ${source.from()} WHERE ${within.join(' AND ')}`,
  );
  const [row = []] = await ask<number[]>(statement);
  const missing = named.find((_, i) => Number(row[i] ?? 0) === 0);
  if (!missing) return;
  const { attr, node } = missing;
  const narrowed = !isEmpty(node.properties) ? ' that meets its conditions' : '';
  const name = node.event ? `“${node.event}” event` : 'event';
  fail('unknown_event', {
    attr,
    detail: `No ${name}${narrowed} has arrived in the last ${RECENT_DAYS} days. Check its name, or launch all the same (allow_unknown_events).`,
  });
}

const isEmpty = (filters: EventsNode['properties']): boolean =>
  filters === undefined || ('type' in filters ? filters.values : filters).length === 0;

/** Every event that has to come, with the field that names it. */
async function eventsOf({ ctx }: Asking, experiment: Experiment): Promise<Named[]> {
  const { metrics, metricsSecondary, exposureCriteria } = experiment;
  const measured = await measuredBy(ctx, experiment);
  const fieldOf = (uuid: string): string => {
    const [goal, other] = [metrics, metricsSecondary].map((all) =>
      all.findIndex((one) => one.uuid === uuid),
    ) as [number, number];
    if (goal >= 0) return `metrics.${goal}`;
    return other >= 0 ? `metrics_secondary.${other}` : 'saved_metrics_ids';
  };
  const counted = measured.flatMap(({ metric }) =>
    nodesOf(metric).map(({ node, attr }) => {
      const field = fieldOf(metric.uuid);
      return { node, attr: field === 'saved_metrics_ids' ? field : `${field}.${attr}` };
    }),
  );
  const { exposure_config: exposure, activation_config: activation } = exposureCriteria;
  return [
    ...(exposure ? [{ node: exposure, attr: 'exposure_criteria.exposure_config' }] : []),
    ...(activation ? [{ node: activation, attr: 'exposure_criteria.activation_config' }] : []),
    ...counted,
  ];
}
