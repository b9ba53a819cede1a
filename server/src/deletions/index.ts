// Door of deletions: routes, and the jobs that carry them out and erase what is past its time.
import { type Ctx, systemActor } from '#platform/ctx';
import { Deleter } from './deletions.job.ts';
import { startRetention } from './retention.job.ts';

export { registerDeletions } from './deletions.routes.ts';

/** Starts carrying deletions out, until closed. @param options.nodeId unique among the replicas */
export function openDeletions(
  ctx: Ctx,
  { nodeId }: { readonly nodeId: string },
): { close(): Promise<void> } {
  const deleter = new Deleter({ ...ctx, actor: systemActor('deletions') }, nodeId);
  const retention = startRetention({ ...ctx, actor: systemActor('retention') }, nodeId);
  return {
    close: async () => {
      await Promise.all([deleter.stop(), retention.stop()]);
    },
  };
}
