// Sends recordings over connections that stay open, and waits until they are stored.
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Watched } from '../insights/server.ts';
import type { SentBody } from './session.ts';

/** Sends all bodies, those of a session in turn; who is told to come again does. */
export async function sendAll(
  port: number,
  sessions: readonly Iterable<SentBody>[],
  connections: number,
): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const waiting = sessions.map((bodies) => bodies[Symbol.iterator]());
  const work = async (): Promise<void> => {
    for (let session = waiting.shift(); session; session = waiting.shift()) {
      const next = session.next();
      if (next.done === true) continue;
      await send(agent, port, next.value);
      waiting.push(session);
    }
  };
  await Promise.all(Array.from({ length: connections }, work));
  agent.destroy();
}

async function send(agent: Agent, port: number, { body }: SentBody): Promise<void> {
  for (;;) {
    const { status, retryAfter } = await post(agent, port, body);
    if (status === 200) return;
    if (status !== 503) throw new Error(`A recording was answered ${status}.`);
    await sleep(1000 * Number(retryAfter ?? 1));
  }
}

function post(
  agent: Agent,
  port: number,
  body: Buffer,
): Promise<{ status: number | undefined; retryAfter: string | undefined }> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'text/plain', 'content-length': body.byteLength };
    const sent = request({ agent, port, method: 'POST', path: '/s/', headers }, (answer) => {
      answer.resume();
      answer.on('end', () =>
        resolve({ status: answer.statusCode, retryAfter: answer.headers['retry-after'] }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const POLL_MS = 200;

/** Waits until so many blocks are in the store. */
export async function untilStored({ client }: Watched, blocks: number): Promise<void> {
  for (;;) {
    const answer = await client.query({
      query: 'SELECT count() AS n FROM replay_block',
      format: 'JSONEachRow',
    });
    const [row] = await answer.json<{ n: number | string }>();
    if (Number(row?.n) >= blocks) return;
    await sleep(POLL_MS);
  }
}
