// A way to Serin that fails as networks and servers do, for recordings alone: everything else passes.
import { createServer, type IncomingMessage, request as ask, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

/**
 * `down`: answers 503 and passes nothing on. `deaf`: passes on what comes, and answers 503 although it was stored.
 * `up`: as it should be.
 */
type Mode = 'down' | 'deaf' | 'up';
/** One request to `/s/`, once it was answered: the messages in it. */
type Attempt = { readonly mode: Mode; readonly uuids: readonly string[] };

export type FaultyProxy = {
  readonly url: string;
  readonly attempts: readonly Attempt[];
  set(mode: Mode): void;
  close(): Promise<void>;
};

export async function openFaultyProxy(serinUrl: string): Promise<FaultyProxy> {
  let mode: Mode = 'up';
  const attempts: Attempt[] = [];
  const server = createServer((request, response) => {
    const isRecording = request.method === 'POST' && request.url?.startsWith('/s/') === true;
    buffer(request)
      .then((body) => (isRecording ? take : passOn)({ serinUrl, request, body }, response))
      .catch((error: unknown) => response.destroy(error as Error));
  });
  async function take(sent: Sent, response: ServerResponse): Promise<void> {
    const now = mode;
    if (now === 'up') await passOn(sent, response);
    else {
      if (now === 'deaf') await passOn(sent);
      // Whoever may not read the answer takes it for a broken line, and gives up sooner.
      response.writeHead(503, { 'access-control-allow-origin': '*' }).end();
    }
    attempts.push({ mode: now, uuids: uuidsOf(sent.body) });
  }
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    attempts,
    set: (next) => {
      mode = next;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

type Sent = {
  readonly serinUrl: string;
  readonly request: IncomingMessage;
  readonly body: Buffer;
};

/** Without a response, what comes back is read and forgotten. @throws when it was not taken */
function passOn({ serinUrl, request, body }: Sent, response?: ServerResponse): Promise<void> {
  return new Promise((resolve, reject) => {
    const { method, url, headers } = request;
    const { host: _host, 'transfer-encoding': _encoding, ...kept } = headers;
    const sent = ask(`${serinUrl}${url}`, { method, headers: kept }, (answer) => {
      response?.writeHead(answer.statusCode ?? 502, answer.headers);
      if (response) answer.pipe(response);
      else answer.resume();
      answer.on('end', () => {
        if (response || answer.statusCode === 200) resolve();
        else reject(new Error(`Serin answered ${answer.statusCode}.`));
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function uuidsOf(body: Buffer): string[] {
  const isPacked = body[0] === 0x1f;
  const messages = JSON.parse((isPacked ? gunzipSync(body) : body).toString()) as {
    uuid: string;
  }[];
  return messages.map(({ uuid }) => uuid);
}
