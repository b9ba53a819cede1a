// Keeps the experience across login: the first request after it still names the anonymous id, and flags that
// ask for it are bucketed by that id from then on, whatever id the person comes with.
import { LRUCache } from 'lru-cache';
import type { Ctx } from '#platform/ctx';
import { notify } from '#platform/postgres/notices';
import { type HashKeys, insertHashKeys } from './hash-keys.store.ts';
import type { PersonRecord } from './person-record.store.ts';

/** A login: who somebody was a moment ago, and the flags that must not notice. */
export type Login = {
  readonly environmentId: number;
  readonly distinctId: string;
  readonly anonymousId: string;
  readonly flagIds: readonly number[];
};

/** People who log in at once and whose events are still on their way. */
const MAX_WAITING = 10_000;
/** 60 s: posthog-js sends its events every 3 s, and tries again for longer than that when it must. */
const WAIT_MS = 60_000;

export type HashKeyKeeper = {
  /**
   * The hash keys that count for the request, after keeping the anonymous id for whoever has none yet. While
   * no person has either id nothing is kept: that is made up for when one appears within a minute.
   */
  keep(login: Login): Promise<HashKeys>;
  close(): void;
};

type Deps = {
  readonly ctx: Pick<Ctx, 'db' | 'events' | 'log'>;
  readonly recordOf: (environmentId: number, distinctId: string) => Promise<PersonRecord>;
};

export function createHashKeyKeeper({ ctx, recordOf }: Deps): HashKeyKeeper {
  const waiting = new LRUCache<string, Login>({ max: MAX_WAITING, ttl: WAIT_MS });

  const read = (login: Login): Promise<PersonRecord[]> =>
    Promise.all(
      [login.anonymousId, login.distinctId].map((id) => recordOf(login.environmentId, id)),
    );

  /** Undefined when nobody has either id. */
  const keepFor = async (login: Login): Promise<HashKeys | undefined> => {
    const records = await read(login);
    const personIds = [...new Set(records.flatMap(({ personId }) => personId ?? []))];
    if (personIds.length === 0) return undefined;
    const lacking = login.flagIds.filter((id) =>
      records.some(({ personId, hashKeys }) => personId !== undefined && !hashKeys.has(id)),
    );
    if (lacking.length === 0) return merged(records);
    const { environmentId, distinctId, anonymousId } = login;
    await insertHashKeys(ctx.db, environmentId, personIds, lacking, anonymousId);
    const change = { environmentId, distinctIds: [distinctId, anonymousId] };
    ctx.events.emit('person.changed', change);
    await notify(ctx.db, 'person.changed', change);
    return merged(await read(login));
  };

  const stop = ctx.events.on('person.changed', ({ environmentId, distinctIds }) => {
    for (const distinctId of distinctIds) {
      const place = `${environmentId}:${distinctId}`;
      const login = waiting.get(place);
      if (!login) continue;
      waiting.delete(place);
      keepFor(login).then(
        (keys) => keys ?? waiting.set(place, login),
        (err: unknown) => ctx.log.warn({ err }, 'a bucket could not be kept across a login'),
      );
    }
  });

  return {
    async keep(login) {
      const keys = await keepFor(login);
      if (keys === undefined) waiting.set(`${login.environmentId}:${login.distinctId}`, login);
      return keys ?? new Map<number, string>();
    },
    close: stop,
  };
}

/** What the person of the request has kept wins. */
function merged(records: readonly PersonRecord[]): HashKeys {
  return new Map(records.flatMap(({ hashKeys }) => [...hashKeys]));
}
