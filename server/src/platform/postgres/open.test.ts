import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { sql } from 'kysely';
import { expect, inject, onTestFinished, test } from 'vitest';
import { createLog } from '#platform/log';
import { openPostgres } from './open.ts';

/** A way to a server, by TCP or a unix socket, that can be blocked: what is sent then arrives nowhere. */
async function wayTo(databaseUrl: string) {
  const url = new URL(databaseUrl);
  const folder = url.searchParams.get('host');
  const port = Number(url.port || url.searchParams.get('port') || 5432);
  const sockets = new Set<Socket>();
  let isBlocked = false;
  const server = createServer((near) => {
    const far = folder?.startsWith('/')
      ? connect(`${folder}/.s.PGSQL.${port}`)
      : connect(port, url.hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', (bytes) => isBlocked || to.write(bytes));
      from.on('close', () => to.destroy());
      from.on('error', () => to.destroy());
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  url.searchParams.delete('host');
  url.searchParams.delete('port');
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    databaseUrl: url.href,
    block: (isToBe: boolean) => {
      isBlocked = isToBe;
    },
  };
}

test('a server that hangs fails what waits for it, and is asked anew once it answers', async () => {
  const way = await wayTo(inject('testEngines').databaseUrl);
  const { databaseUrl } = way;
  const state = openPostgres({ databaseUrl, log: createLog('silent'), silenceMs: 2_000 });
  onTestFinished(() => state.close());
  const ask = () => sql<{ one: number }>`select 1 as one`.execute(state.db);
  const answers = () => ask().then(({ rows }) => rows.length, String);
  await expect.poll(answers).toBe(1);
  way.block(true);
  await expect(ask()).rejects.toThrow(/not answered|terminated/);
  way.block(false);
  await expect.poll(answers).toBe(1);
});
