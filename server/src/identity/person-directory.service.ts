// What is stored about people, for flag evaluation: a bounded cache over the store, emptied entry by entry
// when a person changes, here or on another replica.
import { LRUCache } from 'lru-cache';
import { storableText } from '#kernel/json';
import type { Ctx } from '#platform/ctx';
import { type HashKeyKeeper, createHashKeyKeeper } from './hash-keys.service.ts';
import { type PersonRecord, readPersonRecord } from './person-record.store.ts';

export type { PersonRecord } from './person-record.store.ts';

export interface PersonDirectory {
  /**
   * What is stored about a distinct id. With the store down, the last known state if there is one, else
   * the store's error.
   */
  recordOf(environmentId: number, distinctId: string): Promise<PersonRecord>;
  /** See {@link HashKeyKeeper.keep}. */
  keepHashKeys: HashKeyKeeper['keep'];
  close(): void;
}

/** About 32 MB of records; an entry costs its JSON text and a little. */
const MAX_CACHE_CHARS = 16 * 1024 * 1024;
const ENTRY_CHARS = 200;
const COHORT_CHARS = 16;
const HASH_KEY_CHARS = 60;
/** 10 s: bounds how long a missed notice from another replica can matter. */
const FRESH_MS = 10_000;

/** Opens the directory on the store; it listens for changes until closed. */
export function openPersonDirectory(ctx: Pick<Ctx, 'db' | 'events' | 'log'>): PersonDirectory {
  const records = openRecords(ctx);
  const { recordOf } = records;
  // Opened after the cache: it must hear of a change when the cache has forgotten.
  const keeper = createHashKeyKeeper({ ctx, recordOf });
  return {
    recordOf,
    keepHashKeys: (login) =>
      keeper.keep({
        ...login,
        distinctId: storableText(login.distinctId),
        anonymousId: storableText(login.anonymousId),
      }),
    close: () => {
      records.close();
      keeper.close();
    },
  };
}

type Records = Pick<PersonDirectory, 'recordOf' | 'close'>;

function openRecords(ctx: Pick<Ctx, 'db' | 'events'>): Records {
  const cache = new LRUCache<string, PersonRecord>({
    maxSize: MAX_CACHE_CHARS,
    sizeCalculation: ({ properties, staticCohortIds, hashKeys }) =>
      ENTRY_CHARS +
      JSON.stringify(properties).length +
      COHORT_CHARS * staticCohortIds.length +
      HASH_KEY_CHARS * hashKeys.size,
    ttl: FRESH_MS,
    allowStale: true,
    noDeleteOnStaleGet: true,
  });
  const loads = new Map<string, Promise<PersonRecord>>();
  const forget = ctx.events.on('person.changed', ({ environmentId, distinctIds }) => {
    for (const distinctId of distinctIds) {
      const key = `${environmentId}:${distinctId}`;
      cache.delete(key);
      // An answer that is still on its way may be from before the change.
      loads.delete(key);
    }
  });
  const load = (environmentId: number, distinctId: string, key: string): Promise<PersonRecord> => {
    const pending = loads.get(key);
    if (pending) return pending;
    const loading = readPersonRecord(ctx.db, environmentId, distinctId)
      .then((record) => {
        if (loads.get(key) === loading) cache.set(key, record);
        return record;
      })
      .finally(() => {
        if (loads.get(key) === loading) loads.delete(key);
      });
    loads.set(key, loading);
    return loading;
  };
  const recordOf: PersonDirectory['recordOf'] = async (environmentId, asked) => {
    const distinctId = storableText(asked);
    const key = `${environmentId}:${distinctId}`;
    const fresh = cache.get(key, { allowStale: false });
    if (fresh) return fresh;
    try {
      return await load(environmentId, distinctId, key);
    } catch (error) {
      const stale = cache.get(key);
      if (stale) return stale;
      throw error;
    }
  };
  return { recordOf, close: forget };
}
