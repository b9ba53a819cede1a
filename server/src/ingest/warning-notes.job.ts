// Counts warnings that belong to no accepted event, such as refused requests: in memory, since there may be thousands a
// second, and written to the store every few seconds.
import type { Ctx } from '#platform/ctx';
import { runEvery } from '#platform/scheduler';
import { type CountedWarning, type WarningKind, exampleText } from './warning.ts';
import { addWarnings } from './warning.store.ts';

const WRITE_EVERY_MS = 5000;

type WarningExample = {
  readonly detail: string;
  readonly event?: string | undefined;
  readonly distinctId?: string | undefined;
};

export interface WarningNotes {
  /** Counts one. Never fails, never waits. */
  note(environmentId: number, kind: WarningKind, example: WarningExample): void;
  /** Writes what was noted and stops. */
  close(): Promise<void>;
}

/** What cannot be written stays noted, and is written later. */
export function keepWarningNotes({
  db,
  clock,
  log,
}: Pick<Ctx, 'db' | 'clock' | 'log'>): WarningNotes {
  let noted = new Map<string, CountedWarning>();
  const count = (warning: CountedWarning): void => {
    const name = `${warning.environmentId}:${warning.kind}`;
    const sum = warning.count + (noted.get(name)?.count ?? 0);
    noted.set(name, { ...warning, count: sum });
  };
  const write = async (): Promise<void> => {
    const writing = noted;
    noted = new Map();
    try {
      await addWarnings(db, [...writing.values()]);
    } catch (error) {
      for (const warning of writing.values()) count(warning);
      throw error;
    }
  };
  const loop = runEvery({
    name: 'warning notes',
    intervalMs: WRITE_EVERY_MS,
    job: write,
    log,
    clock,
  });
  return {
    note(environmentId, kind, given) {
      const example: Record<string, string> = {};
      for (const [key, text] of Object.entries(given)) {
        if (text !== undefined) example[key] = exampleText(text);
      }
      count({ environmentId, kind, count: 1, example, atMs: clock.now() });
    },
    async close() {
      await loop.stop();
      await write().catch((error: unknown) => log.warn({ err: error }, 'warnings are lost'));
    },
  };
}
