// Reads a person's stored properties for evaluation, within the time that an SDK waits, and tells the log
// once when that begins to fail instead of once per request.
import type { Logger } from 'pino';
import type { PersonDirectory } from '#identity';
import type { JsonObject } from '#kernel/json';

/** 1 s: SDKs give up after 3 s, and an answer with some flags failed beats none. */
const PATIENCE_MS = 1000;

export interface StoredPersons {
  /**
   * The stored properties, undefined for someone not known.
   * @throws when the store cannot be asked or takes too long
   */
  propertiesOf(environmentId: number, distinctId: string): Promise<JsonObject | undefined>;
}

export function createStoredPersons(people: PersonDirectory, log: Logger): StoredPersons {
  let isFailing = false;
  return {
    async propertiesOf(environmentId, distinctId) {
      try {
        const person = await within(PATIENCE_MS, people.propertiesOf(environmentId, distinctId));
        if (isFailing) log.info('people can be read for flags again');
        isFailing = false;
        return person?.properties;
      } catch (error) {
        if (!isFailing) {
          log.warn({ err: error }, 'people cannot be read; flags that need them are marked failed');
        }
        isFailing = true;
        throw error;
      }
    },
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
