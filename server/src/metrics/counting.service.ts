// Keeps the cost of a look from growing with the age of a stage: what earlier looks have counted is stored, and a look
// counts only the people about whom something is new. The answer is the same to the last digit
// (counting.service.test.ts), because facts about ids and sums over people add up, pieces cover exactly what was
// stored up to a block and received before a watermark, and any change of stored events makes all pieces void.
import { createHash, randomUUID } from 'node:crypto';
import type { ClickHouseClient } from '@clickhouse/client';
import { canonicalJson } from '#kernel/json';
import type { Ctx } from '#platform/ctx';
import type { ExposureQuestion } from './exposure-sql.ts';
import { type ExposedPerson, findUnknownPeople, observe, readAnswer } from './metrics.query.ts';
import type { Observation } from './observation.ts';
import {
  countPieces,
  findSince,
  findStoredSoFar,
  type PieceRows,
  type StoredSoFar,
  storeRows,
} from './pieces.query.ts';
import { findKept, type Kept, type Piece, saveKept } from './pieces.store.ts';
import {
  type Life,
  newFactsSql,
  newlyCountedSql,
  newOwnersSql,
  newPeople,
  newSumsSql,
  oneOfFactsSql,
  oneOfSumsSql,
  type Pieces,
  storedSumsSql,
} from './stored-sql.ts';

/** So many pieces, and small ones become one. */
const MAX_PIECES = 12;
/**
 * So many are read in less time than it takes to store what they say: of reading all, counting on took 1.64 at 8,000 events
 * of a stage, and 0.60 at 33,000 (bench/ticks.ts).
 */
const LEAST_EVENTS = 20_000;
/** Ten minutes: pieces that end before are not begun with. */
const LEAST_SECONDS = 600;
/** Small pieces live for six hours and the large one for eight days: they are written anew at half of that. */
const RENEW_SECONDS = { short: 3 * 3600, long: 4 * 86_400 } as const;

/** A look at what people did that goes on where the last one ended. */
export type Counting = {
  /** People about whom something is new whom nobody has told apart yet. */
  readonly findUnknown: (limit: number) => Promise<ExposedPerson[]>;
  /** What everybody did; people who are not told apart are left out. To be called once. */
  readonly observe: () => Promise<Observation>;
  /**
   * To be called after the decision, unless somebody still waits to be told apart: the next look goes on from this one.
   * Never fails.
   */
  readonly keep: (signal: AbortSignal) => Promise<void>;
  /** Pieces of earlier looks that this one goes by. */
  readonly goesBy: number;
};

type Deps = Pick<Ctx, 'db' | 'clickhouse' | 'log'>;

/** How many pieces become one, and how many events there must be for any. */
type Pace = { readonly maxPieces?: number; readonly leastEvents?: number };

export async function countOn(
  deps: Deps,
  question: ExposureQuestion,
  signal: AbortSignal,
  { maxPieces = MAX_PIECES, leastEvents = LEAST_EVENTS }: Pace = {},
): Promise<Counting> {
  try {
    const begun = await begin(deps, question, leastEvents, signal);
    if (begun !== null) return countNew(deps, question, begun, { maxPieces, signal });
  } catch (err) {
    signal.throwIfAborted();
    deps.log.debug({ err }, NO_USE);
  }
  return countAll(deps, question, signal);
}

const NO_USE = 'what was counted before is of no use; every event is read';

const countAll = (
  { clickhouse }: Deps,
  question: ExposureQuestion,
  signal: AbortSignal,
): Counting => ({
  findUnknown: (limit) => findUnknownPeople(clickhouse, question, limit, signal),
  observe: () => observe(clickhouse, question, signal),
  keep: () => Promise.resolve(),
  goesBy: 0,
});

type Begun = {
  readonly key: string;
  readonly version: number;
  readonly stored: StoredSoFar;
  readonly pieces: Pieces;
};

/** Stores what is new; null where nothing can be gone on from. */
async function begin(
  { db, clickhouse }: Deps,
  question: ExposureQuestion,
  leastEvents: number,
  signal: AbortSignal,
): Promise<Begun | null> {
  const { environmentId, settledAtMs } = question;
  const stretch = { environmentId, fromMs: settledAtMs };
  const stored = await findStoredSoFar(clickhouse, stretch, signal);
  if (stored === null || stored.events < leastEvents) return null;
  const key = keyOf(question);
  const found = await findKept(db, key);
  // Another replica may know of less than the pieces hold.
  if (found && found.watermarkMs > question.watermarkMs) return null;
  const kept = await ifSound(clickhouse, found, stored, signal);
  const before = kept && {
    ...kept,
    ...(await findSince(clickhouse, { ...kept, environmentId }, signal)),
  };
  const added = randomUUID();
  const pieces = { before: kept?.pieces.map(({ id }) => id) ?? [], added: [added] };
  const facts = newFactsSql(question, { block: stored.block, before });
  await storeRows(clickhouse, added, facts, signal);
  const owners = newOwnersSql(question, pieces, before?.oldParts ?? []);
  await storeRows(clickhouse, added, owners, signal);
  return { key, version: found?.version ?? 0, stored, pieces };
}

/** Null when something of what pieces stand for has changed, or one of them has lost a row or is about to. */
async function ifSound(
  clickhouse: ClickHouseClient,
  found: Kept | undefined,
  stored: StoredSoFar,
  signal: AbortSignal,
): Promise<Kept | null> {
  if (found?.mutation !== stored.mutation) return null;
  const ids = found.pieces.map(({ id }) => id);
  const counts = await countPieces(clickhouse, ids, signal);
  const isSound = found.pieces.every(({ id, rows }) => {
    const now = counts.get(id);
    return now?.rows === rows && now.secondsLeft > LEAST_SECONDS;
  });
  return isSound ? found : null;
}

function countNew(
  deps: Deps,
  question: ExposureQuestion,
  { pieces: begun, ...about }: Begun,
  { maxPieces, signal }: { readonly maxPieces: number; readonly signal: AbortSignal },
): Counting {
  const { clickhouse, log } = deps;
  let pieces = begun;
  let isLost = false;
  // Nothing that only saves work may keep a decision from being made.
  const orAll = async <T>(work: () => Promise<T>, all: (counting: Counting) => Promise<T>) => {
    try {
      return await work();
    } catch (err) {
      signal.throwIfAborted();
      isLost = true;
      log.debug({ err }, NO_USE);
      return all(countAll(deps, question, signal));
    }
  };
  const count = async () => {
    if (question.toldApartFor !== null) {
      const counted = randomUUID();
      await storeRows(clickhouse, counted, newlyCountedSql(question, pieces), signal);
      pieces = { ...pieces, added: [...pieces.added, counted] };
    }
    const last = pieces.added.at(-1) ?? '';
    await storeRows(clickhouse, last, newSumsSql(question, pieces), signal);
    const all = storedSumsSql([...pieces.before, ...pieces.added]);
    return readAnswer(clickhouse, question, all, signal);
  };
  return {
    findUnknown: (limit) =>
      orAll(
        () => findUnknownPeople(clickhouse, question, limit, signal, newPeople(question, pieces)),
        (all) => all.findUnknown(limit),
      ),
    observe: () => orAll(count, (all) => all.observe()),
    keep: async (until) => {
      if (!isLost) await keepPieces(deps, question, { ...about, pieces }, { maxPieces, until });
    },
    goesBy: pieces.before.length,
  };
}

async function keepPieces(
  { db, clickhouse, log }: Deps,
  question: ExposureQuestion,
  { key, version, stored, pieces }: Begun,
  { maxPieces, until }: { readonly maxPieces: number; readonly until: AbortSignal },
): Promise<void> {
  try {
    const next = await nextPieces(clickhouse, question, pieces, { maxPieces, signal: until });
    if (next.length === 0) return;
    const { watermarkMs } = question;
    await saveKept(db, key, { ...stored, version, pieces: next, watermarkMs });
  } catch (err) {
    log.warn({ err }, 'what a look counted could not be kept; the next one counts it again');
  }
}

/** The pieces of before and those that were added; the small ones as one when they are many, or all of them. */
async function nextPieces(
  clickhouse: ClickHouseClient,
  question: ExposureQuestion,
  { before, added }: Pieces,
  { maxPieces, signal }: { readonly maxPieces: number; readonly signal: AbortSignal },
): Promise<Piece[]> {
  const counts = await countPieces(clickhouse, [...before, ...added], signal);
  const pieces = [...before, ...added].flatMap((id) => {
    const found = counts.get(id);
    return found ? [{ id, ...found }] : [];
  });
  const [large, ...small] = pieces;
  if (!large) return [];
  const isAging = small.some(({ secondsLeft }) => secondsLeft < RENEW_SECONDS.short);
  const isOld = large.secondsLeft < RENEW_SECONDS.long;
  const merge = async (some: readonly (Piece & PieceRows)[], life: Life): Promise<Piece> => {
    const id = randomUUID();
    const ids = some.map((one) => one.id);
    await storeRows(clickhouse, id, oneOfFactsSql(question, ids, life), signal);
    await storeRows(clickhouse, id, oneOfSumsSql(question, ids, life), signal);
    const rows = (await countPieces(clickhouse, [id], signal)).get(id)?.rows ?? 0;
    return { id, rows };
  };
  const smallRows = small.reduce((sum, { rows }) => sum + rows, 0);
  const isFull = pieces.length > maxPieces || isAging;
  if (isOld || (isFull && 2 * smallRows > large.rows)) return [await merge(pieces, 'long')];
  if (isFull) return [large, await merge(small, 'short')].map(({ id, rows }) => ({ id, rows }));
  return pieces.map(({ id, rows }) => ({ id, rows }));
}

/** Two questions that count the same people for the same may share pieces: what they are about but for the moment. */
function keyOf(question: ExposureQuestion): string {
  const {
    watermarkMs: _moment,
    noDataAfterMs: _recent,
    maturesAfterMs: _judged,
    ...about
  } = question;
  return createHash('sha256').update(canonicalJson(about)).digest('hex');
}
