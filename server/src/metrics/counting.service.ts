// Keeps the cost of a look from growing with the age of a stage: what earlier looks have counted is stored, and a look
// counts only the people about whom something is new. The answer is the same to the last digit
// (counting.service.test.ts), because facts about ids and sums over people add up, pieces cover exactly what was
// stored up to a block and received before a watermark, and any change of an environment's stored events makes its pieces void.
import { createHash, randomUUID } from 'node:crypto';
import type { ClickHouseClient } from '@clickhouse/client';
import { canonicalJson } from '#kernel/json';
import type { Ctx } from '#platform/ctx';
import type { ExposureQuestion } from './exposure-sql.ts';
import { NotTogetherError } from './gather.service.ts';
import { areWhole, keepPieces } from './keep-pieces.service.ts';
import { type ExposedPerson, findUnknownPeople, observe } from './metrics.query.ts';
import type { Observation } from './observation.ts';
import { countByHour, type PieceCounts, type StoredSoFar, storeRows } from './pieces.query.ts';
import { findKept, forgetKept, type Kept, type Piece } from './pieces.store.ts';
import {
  type Before,
  firstFactsSql,
  newlyCountedSql,
  newPeople,
  type Pieces,
  type Since,
} from './stored-sql.ts';
import { lookTogether, type Together } from './together.service.ts';

/** So many pieces, and small ones become one. */
const MAX_PIECES = 12;
/**
 * So many are read in about the time that it takes to store what they say. Of reading all, counting on took 1.3 at 300 events
 * of a stage, and 1.1 at 7,000 (0.6 after half a million of earlier ones); of ten looks together each took 0.2.
 */
const LEAST_EVENTS = 2_000;
/** So many are counted in some seconds, also on a busy machine. */
const MOST_EVENTS = 250_000;
/** An hour: what is new since then is little. */
const RECENTLY_MS = 3_600_000;
/** A look at what people did that goes on where the last one ended. */
export type Counting = {
  /**
   * False when so much is new that it is counted in several parts: this one is to be observed and kept, and the next
   * begun, until one is whole.
   */
  readonly isWhole: boolean;
  /** People about whom something is new whom nobody has told apart yet. */
  readonly findUnknown: (limit: number) => Promise<ExposedPerson[]>;
  /** What everybody did; people who are not told apart are left out. To be called once. */
  readonly observe: () => Promise<Observation>;
  /**
   * To be called after the decision, unless somebody still waits to be told apart: the next look goes on from this one.
   * Never fails; tells whether anything was kept.
   */
  readonly keep: (signal: AbortSignal) => Promise<boolean>;
  /** Pieces of earlier looks that this one goes by. */
  readonly goesBy: number;
};

type Deps = Pick<Ctx, 'db' | 'clickhouse' | 'log'>;

type Pace = {
  /** So many pieces become one. */
  readonly maxPieces?: number;
  /** With fewer events, all are read. */
  readonly leastEvents?: number;
  /** With more, they are counted in parts. */
  readonly mostEvents?: number;
  /** With looks at the same moment; default: alone. */
  readonly together?: Together | undefined;
};

export async function countOn(
  deps: Deps,
  question: ExposureQuestion,
  signal: AbortSignal,
  pace: Pace = {},
): Promise<Counting> {
  try {
    const begun = await begin(deps, question, pace, signal);
    if (begun !== null) return countNew(deps, begun, pace, signal);
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
  isWhole: true,
  findUnknown: (limit) => findUnknownPeople(clickhouse, question, limit, signal),
  observe: () => observe(clickhouse, question, signal),
  keep: () => Promise.resolve(false),
  goesBy: 0,
});

type Begun = {
  /** Up to the end of this part. */
  readonly question: ExposureQuestion;
  readonly isWhole: boolean;
  readonly key: string;
  readonly version: number;
  readonly stored: StoredSoFar;
  /** What is gone on from, as it was kept. */
  readonly kept: readonly Piece[];
  readonly pieces: Pieces;
  readonly together: Together;
};

/** Stores what is new, if anything is; null where nothing can be gone on from. */
async function begin(
  { db, clickhouse }: Deps,
  whole: ExposureQuestion,
  { leastEvents = LEAST_EVENTS, mostEvents = MOST_EVENTS, ...pace }: Pace,
  signal: AbortSignal,
): Promise<Begun | null> {
  const { environmentId } = whole;
  const together = pace.together ?? lookTogether(clickhouse, signal);
  const stored = await together.findStored(environmentId);
  if (stored === null) return null;
  const key = keyOf(whole);
  const found = await findKept(db, key);
  // Another replica may know of less than the pieces hold.
  if (found && found.watermarkMs > whole.watermarkMs) return null;
  const kept = await ifSound(together, whole, { found, stored });
  const limits = { leastEvents, mostEvents };
  const untilMs = await endOfPart(clickhouse, whole, kept, limits, signal);
  if (untilMs === null) return null;
  const question = { ...whole, watermarkMs: untilMs };
  const before = kept && beforeOf(kept, await together.findSince({ ...kept, environmentId }));
  const pieces =
    before === null
      ? await storeFirst(clickhouse, question, stored.block, signal)
      : await storeNew(together, question, stored.block, before);
  return {
    question,
    isWhole: untilMs === whole.watermarkMs,
    key,
    version: found?.version ?? 0,
    stored,
    kept: kept?.pieces ?? [],
    pieces,
    together,
  };
}

async function storeFirst(
  clickhouse: ClickHouseClient,
  question: ExposureQuestion,
  block: number,
  signal: AbortSignal,
): Promise<Pieces> {
  const piece = randomUUID();
  await storeRows(clickhouse, firstFactsSql(question, block, piece), signal);
  return { before: [], added: [piece] };
}

async function storeNew(
  { storeFacts }: Together,
  question: ExposureQuestion,
  block: number,
  before: Before,
): Promise<Pieces> {
  const added = before.isNothing ? [] : [await storeFacts(question, block, before)];
  return { before: before.pieces, added };
}

const beforeOf = (kept: Kept, since: Since): Before => ({
  ...kept,
  ...since,
  pieces: kept.pieces.map(({ id }) => id),
});

/** Where the part ends that is counted next; null when there is too little for a beginning. */
async function endOfPart(
  clickhouse: ClickHouseClient,
  { environmentId, settledAtMs, watermarkMs }: ExposureQuestion,
  kept: Kept | null,
  { leastEvents, mostEvents }: { readonly leastEvents: number; readonly mostEvents: number },
  signal: AbortSignal,
): Promise<number | null> {
  const fromMs = kept?.watermarkMs ?? settledAtMs;
  if (kept !== null && watermarkMs - fromMs < RECENTLY_MS) return watermarkMs;
  const stretch = { environmentId, fromMs, toMs: watermarkMs };
  const hours = await countByHour(clickhouse, stretch, signal);
  let events = 0;
  const cut = hours.find(([, count]) => (events += count) > mostEvents);
  if (cut) return Math.min(cut[0], watermarkMs);
  return kept === null && events < leastEvents ? null : watermarkMs;
}

/** Null when something of what pieces stand for has changed, or they are no more what they were. */
async function ifSound(
  { countPieces }: Together,
  { toldApartFor }: ExposureQuestion,
  { found, stored }: { readonly found: Kept | undefined; readonly stored: StoredSoFar },
): Promise<Kept | null> {
  if (found?.mutation !== stored.mutation) return null;
  // Otherwise afterwards; but who is told apart is not asked about again, so nobody may be missed.
  if (toldApartFor === null) return found;
  const ids = found.pieces.map(({ id }) => id);
  return areWhole(await countPieces(ids), found.pieces) ? found : null;
}

function countNew(
  deps: Deps,
  { pieces: begun, ...about }: Begun,
  pace: Pace,
  signal: AbortSignal,
): Counting {
  const { clickhouse, log } = deps;
  const { question, isWhole } = about;
  const { maxPieces = MAX_PIECES } = pace;
  let pieces = begun;
  let instead: Counting | null = null;
  let counts: PieceCounts = new Map();
  // Nothing that only saves work may keep a decision from being made.
  const orAll = async <T>(work: () => Promise<T>, all: (counting: Counting) => Promise<T>) => {
    try {
      return await work();
    } catch (err) {
      signal.throwIfAborted();
      log.debug({ err }, NO_USE);
      const again = err instanceof NotTogetherError ? await alone() : null;
      instead = again?.isWhole ? again : countAll(deps, question, signal);
      return all(instead);
    }
  };
  const alone = () => countOn(deps, question, signal, { ...pace, together: undefined });
  const count = async () => {
    if (question.toldApartFor !== null && pieces.added.length > 0) {
      const counted = randomUUID();
      await storeRows(clickhouse, newlyCountedSql(question, pieces, counted), signal);
      pieces = { ...pieces, added: [...pieces.added, counted] };
    }
    const found = await addUp(deps, { ...about, pieces });
    counts = found.counts;
    return found.answer;
  };
  return {
    isWhole,
    findUnknown: (limit) =>
      orAll(
        () => findUnknownPeople(clickhouse, question, limit, signal, newPeople(question, pieces)),
        (all) => all.findUnknown(limit),
      ),
    observe: () => orAll(count, (all) => all.observe()),
    keep: (until) =>
      instead?.keep(until) ?? keepPieces(deps, { ...about, pieces, counts }, maxPieces, until),
    goesBy: pieces.before.length,
  };
}

/** By how much the sums change, and what they are then. @throws when rows are missing: everything is to be read anew */
async function addUp(
  { db }: Deps,
  { question, key, kept, pieces, together }: Begun,
): Promise<{ readonly answer: Observation; readonly counts: PieceCounts }> {
  if (pieces.added.length > 0) await together.storeSums(question, pieces);
  const all = [...pieces.before, ...pieces.added];
  const answer = await together.readAnswer(question, all);
  // Afterwards: rows that are there now were there when they were read.
  const counts = await together.countPieces(all);
  if (areWhole(counts, kept)) return { answer, counts };
  await forgetKept(db, key);
  throw new Error('rows of pieces are lost');
}

/** Two questions that count the same people for the same may share pieces: what they are about but for the moment. */
export function keyOf(question: ExposureQuestion): string {
  const { watermarkMs: _moment, maturesAfterMs: _judged, ...about } = question;
  return createHash('sha256').update(canonicalJson(about)).digest('hex');
}
