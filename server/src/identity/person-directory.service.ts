// What is stored about people and groups, for flag evaluation: bounded caches over the store, emptied entry by
// entry when somebody changes, here or on another replica.
import { type JsonObject, storableText } from '#kernel/json';
import type { Ctx } from '#platform/ctx';
import { findGroups } from './group.store.ts';
import { type GroupKey, groupId } from './group.ts';
import { type HashKeyKeeper, createHashKeyKeeper } from './hash-keys.service.ts';
import { type PersonRecord, readPersonRecord } from './person-record.store.ts';
import { RecordCache } from './record-cache.client.ts';

export type { PersonRecord } from './person-record.store.ts';

export interface PersonDirectory {
  /**
   * What is stored about a distinct id. With the store down, the last known state if there is one, else
   * the store's error.
   */
  recordOf(environmentId: number, distinctId: string): Promise<PersonRecord>;
  /** The stored properties of a group, none for one that is not known; with the store down, as above. */
  propertiesOfGroup(environmentId: number, group: GroupKey): Promise<JsonObject>;
  /** See {@link HashKeyKeeper.keep}. */
  keepHashKeys: HashKeyKeeper['keep'];
  close(): void;
}

/** About 32 MB of people, and 8 MB of groups; an entry costs its JSON text and a little. */
const MAX_PEOPLE_CHARS = 16 * 1024 * 1024;
const MAX_GROUP_CHARS = 4 * 1024 * 1024;
const ENTRY_CHARS = 200;
const COHORT_CHARS = 16;
const HASH_KEY_CHARS = 60;

/** Opens the directory on the store; it listens for changes until closed. */
export function openPersonDirectory(ctx: Pick<Ctx, 'db' | 'events' | 'log'>): PersonDirectory {
  const people = openPeople(ctx);
  const groups = openGroups(ctx);
  const { recordOf } = people;
  // Opened after the cache: it must hear of a change when the cache has forgotten.
  const keeper = createHashKeyKeeper({ ctx, recordOf });
  return {
    recordOf,
    propertiesOfGroup: groups.propertiesOfGroup,
    keepHashKeys: (login) =>
      keeper.keep({
        ...login,
        distinctId: storableText(login.distinctId),
        anonymousId: storableText(login.anonymousId),
      }),
    close: () => {
      people.close();
      groups.close();
      keeper.close();
    },
  };
}

function openPeople(ctx: Pick<Ctx, 'db' | 'events'>): Pick<PersonDirectory, 'recordOf' | 'close'> {
  const cache = new RecordCache<PersonRecord>({
    maxChars: MAX_PEOPLE_CHARS,
    charsOf: ({ properties, staticCohortIds, hashKeys }) =>
      ENTRY_CHARS +
      JSON.stringify(properties).length +
      COHORT_CHARS * staticCohortIds.length +
      HASH_KEY_CHARS * hashKeys.size,
  });
  const close = ctx.events.on('person.changed', ({ environmentId, distinctIds }) => {
    for (const distinctId of distinctIds) cache.markChanged(`${environmentId}:${distinctId}`);
  });
  return {
    recordOf(environmentId, asked) {
      const distinctId = storableText(asked);
      return cache.get(`${environmentId}:${distinctId}`, () =>
        readPersonRecord(ctx.db, environmentId, distinctId),
      );
    },
    close,
  };
}

function openGroups(
  ctx: Pick<Ctx, 'db' | 'events'>,
): Pick<PersonDirectory, 'propertiesOfGroup' | 'close'> {
  const cache = new RecordCache<JsonObject>({
    maxChars: MAX_GROUP_CHARS,
    charsOf: (properties) => ENTRY_CHARS + JSON.stringify(properties).length,
  });
  const close = ctx.events.on('group.changed', ({ environmentId, groupIds }) => {
    for (const id of groupIds) cache.markChanged(`${environmentId}:${id}`);
  });
  return {
    propertiesOfGroup(environmentId, { typeIndex, key }) {
      const group = { typeIndex, key: storableText(key) };
      const id = groupId(group);
      return cache.get(`${environmentId}:${id}`, async () => {
        const found = await findGroups(ctx.db, environmentId, [group]);
        return found.get(id) ?? {};
      });
    },
    close,
  };
}
