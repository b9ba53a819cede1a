// Notes when keys were last used, so that people see which ones nobody needs.
import type { Ctx } from '#platform/ctx';
import { touchApiKey } from './api-key.store.ts';
import { touchSecretKey } from './secret-key.store.ts';

/** Once a minute per key at most. */
const NOTE_EVERY_MS = 60_000;

export type KeyUse = { note(kind: 'personal' | 'secret', keyId: string): void };

/** Never fails, never waits: what cannot be written now is written a minute later. */
export function createKeyUse({ db, clock, log }: Pick<Ctx, 'db' | 'clock' | 'log'>): KeyUse {
  const notedAt = new Map<string, number>();
  return {
    note(kind, keyId) {
      const now = clock.now();
      if ((notedAt.get(keyId) ?? 0) > now - NOTE_EVERY_MS) return;
      notedAt.set(keyId, now);
      const touch = kind === 'personal' ? touchApiKey : touchSecretKey;
      touch(db, keyId, new Date(now)).catch((error: unknown) => {
        log.debug({ err: error }, 'could not note the last use of a key');
      });
    },
  };
}
