// Brings a stretch of the log into the store. Every step may be repeated: what is there already is seen by its session,
// and a session's row is made of all of its blocks, whoever brought them and in whatever order.
import { createHash } from 'node:crypto';
import { type LogPosition, comparePositions, lockMark, withoutErased, writeMark } from '#ingest';
import { lockPeople } from '#identity';
import type { Ctx, Db } from '#platform/ctx';
import { withoutDetail } from '../facts/block-facts.ts';
import type { Block } from '../facts/session.ts';
import type { SettingsDirectory } from '../settings/settings.service.ts';
import { insertReplayRows, readBlockHeads, readFactsBytes } from '../store/blocks.query.ts';
import { KEEP_MS, erasedAmong } from '../store/erased.store.ts';
import { settlePlaces } from '../store/places.store.ts';
import { type BlockHead, type SessionPlace, consoleRows, requestRows } from '../store/rows.ts';
import { sessionStartMs } from '../wire/snapshot.ts';
import type { WaitingBlock } from './block-record.ts';
import { type Placed, blockLines } from './block-lines.service.ts';
import { insertSound } from './insert-sound.service.ts';
import { type KnownFacts, factsBytesOf } from './known-facts.ts';
import { sessionKey, writeSessions } from './session-rows.service.ts';

export type StoreDeps = Pick<Ctx, 'db' | 'clickhouse' | 'clock' | 'log'> & {
  readonly nodeId: string;
  readonly settings: Pick<SettingsDirectory, 'of'>;
  readonly known: KnownFacts;
  /** Told of an environment whose session grew too long. */
  readonly onTooLong: (environmentId: number, block: Block) => void;
  /** Told of a session of which the store refuses something for good. */
  readonly onRefused: (
    environmentId: number,
    of: Pick<Block, 'sessionId' | 'distinctId'>,
    what: string,
  ) => void;
};

/** A stretch of the log that is stored as one. */
type ReplayBatch = {
  readonly from: LogPosition;
  readonly to: LogPosition;
  readonly blocks: readonly WaitingBlock[];
};

const MAX_SESSION_BYTES = 500 * 1024 * 1024;
const MAX_SESSION_BLOCKS = 10_000;
/** 8 MiB of a session's facts, and as much of several ones, are in memory at a time: 800 bytes a block. */
const MAX_FACTS_BYTES = 8 * 1024 * 1024;

/** Which sessions of which environment have something new. */
type StoredSessions = {
  readonly environmentId: number;
  readonly sessionIds: readonly string[];
};

/** @throws Error when two processes use one log */
export async function storeReplayBatch(
  deps: StoreDeps,
  batch: ReplayBatch,
): Promise<StoredSessions[]> {
  const claimed = await claim(deps, batch);
  const stored: StoredSessions[] = [];
  for (const [environmentId, blocks] of Map.groupBy(claimed.blocks, (one) => one.environmentId)) {
    const own = { blocks, settled: claimed.settled };
    stored.push({ environmentId, sessionIds: await storeIn(deps, environmentId, own) });
  }
  return stored;
}

type Claimed = {
  readonly blocks: readonly WaitingBlock[];
  /** Places of sessions whose ids tell no time, by `sessionKey`. */
  readonly settled: ReadonlyMap<string, SessionPlace>;
};

/**
 * Leaves out whoever was erased meanwhile, and settles where the others lie; erasing holds the same lock, and so sees
 * this batch on its way, and takes its places away.
 */
function claim(deps: StoreDeps, { from, to, blocks }: ReplayBatch): Promise<Claimed> {
  return deps.db.transaction().execute(async (trx) => {
    const { stored } = await lockMark(trx, deps.nodeId);
    if (comparePositions(stored, from) > 0) {
      throw new Error('the log of recordings was read by another process: its mark has moved on');
    }
    await writeMark(trx, deps.nodeId, { stored: from, batchEnd: to });
    const recent = withoutForgotten(deps, blocks);
    const environmentIds = [...new Set(recent.map(({ environmentId }) => environmentId))];
    // Sorted, so that two replicas never wait for each other.
    for (const id of environmentIds.toSorted((a, b) => a - b)) await lockPeople(trx, id);
    const people = recent.map((block) => ({ ...block, person: { distinctId: block.distinctId } }));
    const left = await withoutErased(trx, people, 'recordings');
    const gone = new Set<string>();
    for (const id of environmentIds) {
      const own = left.filter(({ environmentId }) => environmentId === id);
      const erased = await erasedAmong(trx, id, sessionIdsOf(own));
      for (const sessionId of erased) gone.add(`${id}:${sessionId}`);
    }
    const kept = left.filter((block) => !gone.has(`${block.environmentId}:${block.sessionId}`));
    return { blocks: kept, settled: await settle(deps, trx, kept) };
  });
}

/** Of what lay unread so long nobody knows any more whether it was erased meanwhile. */
function withoutForgotten(
  { clock, log }: StoreDeps,
  blocks: readonly WaitingBlock[],
): readonly WaitingBlock[] {
  const recent = blocks.filter(({ receivedMs }) => receivedMs >= clock.now() - KEEP_MS);
  const count = blocks.length - recent.length;
  if (count > 0) log.error({ count }, 'recordings lay unread too long and are left out');
  return recent;
}

const sessionIdsOf = (blocks: readonly Block[]): string[] => [
  ...new Set(blocks.map(({ sessionId }) => sessionId)),
];

async function storeIn(
  deps: StoreDeps,
  environmentId: number,
  { blocks, settled }: Claimed,
): Promise<string[]> {
  const { clickhouse, known } = deps;
  const sessionIds = sessionIdsOf(blocks);
  const heads = Map.groupBy(
    await readBlockHeads(clickhouse, environmentId, sessionIds),
    ({ sessionId }) => sessionId,
  );
  const keyOf = (sessionId: string) => sessionKey(environmentId, sessionId);
  // Part of it may be known: others store blocks of it, and reading the rest may have failed.
  const unknown = sessionIds.filter((sessionId) => {
    const blocksKnown = known.blocksOf(keyOf(sessionId));
    return heads.get(sessionId)?.some(({ id }) => !blocksKnown.has(id));
  });
  const bytesOf = await readFactsBytes(clickhouse, environmentId, unknown);
  const fresh: Placed[] = [];
  const factsBytes = new Map<string, number>();
  const sessions = Map.groupBy(blocks, (block) => block.sessionId);
  for (const [sessionId, own] of sessions) {
    const before = heads.get(sessionId) ?? [];
    // As it was at the first block: a change of the settings is for later sessions.
    const place = before[0]?.place ?? settled.get(keyOf(sessionId)) ?? firstPlace(deps, own);
    const bytesBefore = bytesOf.get(sessionId) ?? known.factsBytes(keyOf(sessionId)) ?? 0;
    const fits = fitting(deps, before, bytesBefore, own);
    fresh.push(...fits.added.map((block) => ({ block, place })));
    factsBytes.set(sessionId, fits.factsBytes);
  }
  await insertFresh(deps, fresh);
  const stored: string[] = [];
  for (const portion of readableAtOnce(factsBytes)) {
    // Now that it is their turn: others are forgotten for them.
    for (const sessionId of portion) {
      const own = fresh.filter(({ block }) => block.sessionId === sessionId);
      known.add(keyOf(sessionId), own.map(saidOf));
    }
    const onRefused = (of: Pick<Block, 'sessionId' | 'distinctId'>, error: unknown) =>
      tellRefused(deps, environmentId, of, 'the summary', error);
    stored.push(...(await writeSessions({ ...deps, onRefused }, environmentId, [...portion])));
  }
  return stored;
}

/** A block without what it holds. */
function saidOf({ block }: Placed): Block {
  const { data: _data, console: _console, pageRequests: _requests, ...said } = block;
  return said;
}

/** Sessions in portions that fit into memory. */
function readableAtOnce(factsBytes: ReadonlyMap<string, number>): ReadonlySet<string>[] {
  const portions: Set<string>[] = [];
  let bytes = Infinity;
  for (const [sessionId, own] of factsBytes) {
    bytes += own;
    if (bytes > MAX_FACTS_BYTES) {
      portions.push(new Set());
      bytes = own;
    }
    portions.at(-1)?.add(sessionId);
  }
  return portions;
}

/** Of sessions whose ids tell no time: two replicas may know different blocks of one. */
async function settle(
  deps: StoreDeps,
  db: Db,
  blocks: readonly WaitingBlock[],
): Promise<Claimed['settled']> {
  const settled = new Map<string, SessionPlace>();
  const timeless = blocks.filter(({ sessionId }) => sessionStartMs(sessionId) === undefined);
  for (const [environmentId, all] of Map.groupBy(timeless, (block) => block.environmentId)) {
    const wanted = new Map<string, SessionPlace>();
    for (const [sessionId, own] of Map.groupBy(all, (block) => block.sessionId)) {
      wanted.set(sessionId, firstPlace(deps, own));
    }
    for (const [sessionId, place] of await settlePlaces(db, environmentId, wanted)) {
      settled.set(sessionKey(environmentId, sessionId), place);
    }
  }
  return settled;
}

function firstPlace({ settings }: StoreDeps, own: readonly WaitingBlock[]): SessionPlace {
  const first = own.reduce((a, b) => (b.firstMs < a.firstMs ? b : a));
  const beganMs = sessionStartMs(first.sessionId) ?? first.firstMs;
  return {
    day: new Date(beganMs).toISOString().slice(0, 10),
    retentionDays: settings.of(first.environmentId).retentionDays,
  };
}

/** Those that are not stored yet, as far as the session may grow. */
function fitting(
  { onTooLong }: StoreDeps,
  before: readonly BlockHead[],
  factsBytesBefore: number,
  own: readonly WaitingBlock[],
): { readonly added: readonly WaitingBlock[]; readonly factsBytes: number } {
  const seen = new Set(before.map(({ id }) => id));
  let bytes = before.reduce((sum, block) => sum + block.bytes, 0);
  let factsBytes = factsBytesBefore;
  const added: WaitingBlock[] = [];
  for (const block of own) {
    if (seen.has(block.id)) continue;
    seen.add(block.id);
    if (bytes + block.bytes > MAX_SESSION_BYTES || seen.size > MAX_SESSION_BLOCKS) {
      onTooLong(block.environmentId, block);
      continue;
    }
    bytes += block.bytes;
    const size = factsBytesOf(block);
    const isTooMuch = factsBytes + size > MAX_FACTS_BYTES;
    added.push(isTooMuch ? { ...block, facts: withoutDetail(block.facts) } : block);
    if (!isTooMuch) factsBytes += size;
  }
  return { added, factsBytes };
}

/** What is searched first, then the blocks: whoever dies in between does all of it again. */
async function insertFresh(deps: StoreDeps, fresh: readonly Placed[]): Promise<void> {
  const tables = [
    ['replay_console', 'console lines', searchLines(consoleRows)],
    ['replay_request', 'requests', searchLines(requestRows)],
    ['replay_block', 'a part', blockLines],
  ] as const;
  for (const [table, what, linesOf] of tables) {
    await insertSound(
      fresh,
      async (part) => {
        const lines = await linesOf(part);
        await insertReplayRows(deps.clickhouse, table, lines, tokenOf(part));
      },
      ({ block }, error) => tellRefused(deps, block.environmentId, block, what, error),
    );
  }
}

const searchLines =
  (rowsOf: (block: WaitingBlock, place: SessionPlace) => string[]) => (fresh: readonly Placed[]) =>
    fresh.flatMap(({ block, place }) => rowsOf(block, place).map((row) => `${row}\n`));

/** Those who look after the app are told, and the log says why. */
function tellRefused(
  { log, onRefused }: StoreDeps,
  environmentId: number,
  of: Pick<Block, 'sessionId' | 'distinctId'>,
  what: string,
  error: unknown,
): void {
  log.error({ err: error, environmentId, sessionId: of.sessionId, what }, 'a recording is refused');
  onRefused(environmentId, of, what);
}

/** The same for the same blocks: an insert whose answer was lost may be on its way. */
function tokenOf(fresh: readonly Placed[]): string {
  const hash = createHash('sha256');
  for (const { block } of fresh)
    hash.update(`${block.environmentId}:${block.sessionId}:${block.id}\n`);
  return `recordings-${hash.digest('hex')}`;
}
