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
  const stored = shared<StoredSoFar | null>();
  const since = shared<Since>();
  return {
    findStored: () => stored('', () => findStoredSoFar(clickhouse, signal)),
    findSince: ({ environmentId, block, overrideBlock, watermarkMs }) => {
      const covered = { environmentId, block, overrideBlock, watermarkMs };
      const key = Object.values(covered).join();
      return since(key, () => findSince(clickhouse, covered, signal));
    },
  };
}

/** Finds once what has the same key. What failed is asked anew: one fault is not to make all looks read everything. */
function shared<T>(): (key: string, find: () => Promise<T>) => Promise<T> {
  const found = new Map<string, Promise<T>>();
  return (key, find) => {
    const known = found.get(key);
    if (known) return known;
    const asked = find().catch((error: unknown) => {
      found.delete(key);
      throw error;
    });
    found.set(key, asked);
    return asked;
  };
}
