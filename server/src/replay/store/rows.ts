// Blocks and sessions as ClickHouse reads them (JSONEachRow).
import { activityScore, type Block, type Session } from '../facts/session.ts';
import type { WaitingBlock } from '../intake/block-record.ts';

/** Where a session is kept: settled with its first block. */
export type SessionPlace = {
  /** `2026-11-20`, UTC. */
  readonly day: string;
  readonly retentionDays: number;
};

/** The row of a block, still open at its end: its data come last, as they are. */
export function openBlockRow(block: WaitingBlock, place: SessionPlace): string {
  const row = JSON.stringify({
    environment_id: block.environmentId,
    session_id: block.sessionId,
    session_day: place.day,
    window_id: block.windowId,
    block_id: block.id,
    distinct_id: block.distinctId,
    first_at: sqlMs(block.firstMs),
    last_at: sqlMs(block.lastMs),
    received_at: sqlMs(block.receivedMs),
    skew_ms: block.skewMs,
    events: block.events,
    has_full: Number(block.hasFull),
    bytes: block.bytes,
    source: block.source,
    library: block.library,
    library_version: block.libraryVersion,
    facts: JSON.stringify(block.facts),
    retention_days: place.retentionDays,
  });
  return `${row.slice(0, -1)},"data":`;
}

export function sessionRow(
  environmentId: number,
  session: Session,
  place: SessionPlace,
  writtenMs: number,
): string {
  const { counts } = session;
  return JSON.stringify({
    environment_id: environmentId,
    session_day: place.day,
    session_id: session.sessionId,
    version: versionOf(session.blocks, writtenMs),
    start_at: sqlMs(session.startMs),
    end_at: sqlMs(session.endMs),
    received_at: sqlMs(session.receivedMs),
    distinct_id: session.distinctId,
    distinct_ids: session.distinctIds,
    window_ids: session.windowIds,
    urls: session.urls,
    active_ms: session.activeMs,
    ...counts,
    rage_clicks: session.rage.length,
    errors_after_click: session.troubles.errorsAfterClick,
    quick_backs: session.troubles.quickBacks,
    idle_gaps: session.troubles.idleGaps,
    score: activityScore(session),
    blocks: session.blocks,
    events: session.events,
    bytes: session.bytes,
    has_full: Number(session.hasFull),
    source: session.source,
    library: session.library,
    library_version: session.libraryVersion,
    activity: session.activity,
    rage: JSON.stringify(session.rage.slice(0, MAX_RAGE)),
    retention_days: place.retentionDays,
  });
}

/** Which row of a session counts: the one of more blocks, whatever the clock did; of the same ones, the later. */
function versionOf(blocks: number, writtenMs: number): string {
  return String((BigInt(blocks) << 44n) | BigInt(Math.max(0, Math.trunc(writtenMs))));
}

/** What is shown on the seek bar; all are counted. */
const MAX_RAGE = 200;

export function consoleRows(block: WaitingBlock, place: SessionPlace): string[] {
  return block.console.map(({ atMs, level, message }) =>
    JSON.stringify({ ...ofSession(block, place, atMs), level, message }),
  );
}

export function requestRows(block: WaitingBlock, place: SessionPlace): string[] {
  return block.pageRequests.map(({ atMs, isUnanswered, durationMs, ...rest }) =>
    JSON.stringify({
      ...ofSession(block, place, atMs),
      ...rest,
      is_unanswered: Number(isUnanswered),
      duration_ms: durationMs,
    }),
  );
}

function ofSession(
  block: Pick<WaitingBlock, 'environmentId' | 'sessionId'>,
  place: SessionPlace,
  atMs: number,
) {
  return {
    environment_id: block.environmentId,
    session_day: place.day,
    session_id: block.sessionId,
    timestamp: sqlMs(atMs),
    retention_days: place.retentionDays,
  };
}

/** `2026-11-20 12:00:00.000`, UTC: the one form that ClickHouse reads whatever the year (seconds need ten digits). */
function sqlMs(ms: number): string {
  const at = new Date(Math.round(Math.min(Math.max(0, ms), LAST_MS)));
  return at.toISOString().replace('T', ' ').slice(0, -1);
}

/** 2200: what a page says of a request may be anything, and ClickHouse keeps times until 2299. */
const LAST_MS = Date.UTC(2200, 0);

/** A block that is stored, with where its session is kept; without what it says. */
export type BlockHead = Pick<
  Block,
  | 'id'
  | 'sessionId'
  | 'windowId'
  | 'firstMs'
  | 'lastMs'
  | 'receivedMs'
  | 'events'
  | 'hasFull'
  | 'bytes'
> & { readonly place: SessionPlace };

/** The same with what it says. */
export type StoredBlock = Block & { readonly place: SessionPlace };

export type BlockHeadRow = {
  readonly session_id: string;
  readonly day: string;
  readonly window_id: string;
  readonly id: string;
  readonly first_ms: number | string;
  readonly last_ms: number | string;
  readonly received_ms: number | string;
  readonly events: number;
  readonly has_full: number;
  readonly bytes: number;
  readonly retention_days: number;
};

export type StoredBlockRow = BlockHeadRow & {
  readonly distinct_id: string;
  readonly source: Block['source'];
  readonly library: string;
  readonly library_version: string;
  readonly facts: string;
};

export function toBlockHead(row: BlockHeadRow): BlockHead {
  return {
    id: row.id,
    sessionId: row.session_id,
    windowId: row.window_id,
    firstMs: Number(row.first_ms),
    lastMs: Number(row.last_ms),
    receivedMs: Number(row.received_ms),
    events: row.events,
    hasFull: row.has_full === 1,
    bytes: row.bytes,
    place: { day: row.day, retentionDays: row.retention_days },
  };
}

export function toStoredBlock(row: StoredBlockRow): StoredBlock {
  return {
    ...toBlockHead(row),
    distinctId: row.distinct_id,
    source: row.source,
    library: row.library,
    libraryVersion: row.library_version,
    facts: JSON.parse(row.facts) as Block['facts'],
  };
}
