// Tells people of an experiment, in the transaction of what is told.
import { queueNotification } from '#notify';
import type { ProjectCtx } from '#platform/ctx';
import type { Experiment } from './experiments.store.ts';
import { type News, experimentMessage } from './news.ts';

export async function tell(tx: ProjectCtx, experiment: Experiment, news: News): Promise<void> {
  const { id, name, flagKey } = experiment;
  const { environment, actor } = tx;
  const message = experimentMessage({ id, name, flagKey, environment, actor: actor.label }, news);
  const subject = `experiment:${id}`;
  await queueNotification(tx, { projectId: tx.projectId, subject, message });
}
