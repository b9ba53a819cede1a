// Which of some sessions can be watched, and keeping them as evidence: for features that point at sessions.
import { SerinError } from '#kernel/errors';
import type { Ctx, ProjectCtx } from '#platform/ctx';
import { NEAR_SECONDS } from '../list/near-hits.ts';
import { erasedAmong } from '../store/erased.store.ts';
import { findPins } from './pins-and-views.store.ts';
import { type Playable, readPlayable } from './recordings.query.ts';
import { pinRecording } from './recordings.service.ts';

/** As far as filters of recordings look for what servers send. */
const NEAR_MS = NEAR_SECONDS * 1000;

/** By session; those without a recording are left out. @param span where the sessions lie, roughly */
export async function findPlayable(
  { db, clickhouse, clock }: Pick<Ctx, 'db' | 'clickhouse' | 'clock'>,
  environmentId: number,
  sessionIds: readonly string[],
  span: { readonly fromMs: number; readonly toMs: number },
): Promise<ReadonlyMap<string, Playable>> {
  if (sessionIds.length === 0) return new Map();
  const erased = await erasedAmong(db, environmentId, sessionIds);
  const asked = sessionIds.filter((id) => !erased.has(id));
  return readPlayable(
    clickhouse,
    environmentId,
    { sessionIds: asked },
    {
      ...span,
      nowMs: clock.now(),
    },
  );
}

/** Something that came without a session. */
type Moment = { readonly distinctId: string; readonly atMs: number };

/** The recordings that somebody was in at these moments, by session: see `sessionAround`. */
export async function findPlayableOf(
  { db, clickhouse, clock }: Pick<Ctx, 'db' | 'clickhouse' | 'clock'>,
  environmentId: number,
  moments: readonly Moment[],
): Promise<ReadonlyMap<string, Playable>> {
  if (moments.length === 0) return new Map();
  const times = moments.map(({ atMs }) => atMs);
  const span = {
    fromMs: Math.min(...times),
    toMs: Math.max(...times),
    nowMs: clock.now(),
  };
  const distinctIds = [...new Set(moments.map(({ distinctId }) => distinctId))];
  const found = await readPlayable(clickhouse, environmentId, { distinctIds }, span);
  const erased = await erasedAmong(db, environmentId, [...found.keys()]);
  return new Map([...found].filter(([id]) => !erased.has(id)));
}

/** The session whose recording a moment lies in; of several the one that began last. */
export function sessionAround(
  { distinctId, atMs }: Moment,
  recordings: ReadonlyMap<string, Playable>,
): string | undefined {
  const around = [...recordings].filter(
    ([, { startMs, endMs, distinctIds }]) =>
      distinctIds.includes(distinctId) && atMs >= startMs - NEAR_MS && atMs <= endMs + NEAR_MS,
  );
  return around.toSorted(([, a], [, b]) => b.startMs - a.startMs)[0]?.[0];
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
