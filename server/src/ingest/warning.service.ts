// What those who look after an app should know about its events.
import type { ProjectCtx } from '#platform/ctx';
import { type WarningWords, wordsOfWarning } from './warning-words.ts';
import { type WarningCounts, listWarnings } from './warning.store.ts';

const DAY_MS = 86_400_000;

/** What went wrong in the last `days`, the latest first, with what to do. */
export async function listExplained(
  ctx: ProjectCtx,
  days: number,
): Promise<(WarningCounts & WarningWords)[]> {
  const sinceMs = ctx.clock.now() - days * DAY_MS;
  const counts = await listWarnings(ctx.db, ctx.environment.id, sinceMs);
  return counts.flatMap((one) => {
    const words = wordsOfWarning(one.kind);
    return words ? [{ ...one, ...words }] : [];
  });
}
