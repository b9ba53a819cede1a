// The thread for recordings by itself: what the process asks of it, and what it answers.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { zstdDecompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { SAFE_RULES } from '../privacy/rules.ts';
import { RECORDED_AT_MS, sessionAt } from '../test-traffic.ts';
import type { ThreadAnswer, ThreadOrder } from './thread-talk.ts';

test('what a thread before it had opened is to be sent again, and not taken for nothing', async () => {
  const worker = new Worker(new URL('./thread.job.ts', import.meta.url));
  worker.postMessage({ kind: 'process', id: 7, rules: {}, receivedMs: 0 });
  const [answer] = await once(worker, 'message');
  await worker.terminate();
  expect(answer).toMatchObject({ id: 7, failure: { code: 'unavailable' } });
});

test('what is known of the frames of a window is known of that of the same project alone', async () => {
  const worker = new Worker(new URL('./thread.job.ts', import.meta.url));
  const ask = async (order: ThreadOrder): Promise<ThreadAnswer> => {
    worker.postMessage(order);
    return ((await once(worker, 'message')) as ThreadAnswer[])[0] as ThreadAnswer;
  };
  let id = 0;
  const keptOf = async (token: string, type: number, data: object): Promise<string> => {
    id += 1;
    const $snapshot_data = [{ type, timestamp: RECORDED_AT_MS, data }];
    const of = { token, distinct_id: 'ada', $session_id: sessionAt(RECORDED_AT_MS) };
    const body = Buffer.from(
      JSON.stringify([{ event: '$snapshot', properties: { ...of, $snapshot_data } }]),
    );
    const asSent = { contentType: 'text/plain', contentEncoding: undefined, query: {} };
    await ask({ kind: 'open', id, body, ...asSent });
    const rules = SAFE_RULES;
    const answer = await ask({ kind: 'process', id, rules, receivedMs: RECORDED_AT_MS });
    if (answer.kind !== 'processed') throw new Error(JSON.stringify(answer));
    const [block] = answer.request.blocks;
    return zstdDecompressSync(block?.data ?? Buffer.of()).toString();
  };
  const node = { type: 2, tagName: 'iframe', attributes: {}, childNodes: [], id: 2 };
  await keptOf('phc_own', 2, { node });
  await keptOf('phc_other', 2, { node: { ...node, tagName: 'img' } });
  const change = {
    source: 0,
    attributes: [{ id: 2, attributes: { src: 'https://evil.test/f', title: 'x' } }],
  };
  const [own, other] = [await keptOf('phc_own', 3, change), await keptOf('phc_other', 3, change)];
  await worker.terminate();
  expect(own).toContain('title');
  expect(own).not.toContain('evil.test');
  expect(other).toContain('evil.test');
});
