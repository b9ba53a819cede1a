// Brings one batch from the log into the stores exactly once, whatever crashes when: its people and its end
// are written in one transaction before its rows are inserted under a token that makes a repeat harmless.
import { createHash } from 'node:crypto';
import type { ClickHouseClient } from '@clickhouse/client';
import type { Logger } from 'pino';
import {
  type IdentityWarning,
  type Resolution,
  type ResolvableEvent,
  lockPeople,
  resolveEvents,
  sendOverrides,
  stampEvents,
} from '#identity';
import type { JsonObject } from '#kernel/json';
import type { Db } from '#platform/ctx';
import {
  type SiftedBatch,
  type StorableEvent,
  type WaitingEvent,
  ageCluesOf,
  rowsByYear,
} from './batch.ts';
import { insertDeadLetter } from './dead-letter.store.ts';
import { withoutErased } from './erased.store.ts';
import { parseProperties } from './event-body.ts';
import { findStored, insertRows, isDataError, isTimeout, storedKey } from './events.store.ts';
import { type LogPosition, comparePositions } from './log-format.ts';
import { lockMark, writeMark } from './mark.store.ts';
import type { LogBatch } from './record.ts';
import { copyTimeMs } from './repeat-doubt.ts';
import { addWarnings } from './warning.store.ts';
import { type CountedWarning, type WarningKind, countWarnings } from './warning.ts';

export type BatchDeps = {
  readonly db: Db;
  readonly clickhouse: ClickHouseClient;
  readonly log: Logger;
  readonly nodeId: string;
};

/** A stretch of the log that is stored as one. */
export type Batch = {
  readonly from: LogPosition;
  readonly to: LogPosition;
  readonly records: readonly LogBatch[];
};

/** 2 s: what is unlikely to be found is not looked for longer. */
const UNLIKELY_SECONDS = 2;

/** Leaves out the events that the store already has. */
export async function withoutStored(
  deps: Pick<BatchDeps, 'clickhouse' | 'log'>,
  { events, doubtful, unlikely }: SiftedBatch,
): Promise<readonly WaitingEvent[]> {
  const stored = await findStored(
    deps.clickhouse,
    doubtful.map((event) => ({ ...idOf(event), atMs: copyTimeMs(ageCluesOf(event)) })),
  );
  const alsoStored = await findUnlikely(deps, unlikely);
  if (stored.size + alsoStored.size === 0) return events;
  return events.filter(({ environmentId, uuid }) => {
    const key = storedKey(environmentId, uuid);
    return !stored.has(key) && !alsoStored.has(key);
  });
}

async function findUnlikely(
  { clickhouse, log }: Pick<BatchDeps, 'clickhouse' | 'log'>,
  events: readonly WaitingEvent[],
): Promise<ReadonlySet<string>> {
  const clues = events.map((event) => ({ ...idOf(event), atMs: undefined }));
  try {
    return await findStored(clickhouse, clues, UNLIKELY_SECONDS);
  } catch (error) {
    if (!isTimeout(error)) throw error;
    log.warn(
      { events: events.length },
      'looking for repeated random uuids takes too long; not done',
    );
    return new Set();
  }
}

function idOf({ environmentId, uuid }: WaitingEvent) {
  return { environmentId, uuid };
}

export type ClaimedBatch = Pick<Resolution, 'stamps' | 'changed'> & {
  /** Those to be stored, each with its stamp: without those of people who were erased since they came. */
  readonly events: readonly WaitingEvent[];
};

/**
 * Writes the batch's people, its warnings and its end, in one transaction. When an earlier attempt has done
 * so (its answer was lost), only looks up whose the events are.
 * @throws Error when the mark is elsewhere: two processes use one log
 */
export function claimBatch(
  deps: BatchDeps,
  batch: Batch,
  waiting: readonly WaitingEvent[],
): Promise<ClaimedBatch> {
  return deps.db.transaction().execute(async (trx) => {
    const { stored, batchEnd } = await lockMark(trx, deps.nodeId);
    if (batchEnd && comparePositions(batchEnd, batch.to) === 0) return stampWaiting(trx, waiting);
    if (comparePositions(batchEnd ?? stored, batch.from) > 0) {
      throw new Error('the event log was read by another process: its mark has moved on');
    }
    await writeMark(trx, deps.nodeId, { stored: batch.from, batchEnd: batch.to });
    await lockPeopleOf(trx, waiting);
    const events = await withoutErased(trx, waiting);
    const resolution = await resolveEvents(trx, events.map(toResolvable));
    await addWarnings(trx, warningsOf(batch, resolution.warnings));
    return { ...resolution, events };
  });
}

/** Takes up a batch whose people were written before a crash. */
export function resumeBatch(
  deps: BatchDeps,
  events: readonly WaitingEvent[],
): Promise<ClaimedBatch> {
  return deps.db.transaction().execute((trx) => stampWaiting(trx, events));
}

async function stampWaiting(db: Db, waiting: readonly WaitingEvent[]): Promise<ClaimedBatch> {
  const events = await withoutErased(db, waiting);
  return { ...(await stampEvents(db, events.map(toResolvable))), events };
}

/** Erasing people holds the same lock: either it sees this batch on its way, or this sees its marks. */
async function lockPeopleOf(db: Db, events: readonly WaitingEvent[]): Promise<void> {
  const environmentIds = new Set(events.map(({ environmentId }) => environmentId));
  // Sorted, so that two replicas never wait for each other.
  for (const environmentId of [...environmentIds].toSorted((a, b) => a - b)) {
    await lockPeople(db, environmentId);
  }
}

/** Sends merges, then rows: who sees an identify sees its effect on earlier events as well. */
export async function storeClaimed(
  deps: BatchDeps,
  batch: Batch,
  claimed: ClaimedBatch,
): Promise<void> {
  if (claimed.changed.size > 0) await sendOverrides(deps.db, deps.clickhouse);
  for (const [year, storable] of rowsByYear(claimed.events, claimed.stamps)) {
    const { from, to } = batch;
    const place = `${from.segment}-${from.offset}-${to.segment}-${to.offset}`;
    await insertSound(deps, `${deps.nodeId}-${place}-${year}`, storable);
  }
}

/** Inserts rows; when one of them is refused for good, all others. */
async function insertSound(
  deps: BatchDeps,
  token: string,
  storable: readonly StorableEvent[],
): Promise<void> {
  try {
    await insert(deps, token, storable);
  } catch (error) {
    if (!isDataError(error)) throw error;
    const [first] = storable;
    if (storable.length === 1 && first) {
      await insertAlone(deps, token, first);
      return;
    }
    const middle = Math.ceil(storable.length / 2);
    for (const part of [storable.slice(0, middle), storable.slice(middle)]) {
      await insertSound(deps, partToken(deps, part), part);
    }
  }
}

/** Tries a refused row once more, then keeps it apart and warns those whose event it is. */
async function insertAlone(deps: BatchDeps, token: string, storable: StorableEvent): Promise<void> {
  try {
    await insert(deps, token, [storable]);
  } catch (error) {
    if (!isDataError(error)) throw error;
    const { environmentId, uuid, receivedMs, person } = storable.event;
    const { code: reason = 'unknown', message } = error as { code?: string; message: string };
    deps.log.error({ environmentId, uuid, code: reason }, 'an event cannot be stored');
    const { event, distinctId } = person;
    const detail = `The event store refuses the event (code ${reason}); it is kept apart.`;
    const example = { detail, uuid, event, distinctId };
    const kind: WarningKind = 'event_not_storable';
    await deps.db.transaction().execute(async (trx) => {
      await addWarnings(trx, countWarnings([{ environmentId, kind, atMs: receivedMs, example }]));
      await insertDeadLetter(trx, {
        environmentId,
        uuid,
        event,
        distinctId,
        reason,
        detail: message,
        receivedAt: new Date(receivedMs),
        row: storable.row,
      });
    });
  }
}

function insert(deps: BatchDeps, token: string, storable: readonly StorableEvent[]): Promise<void> {
  return insertRows(
    deps.clickhouse,
    token,
    storable.map(({ row }) => row),
  );
}

/**
 * Token of a part of a batch, made of what is in it: after a crash the rest of the batch is cut differently,
 * and other rows under a token of before would be taken for a repeat.
 */
function partToken(deps: BatchDeps, part: readonly StorableEvent[]): string {
  const hash = createHash('sha256');
  for (const { event } of part) hash.update(`${event.environmentId}:${event.uuid}\n`);
  return `${deps.nodeId}-part-${hash.digest('hex')}`;
}

function toResolvable(event: WaitingEvent): ResolvableEvent {
  return {
    environmentId: event.environmentId,
    person: event.person,
    properties: () => propertiesOfRow(event.row),
  };
}

function propertiesOfRow(row: string): JsonObject {
  return parseProperties((JSON.parse(`${row}}`) as { props: Record<string, string> }).props);
}

function warningsOf(batch: Batch, identity: readonly IdentityWarning[]): CountedWarning[] {
  const noted = batch.records.flatMap(({ environmentId, receivedMs, warnings }) =>
    warnings.map(({ kind, ...example }) => ({ environmentId, kind, atMs: receivedMs, example })),
  );
  // What was said about people is known only now; it counts when the batch's last events came.
  const lastMs = batch.records.reduce((last, { receivedMs }) => Math.max(last, receivedMs), 0);
  const merged = identity.map(({ environmentId, kind, detail, event }) => ({
    environmentId,
    kind,
    atMs: lastMs,
    example: { detail, event: event?.event, distinctId: event?.distinctId },
  }));
  return countWarnings([...noted, ...merged]);
}
