// Answers share memory on their way out, so they are put under the strain that could mix them: thousands of
// requests in one go, a client that does not read, and others in between.
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, startTestApp } from '#app/test-app';

/** At 3 kB each far more than the buffers of a socket hold. */
const PIPELINED = 3000;
let serin: TestApp;
let port: number;

beforeAll(async () => {
  serin = await startTestApp();
  for (let i = 0; i < 10; i += 1) {
    await serin.ask('POST', '/api/projects/@current/feature_flags/', {
      key: `half-${i}`,
      filters: { groups: [{ properties: [], rollout_percentage: 50 }] },
    });
  }
  await serin.app.listen({ port: 0, host: '127.0.0.1' });
  ({ port } = serin.app.server.address() as AddressInfo);
});

afterAll(() => serin.close());

function requestFor(person: string): string {
  const body = JSON.stringify({ token: serin.production.token, distinct_id: person });
  return `POST /flags/?v=2 HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

/** Which flags are on, as text, out of an answer's body. */
function valuesIn(body: string): string {
  const { flags } = JSON.parse(body) as { flags: Record<string, { enabled: boolean }> };
  return Object.values(flags)
    .map((flag) => Number(flag.enabled))
    .join('');
}

async function askOne(person: string): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/flags/?v=2`, {
    method: 'POST',
    body: JSON.stringify({ token: serin.production.token, distinct_id: person }),
  });
  return valuesIn(await answer.text());
}

function splitAnswers(bytes: Buffer): string[] {
  const bodies: string[] = [];
  let at = 0;
  while (at < bytes.length) {
    const headEnd = bytes.indexOf('\r\n\r\n', at) + 4;
    const length = Number(
      /content-length: (\d+)/i.exec(bytes.toString('latin1', at, headEnd))?.[1],
    );
    bodies.push(bytes.toString('utf8', headEnd, headEnd + length));
    at = headEnd + length;
  }
  return bodies;
}

test('every answer is the one that was asked for', async () => {
  const people = Array.from({ length: PIPELINED }, (_, i) => `person-${i}`);
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const chunks: Buffer[] = [];
  socket.pause();
  socket.write(people.map(requestFor).join(''));
  await sleep(100);
  // The slow client reads nothing yet; these get their own answers.
  const between = await Promise.all(people.slice(0, 50).map(askOne));
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.resume();
  await expect
    .poll(() => Buffer.concat(chunks).toString('latin1').split('requestId').length)
    .toBe(PIPELINED + 1);
  socket.destroy();

  const answers = splitAnswers(Buffer.concat(chunks)).map(valuesIn);
  expect(answers).toHaveLength(PIPELINED);
  expect(answers.slice(0, 50)).toEqual(between);
  const asked = await Promise.all(people.slice(-200).map(askOne));
  expect(answers.slice(-200)).toEqual(asked);
  expect(new Set(answers).size).toBeGreaterThan(500);
});

test('a client that never stops asking does not keep the server from stopping', async () => {
  const other = await startTestApp();
  await other.app.listen({ port: 0, host: '127.0.0.1' });
  const address = other.app.server.address() as AddressInfo;
  const socket = connect(address.port, '127.0.0.1');
  await once(socket, 'connect');
  const body = JSON.stringify({ token: other.production.token, distinct_id: 'busy' });
  const request = `POST /flags/?v=2 HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  let answered = 0;
  socket.on('data', () => {
    answered += 1;
    if (socket.writable) socket.write(request);
  });
  // The server may close the connection while a request is on its way.
  socket.on('error', () => undefined);
  const hasLeft = new Promise((resolve) => {
    socket.once('close', resolve);
  });
  socket.write(request);
  await expect.poll(() => answered).toBeGreaterThan(10);
  await other.close();
  await hasLeft;
});
