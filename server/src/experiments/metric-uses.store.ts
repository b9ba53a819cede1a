// Which experiments use shared metrics.
import { sql } from 'kysely';
import type { Db } from '#platform/ctx';

export type MetricUse = { readonly id: number; readonly name: string };

/** More are not worth naming. */
const MAX_USES = 20;

/** The experiments that use each of these shared metrics, by name. */
export async function listUsesOfMetrics(
  db: Db,
  projectId: number,
  metricIds: readonly number[],
): Promise<ReadonlyMap<number, readonly MetricUse[]>> {
  if (metricIds.length === 0) return new Map();
  const use = sql<number>`(use ->> 'id')::integer`;
  const rows = await db
    .selectFrom('experiment')
    .innerJoin(sql<object>`jsonb_array_elements(saved_metrics)`.as('use'), (join) => join.onTrue())
    .select(['id', 'name', use.as('metric_id')])
    .where('project_id', '=', projectId)
    .where(use, 'in', metricIds)
    .orderBy('name')
    .orderBy('id')
    .execute();
  return new Map(
    metricIds.map((metricId) => [
      metricId,
      rows
        .filter((row) => row.metric_id === metricId)
        .slice(0, MAX_USES)
        .map(({ id, name }) => ({ id, name })),
    ]),
  );
}
