// What came of the experiments of an environment: how many won, and how long it took until they were decided.
import { sql } from 'kysely';
import type { Db } from '#platform/ctx';
import type { Conclusion } from './experiment.ts';

export type Outcomes = {
  /** Stopped with a conclusion. */
  readonly concluded: Readonly<Partial<Record<Conclusion, number>>>;
  /** From the launch to the end, of those with a conclusion; null without any. */
  readonly medianDays: number | null;
};

export async function readOutcomes(
  db: Db,
  { projectId, environmentId }: { readonly projectId: number; readonly environmentId: number },
): Promise<Outcomes> {
  const ended = db
    .selectFrom('experiment')
    .where('project_id', '=', projectId)
    .where('environment_id', '=', environmentId)
    .where('start_date', 'is not', null)
    .where('end_date', 'is not', null)
    .where('conclusion', 'is not', null);
  const rows = await ended
    .select(({ fn }) => ['conclusion', fn.countAll<string>().as('count')])
    .groupBy('conclusion')
    .execute();
  const days = sql<number | null>`percentile_cont(0.5) within group
    (order by extract(epoch from end_date - start_date) / 86400)`;
  const { median } = await ended.select(days.as('median')).executeTakeFirstOrThrow();
  return {
    concluded: Object.fromEntries(rows.map(({ conclusion, count }) => [conclusion, Number(count)])),
    medianDays: median,
  };
}
