// Keeps the cost of a look from growing with the age of a stage: what was stored before the last piece is read from
// pieces, one row per id, and only what is newer from events. The answer is the same to the last bit
// (counting.service.test.ts), because rows of pieces add up, a piece covers exactly what was stored up to a block and
// received before a watermark, and any change of stored events makes all pieces void.
import { createHash, randomUUID } from 'node:crypto';
import { canonicalJson } from '#kernel/json';
import type { Ctx } from '#platform/ctx';
import { type ExposureQuestion, newPieceSql, onePieceSql } from './exposure-sql.ts';
import { sourcesOf } from './outcome-sql.ts';
import { countPieces, findStoredSoFar, makePiece, type StoredSoFar } from './pieces.query.ts';
import { findKept, type Kept, saveKept } from './pieces.store.ts';

/** Ten minutes: what was received since then is quickly read from events. */
const PIECE_MS = 600_000;
/** So many pieces become one. */
const MAX_PIECES = 12;

/** A question that reads what is counted already from pieces. */
type Counting = {
  readonly question: ExposureQuestion;
  /** To be called after the decision: makes a piece when there is enough for one. Never fails. */
  readonly keep: (signal: AbortSignal) => Promise<void>;
};

/** How much is gathered before it becomes a piece, and how many pieces become one. */
type Pace = { readonly pieceMs?: number; readonly maxPieces?: number };

type Deps = Pick<Ctx, 'db' | 'clickhouse' | 'log'>;

export async function countOn(
  { db, clickhouse, log }: Deps,
  question: ExposureQuestion,
  signal: AbortSignal,
  { pieceMs = PIECE_MS, maxPieces = MAX_PIECES }: Pace = {},
): Promise<Counting> {
  const nothing: Counting = { question, keep: () => Promise.resolve() };
  const stored = await findStoredSoFar(clickhouse, signal).catch((err: unknown) => {
    signal.throwIfAborted();
    log.debug({ err }, 'the event store does not say how far it is; every event is read');
    return null;
  });
  if (stored === null) return nothing;
  const key = keyOf(question);
  const found = await findKept(db, key);
  // Another replica may know of less than the pieces hold.
  if (found && found.watermarkMs > question.watermarkMs) return nothing;
  const isSound =
    found?.mutation === stored.mutation &&
    (await countPieces(clickhouse, found.pieces, signal)) === found.rowCount;
  const kept = found && isSound ? found : null;
  const counting = { ...question, kept };
  const sinceMs = question.watermarkMs - (kept?.watermarkMs ?? question.settledAtMs);
  if (sinceMs < pieceMs) return { question: counting, keep: nothing.keep };
  const keep: Counting['keep'] = async (until) => {
    try {
      const about = { kept, stored, maxPieces, signal: until };
      const next = await nextKept({ db, clickhouse, log }, counting, about);
      const version = found?.version ?? 0;
      await saveKept(db, key, { ...next, version }, next.pieces.length === 1);
    } catch (err) {
      log.warn({ err }, 'what a look counted could not be kept; the next one counts it again');
    }
  };
  return { question: counting, keep };
}

type Next = {
  readonly kept: Kept | null;
  readonly stored: StoredSoFar;
  readonly maxPieces: number;
  readonly signal: AbortSignal;
};

/** The pieces of before and one more; when they are many or old, one instead of all. */
async function nextKept(
  { clickhouse }: Deps,
  question: ExposureQuestion,
  { kept, stored, maxPieces, signal }: Next,
): Promise<Omit<Kept, 'isOld' | 'version'>> {
  const { block, mutation } = stored;
  const { watermarkMs } = question;
  const added = randomUUID();
  await makePiece(clickhouse, added, newPieceSql(question, block), signal);
  let pieces = [...(kept?.pieces ?? []), added];
  if (pieces.length > maxPieces || (kept?.isOld ?? false)) {
    const one = randomUUID();
    const all = { ...question, kept: { pieces, block, watermarkMs } };
    await makePiece(clickhouse, one, onePieceSql(all), signal);
    pieces = [one];
  }
  const rowCount = await countPieces(clickhouse, pieces, signal);
  return { pieces, rowCount, block, watermarkMs, mutation };
}

/** Two questions whose rows are the same may share pieces: the same stage, asked about the same events. */
function keyOf(question: ExposureQuestion): string {
  const { environmentId, flagKey, settledAtMs, flagCreatedAtMs, settleMs, outcomes } = question;
  const parts = [
    environmentId,
    flagKey,
    settledAtMs,
    flagCreatedAtMs,
    settleMs,
    sourcesOf(outcomes).sources,
  ];
  return createHash('sha256').update(canonicalJson(parts)).digest('hex');
}
