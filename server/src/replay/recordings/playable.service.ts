// Which of some sessions can be watched, and keeping them as evidence: for features that point at sessions.
import { SerinError } from '#kernel/errors';
import type { Ctx, ProjectCtx } from '#platform/ctx';
import { erasedAmong } from '../store/erased.store.ts';
import { findPins } from './pins-and-views.store.ts';
import { readPlayable } from './recordings.query.ts';
import { pinRecording } from './recordings.service.ts';

/** A recording with something to play. */
type Playable = {
  /** By the clock of the server, as events are corrected to it; milliseconds. */
  readonly startMs: number;
  readonly endMs: number;
  /** Where it began; empty when nothing says. */
  readonly startUrl: string;
};

/** By session; those without a recording are left out. @param span where the sessions lie, roughly */
export async function findPlayable(
  { db, clickhouse }: Pick<Ctx, 'db' | 'clickhouse'>,
  environmentId: number,
  sessionIds: readonly string[],
  span: { readonly fromMs: number; readonly toMs: number },
): Promise<ReadonlyMap<string, Playable>> {
  if (sessionIds.length === 0) return new Map();
  const erased = await erasedAmong(db, environmentId, sessionIds);
  const asked = sessionIds.filter((id) => !erased.has(id));
  return readPlayable(clickhouse, environmentId, asked, span);
}

/** Keeps recordings for 365 days; those that are pinned already stay as they are, those that are gone are left out. */
export async function pinRecordings(
  ctx: ProjectCtx,
  sessionIds: readonly string[],
  reason: string,
): Promise<void> {
  const pinned = await findPins(ctx.db, ctx.environment.id, sessionIds);
  for (const id of sessionIds) {
    if (pinned.has(id)) continue;
    await pinRecording(ctx, id, reason).catch((error: unknown) => {
      // Gone since it was found.
      if (!(error instanceof SerinError) || error.code !== 'not_found') throw error;
    });
  }
}
