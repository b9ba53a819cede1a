// Brings a stretch of the log into the store. Every step may be repeated: what is there already is seen by its session,
// and a session's row is made of all of its blocks, whoever brought them and in whatever order.
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import { type LogPosition, comparePositions, lockMark, withoutErased, writeMark } from '#ingest';
import { lockPeople } from '#identity';
import type { Ctx } from '#platform/ctx';
import { withoutDetail } from '../facts/block-facts.ts';
import { type Block, type Session, sessionOf } from '../facts/session.ts';
import type { SettingsDirectory } from '../settings/settings.service.ts';
import { insertReplayRows, readBlocks, readKnownBlocks } from '../store/blocks.query.ts';
import { erasedAmong } from '../store/erased.store.ts';
import {
  type KnownBlock,
  type SessionPlace,
  consoleRows,
  openBlockRow,
  requestRows,
  sessionRow,
} from '../store/rows.ts';
import { sessionStartMs } from '../wire/snapshot.ts';
import type { WaitingBlock } from './block-record.ts';
import { insertSound } from './insert-sound.service.ts';

const unpack = promisify(zstdDecompress);

export type StoreDeps = Pick<Ctx, 'db' | 'clickhouse' | 'clock' | 'log'> & {
  readonly nodeId: string;
  readonly settings: Pick<SettingsDirectory, 'of'>;
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
  for (const [environmentId, blocks] of Map.groupBy(claimed, (block) => block.environmentId)) {
    stored.push({ environmentId, sessionIds: await storeIn(deps, environmentId, blocks) });
  }
  return stored;
}

/** Leaves out whoever was erased meanwhile; erasing people holds the same lock, and so sees this batch on its way. */
function claim(
  deps: StoreDeps,
  { from, to, blocks }: ReplayBatch,
): Promise<readonly WaitingBlock[]> {
  return deps.db.transaction().execute(async (trx) => {
    const { stored } = await lockMark(trx, deps.nodeId);
    if (comparePositions(stored, from) > 0) {
      throw new Error('the log of recordings was read by another process: its mark has moved on');
    }
    await writeMark(trx, deps.nodeId, { stored: from, batchEnd: to });
    const environmentIds = [...new Set(blocks.map(({ environmentId }) => environmentId))];
    // Sorted, so that two replicas never wait for each other.
    for (const id of environmentIds.toSorted((a, b) => a - b)) await lockPeople(trx, id);
    const people = blocks.map((block) => ({ ...block, person: { distinctId: block.distinctId } }));
    const left = await withoutErased(trx, people);
    const gone = new Set<string>();
    for (const id of environmentIds) {
      const own = left.filter(({ environmentId }) => environmentId === id);
      const erased = await erasedAmong(trx, id, sessionIdsOf(own));
      for (const sessionId of erased) gone.add(`${id}:${sessionId}`);
    }
    return left.filter((block) => !gone.has(`${block.environmentId}:${block.sessionId}`));
  });
}

const sessionIdsOf = (blocks: readonly Block[]): string[] => [
  ...new Set(blocks.map(({ sessionId }) => sessionId)),
];

async function storeIn(
  deps: StoreDeps,
  environmentId: number,
  blocks: readonly WaitingBlock[],
): Promise<string[]> {
  const sessionIds = sessionIdsOf(blocks);
  const known = Map.groupBy(
    await readKnownBlocks(deps.clickhouse, environmentId, sessionIds),
    ({ sessionId }) => sessionId,
  );
  const fresh: Placed[] = [];
  const factsBytes = new Map<string, number>();
  for (const [sessionId, own] of Map.groupBy(blocks, (block) => block.sessionId)) {
    const before = known.get(sessionId) ?? [];
    const place = placeOf(deps, before, own);
    const fits = fitting(deps, before, own);
    fresh.push(...fits.added.map((block) => ({ block, place })));
    factsBytes.set(sessionId, fits.factsBytes);
  }
  await insertFresh(deps, fresh);
  return writeSessions(deps, environmentId, factsBytes);
}

/**
 * Writes the rows of sessions, from their blocks as they are now: when two replicas store blocks of one at the same
 * moment, whoever reads last has seen both. Answers those that have a block.
 */
async function writeSessions(
  deps: StoreDeps,
  environmentId: number,
  factsBytes: ReadonlyMap<string, number>,
): Promise<string[]> {
  const written: { readonly session: Session; readonly place: SessionPlace }[] = [];
  for (const sessionIds of readableAtOnce(factsBytes)) {
    const blocks = await readBlocks(deps.clickhouse, environmentId, sessionIds);
    for (const own of Map.groupBy(blocks, ({ sessionId }) => sessionId).values()) {
      const [first] = own;
      if (first) written.push({ session: sessionOf(own), place: first.place });
    }
  }
  const atMs = deps.clock.now();
  await insertSound(
    written,
    (part) => {
      const rows = part.map(
        ({ session, place }) => `${sessionRow(environmentId, session, place, atMs)}\n`,
      );
      return insertReplayRows(deps.clickhouse, 'session_replay', rows, undefined);
    },
    ({ session }, error) => tellRefused(deps, environmentId, session, 'the summary', error),
  );
  return written.map(({ session }) => session.sessionId);
}

/** Sessions in portions that fit into memory. */
function readableAtOnce(factsBytes: ReadonlyMap<string, number>): string[][] {
  const portions: string[][] = [];
  let bytes = Infinity;
  for (const [sessionId, own] of factsBytes) {
    bytes += own;
    if (bytes > MAX_FACTS_BYTES) {
      portions.push([]);
      bytes = own;
    }
    portions.at(-1)?.push(sessionId);
  }
  return portions;
}

type Placed = { readonly block: WaitingBlock; readonly place: SessionPlace };

/** As it was at the first block: a change of the settings is for later sessions. */
function placeOf(
  { settings }: StoreDeps,
  before: readonly KnownBlock[],
  own: readonly WaitingBlock[],
): SessionPlace {
  const [known] = before;
  if (known) return known.place;
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
  before: readonly KnownBlock[],
  own: readonly WaitingBlock[],
): { readonly added: readonly WaitingBlock[]; readonly factsBytes: number } {
  const seen = new Set(before.map(({ id }) => id));
  let bytes = before.reduce((sum, block) => sum + block.bytes, 0);
  let factsBytes = before.reduce((sum, block) => sum + block.factsBytes, 0);
  const added: WaitingBlock[] = [];
  for (const block of own) {
    if (seen.has(block.id)) continue;
    seen.add(block.id);
    if (bytes + block.bytes > MAX_SESSION_BYTES || seen.size > MAX_SESSION_BLOCKS) {
      onTooLong(block.environmentId, block);
      continue;
    }
    bytes += block.bytes;
    const size = JSON.stringify(block.facts).length;
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

async function blockLines(fresh: readonly Placed[]): Promise<(string | Uint8Array)[]> {
  const lines: (string | Uint8Array)[] = [];
  for (const { block, place } of fresh) {
    lines.push(openBlockRow(block, place), await unpack(block.data), '}\n');
  }
  return lines;
}

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
