// People's properties for flag evaluation: a bounded cache over the store, emptied entry by entry when a
// person changes, here or on another replica.
import { LRUCache } from 'lru-cache';
import { type JsonObject, storableText } from '#kernel/json';
import type { Ctx } from '#platform/ctx';
import { type StoredPerson, findPersonByDistinctId } from './person.query.ts';

type PersonProperties = {
  readonly personId: string;
  readonly properties: JsonObject;
};

export interface PersonDirectory {
  /**
   * The person behind a distinct id; undefined when there is none. With the store down, the last known
   * state if there is one, else the store's error.
   */
  propertiesOf(environmentId: number, distinctId: string): Promise<PersonProperties | undefined>;
  close(): void;
}

/** About 32 MB of properties; an entry costs its JSON text and a little. */
const MAX_CACHE_CHARS = 16 * 1024 * 1024;
const ENTRY_CHARS = 200;
/** 10 s: bounds how long a missed notice from another replica can matter. */
const FRESH_MS = 10_000;

type Cached = { readonly person: PersonProperties | undefined };

/** Opens the directory on the store; it listens for changes until closed. */
export function openPersonDirectory(ctx: Pick<Ctx, 'db' | 'events'>): PersonDirectory {
  const cache = new LRUCache<string, Cached>({
    maxSize: MAX_CACHE_CHARS,
    sizeCalculation: ({ person }) =>
      ENTRY_CHARS + (person ? JSON.stringify(person.properties).length : 0),
    ttl: FRESH_MS,
    allowStale: true,
    noDeleteOnStaleGet: true,
  });
  const loads = new Map<string, Promise<Cached>>();
  const forget = ctx.events.on('person.changed', ({ environmentId, distinctIds }) => {
    for (const distinctId of distinctIds) {
      const key = `${environmentId}:${distinctId}`;
      cache.delete(key);
      // An answer that is still on its way may be from before the change.
      loads.delete(key);
    }
  });
  const load = (environmentId: number, distinctId: string, key: string): Promise<Cached> => {
    const pending = loads.get(key);
    if (pending) return pending;
    const loading = findPersonByDistinctId(ctx.db, environmentId, distinctId)
      .then((found) => {
        const cached = { person: found && toProperties(found) };
        if (loads.get(key) === loading) cache.set(key, cached);
        return cached;
      })
      .finally(() => {
        if (loads.get(key) === loading) loads.delete(key);
      });
    loads.set(key, loading);
    return loading;
  };
  return {
    propertiesOf: async (environmentId, asked) => {
      const distinctId = storableText(asked);
      const key = `${environmentId}:${distinctId}`;
      const fresh = cache.get(key, { allowStale: false });
      if (fresh) return fresh.person;
      try {
        return (await load(environmentId, distinctId, key)).person;
      } catch (error) {
        const stale = cache.get(key);
        if (stale) return stale.person;
        throw error;
      }
    },
    close: forget,
  };
}

function toProperties(person: StoredPerson): PersonProperties {
  return { personId: person.id, properties: person.properties };
}
