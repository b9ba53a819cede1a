// The thread for recordings by itself: what the process asks of it, and what it answers.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';

test('what a thread before it had opened is to be sent again, and not taken for nothing', async () => {
  const worker = new Worker(new URL('./thread.job.ts', import.meta.url));
  worker.postMessage({ kind: 'process', id: 7, rules: {}, receivedMs: 0 });
  const [answer] = await once(worker, 'message');
  await worker.terminate();
  expect(answer).toMatchObject({ id: 7, failure: { code: 'unavailable' } });
});
