// An insert of which one row may be refused for good.
import { isDataError } from '#ingest';

/** What cannot be read any more is not stored, however often it is tried. */
export class DamagedError extends Error {}

const isForGood = (error: unknown): boolean => isDataError(error) || error instanceof DamagedError;

/** Inserts what the store takes, and tells of each one that it refuses twice: a transfer that was cut looks the same. */
export async function insertSound<T>(
  all: readonly T[],
  insert: (part: readonly T[]) => Promise<void>,
  onRefused: (one: T, error: unknown) => void,
  tries = 2,
): Promise<void> {
  if (all.length === 0) return;
  try {
    await insert(all);
  } catch (error) {
    if (!isForGood(error)) throw error;
    const [first] = all;
    if (all.length > 1 || first === undefined) {
      const middle = Math.ceil(all.length / 2);
      await insertSound(all.slice(0, middle), insert, onRefused);
      await insertSound(all.slice(middle), insert, onRefused);
    } else if (tries > 1) await insertSound(all, insert, onRefused, tries - 1);
    else onRefused(first, error);
  }
}
