// Opens the log with what it still knows: which events were accepted lately, and since when which wait.
import { randomInt } from 'node:crypto';
import type { Ctx } from '#platform/ctx';
import { type EventLog, type EventLogOptions, openEventLog } from './event-log.store.ts';
import { isStoreEmpty } from './events.store.ts';
import { type LogPosition, comparePositions } from './log-format.ts';
import type { Mark } from './mark.store.ts';
import { ReceiptTimes } from './receipt-times.ts';
import { parseHead, parseRecord } from './record.ts';
import { RecentUuids } from './uuid-set.ts';

/** 2 million: with all four tables full about 80 MB, and days of events on a small server. */
const MAX_RECENT_UUIDS = 2_000_000;
const FIRST_START_MS = 3_600_000;

export type RecoveredLog = {
  readonly eventLog: EventLog;
  readonly receipts: ReceiptTimes;
  readonly recent: RecentUuids;
  /** Receipt of the last record, milliseconds since the epoch; 0 without one. */
  readonly lastReceivedMs: number;
  /** Where the log ended; undefined when it holds no record. */
  readonly foundEnd: LogPosition | undefined;
};

/** Opens the log of a node whose mark is `mark`. */
export async function recoverLog(
  ctx: Ctx,
  options: Omit<EventLogOptions, 'clock' | 'log' | 'knownEnd' | 'onGap'>,
  mark: Mark,
): Promise<RecoveredLog> {
  const receipts = new ReceiptTimes();
  let recent: RecentUuids | undefined;
  let lastReceivedMs = 0;
  let foundEnd: LogPosition | undefined;
  const eventLog = await openEventLog(
    {
      ...options,
      clock: ctx.clock,
      log: ctx.log,
      knownEnd: mark.batchEnd ?? mark.stored,
      // Uuids are missing: what is known begins anew behind them.
      onGap: () => (recent = undefined),
    },
    ({ payload, end }) => {
      const text = payload.toString();
      const { environmentId, receivedMs } = parseHead(text);
      recent ??= recentSince(receivedMs);
      lastReceivedMs = receivedMs;
      foundEnd = end;
      if (comparePositions(end, mark.stored) > 0) {
        receipts.add(receivedMs, end);
        return;
      }
      for (const { uuid } of parseRecord(text).events) recent.add(environmentId, uuid, receivedMs);
    },
  );
  eventLog.onDurable((receivedMs, end) => receipts.add(receivedMs, end));
  recent ??= recentSince(await completeSinceMs(ctx));
  return { eventLog, receipts, recent, lastReceivedMs, foundEnd };
}

function recentSince(completeSince: number): RecentUuids {
  return new RecentUuids({
    maxEntries: MAX_RECENT_UUIDS,
    seed: randomInt(2 ** 32),
    completeSinceMs: completeSince,
  });
}

/**
 * Since when an empty log knows every event: now, since other logs may have filled the store. When the store
 * is empty as well, an hour more, so that a first start does not look for every fresh event.
 */
async function completeSinceMs({ clickhouse, clock }: Ctx): Promise<number> {
  // A store that cannot be asked may hold anything.
  const isEmpty = await isStoreEmpty(clickhouse).catch(() => false);
  return clock.now() - (isEmpty ? FIRST_START_MS : 0);
}
