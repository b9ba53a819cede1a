// Reads what is stored about people and groups for evaluation, within the time that an SDK waits, and tells
// the log once when that begins to fail instead of once per request.
import type { Logger } from 'pino';
import type { GroupKey, HashKeys, Login, PersonDirectory, PersonRecord } from '#identity';
import type { JsonObject } from '#kernel/json';

/** 1 s: SDKs give up after 3 s, and an answer with some flags failed beats none. */
const PATIENCE_MS = 1000;

export interface StoredPersons {
  /**
   * What is stored about a distinct id.
   * @throws when the store cannot be asked or takes too long
   */
  recordOf(environmentId: number, distinctId: string): Promise<PersonRecord>;
  /**
   * The stored properties of a group, none for one that is not known.
   * @throws when the store cannot be asked or takes too long
   */
  propertiesOfGroup(environmentId: number, group: GroupKey): Promise<JsonObject>;
  /**
   * What flags bucket the person of a login by, the anonymous id kept for whoever has nothing yet.
   * @throws when the store cannot be asked or takes too long
   */
  keepHashKeys(login: Login): Promise<HashKeys>;
}

export function createStoredPersons(people: PersonDirectory, log: Logger): StoredPersons {
  let isFailing = false;
  const patiently = async <T>(work: Promise<T>): Promise<T> => {
    try {
      const result = await within(PATIENCE_MS, work);
      if (isFailing) log.info('people can be read for flags again');
      isFailing = false;
      return result;
    } catch (error) {
      if (!isFailing) {
        log.warn({ err: error }, 'people cannot be read; flags that need them are marked failed');
      }
      isFailing = true;
      throw error;
    }
  };
  return {
    recordOf: (environmentId, distinctId) => patiently(people.recordOf(environmentId, distinctId)),
    propertiesOfGroup: (environmentId, group) =>
      patiently(people.propertiesOfGroup(environmentId, group)),
    keepHashKeys: (login) => patiently(people.keepHashKeys(login)),
  };
}

async function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${limitMs} ms.`)), limitMs);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
