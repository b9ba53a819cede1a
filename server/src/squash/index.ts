// Door of the squash: the job that writes merges of people into events.
import { type Ctx, systemActor } from '#platform/ctx';
import { startSquashing } from './squash.job.ts';

/** Starts writing merges into events, until closed. @param options.nodeId unique among the replicas */
export function openSquash(
  ctx: Ctx,
  { nodeId }: { readonly nodeId: string },
): { close(): Promise<void> } {
  const loop = startSquashing({ ...ctx, actor: systemActor('squash') }, nodeId);
  return { close: () => loop.stop() };
}
