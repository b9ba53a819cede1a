// The thread that makes lines, as the process asks it.
import type { Logger } from 'pino';
import type { LinesAnswer, LinesOrder } from './lines-talk.ts';
import { WorkerThread } from './worker.client.ts';

const MAX_HEAP_MIB = 1024;

export interface LineMaker {
  /**
   * What a player is sent, see `linesOf`.
   * @param rows as the store answers; nobody can read them afterwards
   * @throws unavailable when the thread ended; the same may be asked again
   */
  make(rows: Uint8Array<ArrayBuffer>, as: Omit<LinesOrder, 'id' | 'rows'>): Promise<Uint8Array>;
  close(): Promise<void>;
}

export function openLineMaker(log: Logger): LineMaker {
  const thread = new WorkerThread<LinesOrder, LinesAnswer>(log, {
    file: new URL('./lines.job.ts', import.meta.url),
    what: 'makes lines of recordings',
    maxHeapMiB: MAX_HEAP_MIB,
    tooMuch: 'These blocks need too much memory at once; ask for fewer.',
  });
  return {
    make: async (rows, as) =>
      (await thread.ask({ id: thread.newId(), rows, ...as }, [rows.buffer])).body,
    close: () => thread.close(),
  };
}
