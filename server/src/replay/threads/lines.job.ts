// The thread that makes what a player is sent of what the store answers: megabytes of text to read, order and pack, while
// the process must go on answering flags.
import { parentPort } from 'node:worker_threads';
import { constants, gzipSync } from 'node:zlib';
import { type BlockLines, linesOf } from '../recordings/lines.ts';
import { failureOf } from './failure.ts';
import type { LinesAnswer, LinesOrder } from './lines-talk.ts';

/** Level 3: twice as fast as 6, a tenth larger. */
const COMPRESSION = { level: constants.Z_BEST_SPEED + 2 };

parentPort?.on('message', (order: LinesOrder) => {
  try {
    const body = bodyOf(order);
    parentPort?.postMessage({ id: order.id, body } satisfies LinesAnswer, [body.buffer]);
  } catch (error) {
    parentPort?.postMessage(failureOf(order.id, error));
  }
});

function bodyOf({ rows, maySeeBodies, isGzip }: LinesOrder): Uint8Array<ArrayBuffer> {
  const blocks = new TextDecoder()
    .decode(rows)
    .split('\n')
    .filter((row) => row !== '')
    .map((row) => JSON.parse(row) as BlockLines);
  const text = linesOf(blocks, maySeeBodies);
  // A copy with memory of its own, which can be handed over.
  return isGzip ? new Uint8Array(gzipSync(text, COMPRESSION)) : new TextEncoder().encode(text);
}
