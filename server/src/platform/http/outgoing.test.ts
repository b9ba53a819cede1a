import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createOutgoing } from './outgoing.ts';

const server = createServer((request, response) => {
  if (request.url === '/redirect') {
    response.writeHead(302, { location: '/', 'retry-after': '7' }).end();
    return;
  }
  if (request.url === '/slow') return;
  response.end('x'.repeat(10_000));
});
let port = 0;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const to = (url: string) => ({ method: 'POST', url, headers: {}, body: '{}' }) as const;
const strict = createOutgoing({ allowedPrivate: [] });
const open = createOutgoing({ allowedPrivate: ['127.0.0.0/8'] });

test.each([
  'http://127.0.0.1:1/',
  'http://localhost:1/',
  'http://[::1]:1/',
  'http://[::ffff:10.0.0.1]/',
  'http://0.0.0.0:1/',
  'http://169.254.169.254/latest/meta-data/',
  'http://10.1.2.3/',
  'http://192.168.1.1/',
  'http://172.20.0.1/',
  'http://100.64.0.1/',
  'http://[fd00::1]/',
  'http://[fe80::1]/',
  'http://2130706433/',
  'http://0x7f.1/',
  'ftp://example.com/',
  'http://user:password@example.com/',
  'not an address',
])('%s is refused', async (url) => {
  await expect(strict.send(to(url))).rejects.toMatchObject({ kind: 'blocked' });
});

test('what is allowed is reached, and only a part of the answer is kept', async () => {
  const answer = await open.send(to(`http://127.0.0.1:${port}/`));
  expect(answer.status).toBe(200);
  expect(answer.body).toHaveLength(2048);
  const byName = createOutgoing({ allowedPrivate: ['localhost'] });
  await expect(byName.send(to(`http://localhost:${port}/`))).resolves.toMatchObject({
    status: 200,
  });
});

test('redirects are not followed', async () => {
  const answer = await open.send(to(`http://127.0.0.1:${port}/redirect`));
  expect(answer).toMatchObject({ status: 302, retryAfterMs: 7_000 });
});

test('silence and closed ports are network errors', async () => {
  await expect(
    open.send(to(`http://127.0.0.1:${port}/slow`), { timeoutMs: 50 }),
  ).rejects.toMatchObject({
    kind: 'network',
  });
  await expect(open.send(to('http://127.0.0.1:1/'))).rejects.toMatchObject({ kind: 'unreached' });
});
