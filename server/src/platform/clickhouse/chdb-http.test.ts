import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { chdbListener } from './chdb-http.ts';
import { createLanes } from './lanes.ts';

test.each([
  [true, 0],
  [false, 1],
])('who has left (%j) before the body was read has %i queries run', async (leaves, runs) => {
  const run = vi.fn(async () => ({
    body: new Uint8Array(),
    readRows: 0,
    readBytes: 0,
    writtenRows: 0,
    writtenBytes: 0,
  }));
  const listener = chdbListener({
    engine: { run, kill: async () => {}, close: () => {} },
    lanes: createLanes({ insert: 1, decision: 1, question: 1 }),
    defaults: {},
    maxBodyBytes: 1_000,
  });
  const request = Object.assign(new IncomingMessage(new Socket()), { method: 'POST', url: '/' });
  const response = new ServerResponse(request);
  listener(request, response);
  if (leaves) response.emit('close');
  request.push('SELECT 1');
  request.push(null);
  for (let turns = 0; turns < 20; turns += 1) await turn();
  expect(run).toHaveBeenCalledTimes(runs);
});
