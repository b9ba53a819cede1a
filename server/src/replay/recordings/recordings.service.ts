// Recordings for people: lists, what is known of one, its events, keeping it. Whoever is given events has seen it, which
// is written down once a day.
import { hasScope } from '#accounts';
import { recordAudit } from '#audit';
import { findPersonIds, findPersonsById, lockPeople } from '#identity';
import { fail } from '#kernel/errors';
import type { JsonObject } from '#kernel/json';
import type { Scope } from '#kernel/scopes';
import { type ProjectCtx, inTransaction, userIdOf } from '#platform/ctx';
import { PINNED_DAYS } from '../settings/settings.ts';
import type { SettingsDirectory } from '../settings/settings.service.ts';
import { readBlockHeads } from '../store/blocks.query.ts';
import { erasedAmong } from '../store/erased.store.ts';
import { dropSessions } from '../store/leftovers.query.ts';
import { endOfShowingMs } from '../store/kept.ts';
import type { BlockHead } from '../store/rows.ts';
import type { LineMaker } from '../threads/lines.service.ts';
import type { Pin } from './pin.ts';
import { findPins, insertPin, noteView, viewedAmong } from './pins-and-views.store.ts';
import { type RecordingRow, copySession, readLines, readRecording } from './recordings.query.ts';

/** A recording with what is known of it elsewhere. */
export type Recording = {
  readonly row: RecordingRow;
  readonly person: { readonly id: string; readonly properties: JsonObject } | null;
  readonly pin: Pin | undefined;
  readonly isViewed: boolean;
  readonly isOngoing: boolean;
};

/** 1 min: a recorder sends every few seconds while something happens. */
export const ONGOING_MS = 60_000;
/** 32 MiB of events in one answer: more than any block has, and a hundred times what players ask for. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

export type { LineMaker } from '../threads/lines.service.ts';

/** How events are wanted. */
type Wanted = { readonly maySeeBodies: boolean; readonly isGzip: boolean };

/** @throws not_found for one that is not there, or gone */
export async function getRecording(ctx: ProjectCtx, sessionId: string): Promise<Recording> {
  const [recording] = await completed(ctx, [await findRecordedSession(ctx, sessionId)]);
  return recording ?? fail('not_found');
}

/** @throws not_found */
export async function listBlocks(
  ctx: ProjectCtx,
  sessionId: string,
): Promise<{ blocks: BlockHead[]; isOngoing: boolean }> {
  await refuseErased(ctx, sessionId);
  await readShown(ctx, sessionId);
  const blocks = await readBlockHeads(ctx.clickhouse, ctx.environment.id, [sessionId]);
  if (blocks.length === 0) notFound();
  const lastMs = Math.max(...blocks.map(({ receivedMs }) => receivedMs));
  return {
    blocks: blocks.toSorted((a, b) => a.firstMs - b.firstMs || (a.id < b.id ? -1 : 1)),
    isOngoing: isOngoing(ctx, lastMs),
  };
}

/**
 * The lines of blocks, see `linesOf`.
 * @param signal of whoever asks, who may go
 * @throws not_found naming a block that is not there; invalid_input for more than can be answered at once
 * @throws unavailable when too many ask
 */
export async function readEvents(
  ctx: ProjectCtx,
  sessionId: string,
  ids: readonly string[],
  wanted: Wanted,
  { lineMaker, signal }: { readonly lineMaker: LineMaker; readonly signal: AbortSignal },
): Promise<Uint8Array> {
  const { blocks } = await listBlocks(ctx, sessionId);
  const byId = new Map(blocks.map((block) => [block.id, block]));
  const asked = [...new Set(ids.map((id) => id.toLowerCase()))];
  let bytes = 0;
  for (const id of asked) {
    const block = byId.get(id) ?? fail('not_found', { attr: 'ids', detail: `No block ${id}.` });
    bytes += block.bytes;
  }
  if (bytes > MAX_ANSWER_BYTES) {
    const detail = `These blocks have ${bytes} bytes; ask for ${MAX_ANSWER_BYTES} at a time.`;
    fail('invalid_input', { attr: 'ids', detail });
  }
  await noteViewed(ctx, sessionId);
  const { clickhouse, environment } = ctx;
  const read = () => readLines(clickhouse, environment.id, sessionId, asked, signal);
  return lineMaker.make(read, wanted, signal);
}

/**
 * Bodies of requests are for those whom the settings name; a key needs its scope as well, and gives its owner nothing
 * more. A key of nobody has what its scopes say.
 */
export function maySeeBodies(
  ctx: ProjectCtx,
  settings: SettingsDirectory,
  scopes: readonly Scope[] | undefined,
): boolean {
  if (scopes && !hasScope(scopes, 'session_recording:bodies')) return false;
  const userId = userIdOf(ctx);
  if (scopes && userId === null) return true;
  return userId !== null && settings.of(ctx.environment.id).bodyViewers.includes(userId);
}

/** Keeps a recording longer; one that is pinned already stays so. @throws not_found */
export async function pinRecording(
  ctx: ProjectCtx,
  sessionId: string,
  reason: string,
): Promise<Pin> {
  await findRecordedSession(ctx, sessionId);
  const environmentId = ctx.environment.id;
  const before = (await findPins(ctx.db, environmentId, [sessionId])).get(sessionId);
  if (before) return before;
  // First the copy: what is said to be kept is.
  await copySession(ctx.clickhouse, environmentId, sessionId, PINNED_DAYS);
  const pin = { reason, pinnedBy: ctx.actor.label, pinnedAt: new Date(ctx.clock.now()) };
  const kept = await inTransaction(ctx, async (tx) => {
    await lockPeople(tx.db, environmentId);
    // Erased while it was copied: the copy may have come after what was to be erased was looked for.
    if ((await erasedAmong(tx.db, environmentId, [sessionId])).size > 0) return undefined;
    const isNew = await insertPin(tx.db, environmentId, sessionId, pin);
    if (isNew) await audit(tx, sessionId, 'pinned', reason);
    return (await findPins(tx.db, environmentId, [sessionId])).get(sessionId) ?? pin;
  });
  if (kept) return kept;
  await dropSessions(ctx.clickhouse, environmentId, [sessionId]);
  return notFound();
}

async function noteViewed(ctx: ProjectCtx, sessionId: string): Promise<void> {
  const userId = userIdOf(ctx);
  if (userId === null) return;
  const at = new Date(ctx.clock.now());
  const view = { userId, environmentId: ctx.environment.id, sessionId, at };
  await inTransaction(ctx, async (tx) => {
    if (await noteView(tx.db, view)) await audit(tx, sessionId, 'viewed');
  });
}

async function audit(
  tx: ProjectCtx,
  sessionId: string,
  action: string,
  reason?: string,
): Promise<void> {
  await recordAudit(tx, {
    projectId: tx.projectId,
    environmentId: tx.environment.id,
    action,
    resourceKind: 'recording',
    resourceId: sessionId,
    ...(reason === undefined ? {} : { reason }),
  });
}

/** @throws not_found for one that is not there, or gone */
async function findRecordedSession(ctx: ProjectCtx, sessionId: string): Promise<RecordingRow> {
  await refuseErased(ctx, sessionId);
  return (await readShown(ctx, sessionId)) ?? notFound();
}

/** Also one whose day has come, while its bytes are there. @throws not_found for one that is not there, or gone */
export async function findStoredSession(ctx: ProjectCtx, sessionId: string): Promise<RecordingRow> {
  await refuseErased(ctx, sessionId);
  return (await readRecording(ctx.clickhouse, ctx.environment.id, sessionId)) ?? notFound();
}

/** What is known of it; undefined while nothing is. @throws not_found where its day has come */
async function readShown(ctx: ProjectCtx, sessionId: string): Promise<RecordingRow | undefined> {
  const row = await readRecording(ctx.clickhouse, ctx.environment.id, sessionId);
  if (row && endOfShowingMs(row) <= ctx.clock.now()) notFound();
  return row;
}

async function refuseErased(ctx: ProjectCtx, sessionId: string): Promise<void> {
  const gone = await erasedAmong(ctx.db, ctx.environment.id, [sessionId]);
  if (gone.size > 0) notFound();
}

function notFound(): never {
  fail('not_found', { detail: 'There is no recording of this session.', attr: 'session_id' });
}

const isOngoing = (ctx: ProjectCtx, receivedMs: number): boolean =>
  ctx.clock.now() - receivedMs < ONGOING_MS;

/** Adds whose they are, which are pinned and which were seen. */
export async function completed(
  ctx: ProjectCtx,
  rows: readonly RecordingRow[],
): Promise<Recording[]> {
  const environmentId = ctx.environment.id;
  const sessionIds = rows.map((row) => row.session_id);
  const distinctIds = [...new Set(rows.flatMap((row) => row.distinct_ids))];
  const personIds = await findPersonIds(ctx.db, environmentId, distinctIds);
  const people = await findPersonsById(ctx.db, environmentId, [...new Set(personIds.values())]);
  const byId = new Map(people.map((person) => [person.id, person]));
  const pins = await findPins(ctx.db, environmentId, sessionIds);
  const userId = userIdOf(ctx);
  const viewed =
    userId === null
      ? new Set<string>()
      : await viewedAmong(ctx.db, userId, environmentId, sessionIds);
  return rows.map((row) => {
    // The last id first: before somebody is identified, a session may be of nobody.
    const ids = [row.distinct_id, ...row.distinct_ids];
    const personId = ids.map((id) => personIds.get(id)).find((id) => id !== undefined);
    const person = personId === undefined ? undefined : byId.get(personId);
    return {
      row,
      person: person ? { id: person.id, properties: person.properties } : null,
      pin: pins.get(row.session_id),
      isViewed: viewed.has(row.session_id),
      isOngoing: isOngoing(ctx, Number(row.received_ms)),
    };
  });
}
