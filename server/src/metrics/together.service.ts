// What looks that are taken at one moment find out together: how far the event store is, and what is new in it.
import type { ClickHouseClient } from '@clickhouse/client';
import type { Since } from './stored-sql.ts';
import { type Covers, findSince, findStoredSoFar, type StoredSoFar } from './pieces.query.ts';

export type Together = {
  /** No later watermark may be asked about than was in force when looks began together. */
  readonly findStored: () => Promise<StoredSoFar | null>;
  /** Looks that were taken together before go on from the same. */
  readonly findSince: (covered: Covers) => Promise<Since>;
};

/** To be made after the watermark was read. @param signal ends what is asked for all of them */
export function lookTogether(clickhouse: ClickHouseClient, signal: AbortSignal): Together {
  let stored: Promise<StoredSoFar | null> | undefined;
  // What failed is asked anew by the next look: one fault is not to make all of them read everything.
  const since = new Map<string, Promise<Since>>();
  return {
    findStored: () => {
      stored ??= findStoredSoFar(clickhouse, signal).catch((error: unknown) => {
        stored = undefined;
        throw error;
      });
      return stored;
    },
    findSince: ({ environmentId, block, overrideBlock, watermarkMs }) => {
      const key = [environmentId, block, overrideBlock, watermarkMs].join();
      const known = since.get(key);
      if (known) return known;
      const covered = { environmentId, block, overrideBlock, watermarkMs };
      const found = findSince(clickhouse, covered, signal).catch((error: unknown) => {
        since.delete(key);
        throw error;
      });
      since.set(key, found);
      return found;
    },
  };
}
