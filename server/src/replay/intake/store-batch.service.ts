// Brings a stretch of the log into the store. Every step may be repeated: what is there already is seen by its session,
// and a session's row is made of all of its blocks, whoever brought them and in whatever order.
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import { type LogPosition, comparePositions, lockMark, withoutErased, writeMark } from '#ingest';
import { lockPeople } from '#identity';
import type { Ctx } from '#platform/ctx';
import { type Block, sessionOf } from '../facts/session.ts';
import type { SettingsDirectory } from '../settings/settings.service.ts';
import { insertReplayRows, readBlocks } from '../store/blocks.query.ts';
import { erasedAmong } from '../store/erased.store.ts';
import {
  type SessionPlace,
  type StoredBlock,
  consoleRows,
  openBlockRow,
  requestRows,
  sessionRow,
} from '../store/rows.ts';
import { sessionStartMs } from '../wire/snapshot.ts';
import type { WaitingBlock } from './block-record.ts';

const unpack = promisify(zstdDecompress);

export type StoreDeps = Pick<Ctx, 'db' | 'clickhouse' | 'clock' | 'log'> & {
  readonly nodeId: string;
  readonly settings: Pick<SettingsDirectory, 'of'>;
  /** Told of an environment whose session grew too long. */
  readonly onTooLong: (environmentId: number, block: Block) => void;
};

/** A stretch of the log that is stored as one. */
export type ReplayBatch = {
  readonly from: LogPosition;
  readonly to: LogPosition;
  readonly blocks: readonly WaitingBlock[];
};

const MAX_SESSION_BYTES = 500 * 1024 * 1024;
const MAX_SESSION_BLOCKS = 10_000;

/** Which sessions of which environment have something new. */
export type StoredSessions = {
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
    await readBlocks(deps.clickhouse, environmentId, sessionIds),
    ({ sessionId }) => sessionId,
  );
  const fresh: Placed[] = [];
  const sessions: string[] = [];
  for (const [sessionId, own] of Map.groupBy(blocks, (block) => block.sessionId)) {
    const before = known.get(sessionId) ?? [];
    const place = placeOf(deps, before, own);
    const added = fitting(deps, before, own);
    fresh.push(...added.map((block) => ({ block, place })));
    const session = sessionOf([...before, ...added]);
    sessions.push(`${sessionRow(environmentId, session, place, deps.clock.now())}\n`);
  }
  await insertFresh(deps, fresh);
  await insertReplayRows(deps.clickhouse, 'session_replay', sessions, undefined);
  return sessionIds;
}

type Placed = { readonly block: WaitingBlock; readonly place: SessionPlace };

/** As it was at the first block: a change of the settings is for later sessions. */
function placeOf(
  { settings }: StoreDeps,
  before: readonly StoredBlock[],
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
  before: readonly StoredBlock[],
  own: readonly WaitingBlock[],
): WaitingBlock[] {
  const seen = new Set(before.map(({ id }) => id));
  let bytes = before.reduce((sum, block) => sum + block.bytes, 0);
  const added: WaitingBlock[] = [];
  for (const block of own) {
    if (seen.has(block.id)) continue;
    seen.add(block.id);
    if (bytes + block.bytes > MAX_SESSION_BYTES || seen.size > MAX_SESSION_BLOCKS) {
      onTooLong(block.environmentId, block);
      continue;
    }
    bytes += block.bytes;
    added.push(block);
  }
  return added;
}

/** What is searched first, then the blocks: whoever dies in between does all of it again. */
async function insertFresh({ clickhouse }: StoreDeps, fresh: readonly Placed[]): Promise<void> {
  if (fresh.length === 0) return;
  const token = tokenOf(fresh);
  const line = (row: string): string => `${row}\n`;
  const lines = fresh.flatMap(({ block, place }) => consoleRows(block, place).map(line));
  await insertReplayRows(clickhouse, 'replay_console', lines, token);
  const requests = fresh.flatMap(({ block, place }) => requestRows(block, place).map(line));
  await insertReplayRows(clickhouse, 'replay_request', requests, token);
  const rows: (string | Uint8Array)[] = [];
  for (const { block, place } of fresh) {
    rows.push(openBlockRow(block, place), await unpack(block.data), '}\n');
  }
  await insertReplayRows(clickhouse, 'replay_block', rows, token);
}

/** The same for the same blocks: an insert whose answer was lost may be on its way. */
function tokenOf(fresh: readonly Placed[]): string {
  const hash = createHash('sha256');
  for (const { block } of fresh)
    hash.update(`${block.environmentId}:${block.sessionId}:${block.id}\n`);
  return `recordings-${hash.digest('hex')}`;
}
