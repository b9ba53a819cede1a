// The thread that makes lines, as the process asks it.
import type { Logger } from 'pino';
import type { LinesAnswer, LinesOrder } from './lines-talk.ts';
import { Places } from './places.ts';
import { WorkerThread } from './worker.client.ts';

const MAX_HEAP_MIB = 1024;
/** Answers that are in memory at a time, each of up to some hundred megabytes. */
const MAX_AT_ONCE = 4;
/** Questions, of which nothing is read yet. */
const MAX_WAITING = 100;

export interface LineMaker {
  /**
   * What a player is sent, see `linesOf`.
   * @param read reads rows as the store answers, when it is their turn; nobody can read them afterwards
   * @param signal of whoever asks, who may go
   * @throws unavailable when too many ask or the thread ended; the same may be asked again
   */
  make(
    read: () => Promise<Uint8Array<ArrayBuffer>>,
    as: Omit<LinesOrder, 'id' | 'rows'>,
    signal: AbortSignal,
  ): Promise<Uint8Array>;
  close(): Promise<void>;
}

export function openLineMaker(log: Logger): LineMaker {
  const thread = new WorkerThread<LinesOrder, LinesAnswer>(log, {
    file: new URL('./lines.job.ts', import.meta.url),
    what: 'makes lines of recordings',
    maxHeapMiB: MAX_HEAP_MIB,
    tooMuch: 'These blocks need too much memory at once; ask for fewer.',
  });
  const places = new Places({
    atOnce: MAX_AT_ONCE,
    maxWaiting: MAX_WAITING,
    tooMany: 'Too many recordings are read at once; ask again.',
  });
  return {
    make: async (read, as, signal) => {
      await places.take(1, signal);
      try {
        const rows = await read();
        signal.throwIfAborted();
        return (await thread.ask({ id: thread.newId(), rows, ...as }, [rows.buffer])).body;
      } finally {
        places.leave();
      }
    },
    close: () => thread.close(),
  };
}
