// Keeps pieces of what looks have counted: which of them stand for the past of a stage, few and not about to end.
import { randomUUID } from 'node:crypto';
import type { ClickHouseClient } from '@clickhouse/client';
import type { Ctx } from '#platform/ctx';
import type { ExposureQuestion } from './exposure-sql.ts';
import {
  countPieces,
  type PieceCounts,
  type PieceRows,
  type StoredSoFar,
  storeRows,
} from './pieces.query.ts';
import { type Piece, saveKept } from './pieces.store.ts';
import { type Life, oneOfFactsSql, oneOfSumsSql, type Pieces } from './stored-sql.ts';

/** While they cannot be made one, more are carried along, but not more than so many times as many. */
const UNMERGED = 4;
/** Ten minutes: pieces that end before are not begun with. */
const LEAST_SECONDS = 600;
/** Small pieces live for six hours and the large one for eight days: they are written anew at half of that. */
const RENEW_SECONDS = { short: 3 * 3600, long: 4 * 86_400 } as const;

/** What a look has counted. */
export type Counted = {
  readonly question: ExposureQuestion;
  readonly key: string;
  /** Of what was kept before. */
  readonly version: number;
  readonly stored: StoredSoFar;
  readonly pieces: Pieces;
  readonly counts: PieceCounts;
};

/** False when a piece has lost a row or is about to. */
export const areWhole = (counts: PieceCounts, pieces: readonly Piece[]): boolean =>
  pieces.every(({ id, rows }) => {
    const now = counts.get(id);
    return now?.rows === rows && now.secondsLeft > LEAST_SECONDS;
  });

/**
 * Lets the next look go on from this one; small pieces become one when they are many. Never fails; tells whether anything
 * was kept.
 */
export async function keepPieces(
  { db, clickhouse, log }: Pick<Ctx, 'db' | 'clickhouse' | 'log'>,
  { question, key, version, stored, pieces, counts }: Counted,
  maxPieces: number,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const all = [...pieces.before, ...pieces.added].flatMap((id) => {
      const found = counts.get(id);
      return found ? [{ id, ...found }] : [];
    });
    if (all.length === 0 || all.length > UNMERGED * maxPieces) return false;
    const next = await nextPieces(clickhouse, question, all, { maxPieces, signal }).catch(
      (err: unknown) => {
        log.warn({ err }, 'what looks have counted stays in many pieces');
        return all.map(({ id, rows }) => ({ id, rows }));
      },
    );
    const { watermarkMs } = question;
    await saveKept(db, key, { ...stored, version, pieces: next, watermarkMs });
    return true;
  } catch (err) {
    log.warn({ err }, 'what a look counted could not be kept; the next one counts it again');
    return false;
  }
}

/** The small pieces as one when they are many, or all of them. */
async function nextPieces(
  clickhouse: ClickHouseClient,
  question: ExposureQuestion,
  pieces: readonly (Piece & PieceRows)[],
  { maxPieces, signal }: { readonly maxPieces: number; readonly signal: AbortSignal },
): Promise<Piece[]> {
  const [large, ...small] = pieces;
  if (!large) return [];
  const isAging = small.some(({ secondsLeft }) => secondsLeft < RENEW_SECONDS.short);
  const isOld = large.secondsLeft < RENEW_SECONDS.long;
  const merge = async (some: readonly (Piece & PieceRows)[], life: Life): Promise<Piece> => {
    const id = randomUUID();
    const ids = some.map((one) => one.id);
    const into = { piece: id, life };
    await storeRows(clickhouse, oneOfFactsSql(question, ids, into), signal);
    await storeRows(clickhouse, oneOfSumsSql(question, ids, into), signal);
    const rows = (await countPieces(clickhouse, [id], signal)).get(id)?.rows ?? 0;
    return { id, rows };
  };
  const smallRows = small.reduce((sum, { rows }) => sum + rows, 0);
  const isFull = pieces.length > maxPieces || isAging;
  if (isOld || (isFull && 2 * smallRows > large.rows)) return [await merge(pieces, 'long')];
  if (isFull) return [large, await merge(small, 'short')].map(({ id, rows }) => ({ id, rows }));
  return pieces.map(({ id, rows }) => ({ id, rows }));
}
