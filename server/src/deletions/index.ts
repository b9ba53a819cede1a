// Door of deletions: routes, and the job that carries them out.
import { type Ctx, systemActor } from '#platform/ctx';
import { Deleter } from './deletions.job.ts';

export { registerDeletions } from './deletions.routes.ts';

/** Starts carrying deletions out, until closed. @param options.nodeId unique among the replicas */
export function openDeletions(
  ctx: Ctx,
  { nodeId }: { readonly nodeId: string },
): { close(): Promise<void> } {
  const deleter = new Deleter({ ...ctx, actor: systemActor('deletions') }, nodeId);
  return { close: () => deleter.stop() };
}
