// A receiver of notifications for tests: keeps every request, and answers what the test has scripted for its
// path, in turn; the last answer stays.
import { type IncomingHttpHeaders, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

type Answer = {
  readonly status: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Ends the connection instead of answering. */
  readonly isReset?: boolean;
  /** Answers when this resolves. */
  readonly after?: Promise<void>;
};

type Received = {
  readonly path: string;
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
};

export type Receiver = {
  readonly url: string;
  readonly received: Received[];
  script(path: string, ...answers: Answer[]): void;
  close(): Promise<void>;
};

export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const scripts = new Map<string, Answer[]>();
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      const path = request.url ?? '';
      const { method = '', headers } = request;
      received.push({ path, method, headers, body });
      const script = scripts.get(path) ?? [];
      const answer = (script.length > 1 ? script.shift() : script[0]) ?? {
        status: 200,
        body: 'ok',
      };
      if (answer.isReset) return void request.socket.destroy();
      const reply = () => response.writeHead(answer.status, answer.headers).end(answer.body ?? '');
      if (answer.after) void answer.after.then(reply);
      else reply();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    script: (path, ...answers) => void scripts.set(path, answers),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
