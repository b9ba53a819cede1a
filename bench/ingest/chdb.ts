// What chDB inserts by itself: the same rows into the same table with the same durability, as batches of
// 10,000 without anything around them.
import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { insertRows } from '../../server/src/ingest/events.store.ts';
import { normalizeEvent } from '../../server/src/ingest/normalize.ts';
import { finishRow, openRow } from '../../server/src/ingest/row.ts';
import { startClickHouse } from '../../server/src/platform/clickhouse/embedded.ts';
import { migrateClickHouse } from '../../server/src/platform/clickhouse/migrate.ts';
import { openClickHouse } from '../../server/src/platform/clickhouse/open.ts';
import { createLog } from '../../server/src/platform/log.ts';
import { anEvent } from './event.ts';

const ROWS = 10_000;
const INSERTS = 8;

/** Rows per second, the first insert left out. */
export async function measureInserts(folder: string): Promise<number> {
  await mkdir(folder, { recursive: true });
  const log = createLog('silent');
  const engine = await startClickHouse({ folder, log });
  try {
    await migrateClickHouse(engine.url);
    const { client, close } = openClickHouse({ url: engine.url });
    try {
      await insertRows(client, randomUUID(), rows());
      let tookMs = 0;
      for (let insert = 0; insert < INSERTS; insert += 1) {
        const batch = rows();
        const startedMs = performance.now();
        await insertRows(client, randomUUID(), batch);
        tookMs += performance.now() - startedMs;
      }
      return (ROWS * INSERTS) / (tookMs / 1000);
    } finally {
      await close();
    }
  } finally {
    await engine.close();
  }
}

function rows(): string[] {
  const receivedMs = Date.now();
  return Array.from({ length: ROWS }, (_, index) => {
    const normalized = normalizeEvent(anEvent(index), {
      receivedAtMs: receivedMs,
      sentAt: undefined,
      makeUuid: () => randomUUID(),
      requestId: '',
    });
    if (normalized.kind !== 'event') throw new Error('the event of this benchmark is not usable');
    return finishRow(openRow(normalized.event, 1, receivedMs), randomUUID(), 'propertyless');
  });
}
