// What stands between a client and Serin in the real world: passes requests on, can refuse them as a rate limiter does,
// and can cut every connection.
import { createServer, request as ask } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export type Relay = {
  readonly url: string;
  /** Evaluations so far: `POST /ofrep/v1/evaluate/flags 304`. */
  readonly evaluations: string[];
  /** From now on evaluations are answered with this status; without one they are passed on again. */
  refuse(status?: number, headers?: Readonly<Record<string, string>>): void;
  /** Cuts every connection that is open now. */
  cut(): void;
  close(): Promise<void>;
};

export async function openRelay(target: string): Promise<Relay> {
  const evaluations: string[] = [];
  const sockets = new Set<Socket>();
  let refusal: { status: number; headers: Readonly<Record<string, string>> } | undefined;
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    const isEvaluation = method === 'POST' && url.startsWith('/ofrep/v1/evaluate');
    const note = (status: number): void => {
      if (isEvaluation) evaluations.push(`${method} ${url.split('?', 1)[0]} ${status}`);
    };
    if (isEvaluation && refusal) {
      note(refusal.status);
      response.writeHead(refusal.status, {
        'access-control-allow-origin': headers.origin ?? '*',
        'access-control-expose-headers': 'Retry-After',
        ...refusal.headers,
      });
      response.end();
      return;
    }
    const passed = ask(new URL(url, target), { method, headers }, (answer) => {
      note(answer.statusCode ?? 0);
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
      answer.on('error', () => response.destroy());
    });
    passed.on('error', () => response.destroy());
    response.on('close', () => passed.destroy());
    request.pipe(passed);
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    evaluations,
    refuse: (status, headers = {}) => {
      refusal = status === undefined ? undefined : { status, headers };
    },
    cut,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cut();
      }),
  };
}
