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

test('a query that nobody waits for is ended again and again, also where ending it fails', async () => {
  const ended = Promise.withResolvers<never>();
  const kill = vi
    .fn<(tag: string) => Promise<void>>()
    .mockRejectedValueOnce(new Error('too many queries'))
    .mockImplementation(async () => ended.reject(new Error('killed')));
  const listener = chdbListener({
    engine: { run: () => ended.promise, kill, close: () => {} },
    lanes: createLanes({ insert: 1, decision: 1, question: 1 }),
    defaults: {},
    maxBodyBytes: 1_000,
  });
  const said = vi.spyOn(console, 'error').mockImplementation(() => {});
  const request = Object.assign(new IncomingMessage(new Socket()), { method: 'POST', url: '/' });
  const response = new ServerResponse(request);
  listener(request, response);
  request.push('SELECT 1');
  request.push(null);
  for (let turns = 0; turns < 20; turns += 1) await turn();
  response.emit('close');
  await expect(ended.promise).rejects.toThrow('killed');
  expect(kill).toHaveBeenCalledTimes(2);
  expect(said).toHaveBeenCalledTimes(1);
  said.mockRestore();
});
