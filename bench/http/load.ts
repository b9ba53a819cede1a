// A load generator in a process of its own, so that it takes no time from the server it measures: raw
// keep-alive connections, each with one request under way. Reads its task as JSON from its input, prints
// its result as JSON.
import { type Socket, connect } from 'node:net';
import { json } from 'node:stream/consumers';
import { median, quantile } from '../statistics.ts';

/** One run of load. */
export type LoadTask = {
  readonly port: number;
  /** Left out: POST. */
  readonly method?: 'GET' | 'POST';
  /** `{n}` in it becomes a number that no other request of the run has. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text with `{n}` as in the path; empty for none. */
  readonly body: string;
  readonly connections: number;
  readonly durationMs: number;
};

/** What a run found. */
export type LoadResult = {
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Answers other than 200. */
  readonly refused: number;
  /** Bytes of the last answer's body. */
  readonly answerBytes: number;
};

const HEADER_END = Buffer.from('\r\n\r\n');
const COUNTER = '{n}';

function requestOf(task: LoadTask, n: number): string {
  const body = task.body.replaceAll(COUNTER, String(n));
  const lines = [
    `${task.method ?? 'POST'} ${task.path.replaceAll(COUNTER, String(n))} HTTP/1.1`,
    `Host: 127.0.0.1:${task.port}`,
    ...Object.entries(task.headers).map(([name, value]) => `${name}: ${value}`),
    ...(body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]),
    '',
    body,
  ];
  return lines.join('\r\n');
}

class Client {
  readonly #task: LoadTask;
  readonly #next: () => number;
  readonly #socket: Socket;
  readonly #latenciesMs: number[];
  #received: Buffer[] = [];
  #receivedBytes = 0;
  #expectedBytes = -1;
  #startedMs = 0;
  refused = 0;
  answerBytes = 0;
  isStopping = false;
  /** The same bytes every time where nothing in the body counts. */
  readonly #fixed: Buffer | undefined;
  readonly done: Promise<void>;

  constructor(task: LoadTask, next: () => number, latenciesMs: number[]) {
    this.#task = task;
    const isCounted = task.body.includes(COUNTER) || task.path.includes(COUNTER);
    this.#fixed = isCounted ? undefined : Buffer.from(requestOf(task, 0));
    this.#next = next;
    this.#latenciesMs = latenciesMs;
    this.#socket = connect({ port: task.port, host: '127.0.0.1', noDelay: true });
    this.done = new Promise((resolve, reject) => {
      this.#socket.once('close', resolve);
      this.#socket.once('error', reject);
    });
    this.#socket.once('connect', () => this.#send());
    this.#socket.on('data', (chunk) => this.#take(chunk));
  }

  #send(): void {
    this.#startedMs = performance.now();
    this.#socket.write(this.#fixed ?? requestOf(this.#task, this.#next()));
  }

  #take(chunk: Buffer): void {
    this.#received.push(chunk);
    this.#receivedBytes += chunk.length;
    if (this.#expectedBytes < 0) this.#readHead();
    if (this.#expectedBytes < 0 || this.#receivedBytes < this.#expectedBytes) return;
    this.#latenciesMs.push(performance.now() - this.#startedMs);
    this.#received = [];
    this.#receivedBytes = 0;
    this.#expectedBytes = -1;
    if (this.isStopping) this.#socket.destroy();
    else this.#send();
  }

  #readHead(): void {
    const bytes = this.#received.length === 1 ? this.#received[0]! : Buffer.concat(this.#received);
    const end = bytes.indexOf(HEADER_END);
    if (end < 0) return;
    const head = bytes.toString('latin1', 0, end);
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1]);
    if (Number.isNaN(length)) throw new Error(`An answer without length:\n${head}`);
    if (!head.startsWith('HTTP/1.1 200')) this.refused += 1;
    this.answerBytes = length;
    this.#expectedBytes = end + HEADER_END.length + length;
  }
}

async function runLoad(task: LoadTask): Promise<LoadResult> {
  let counter = 0;
  const latenciesMs: number[] = [];
  const startedMs = performance.now();
  const clients = Array.from(
    { length: task.connections },
    () => new Client(task, () => (counter += 1), latenciesMs),
  );
  setTimeout(() => {
    for (const client of clients) client.isStopping = true;
  }, task.durationMs);
  await Promise.all(clients.map((client) => client.done));
  const elapsedSeconds = (performance.now() - startedMs) / 1000;
  return {
    requests: latenciesMs.length,
    requestsPerSecond: latenciesMs.length / elapsedSeconds,
    p50Ms: median(latenciesMs),
    p99Ms: quantile(latenciesMs, 0.99),
    refused: clients.reduce((sum, client) => sum + client.refused, 0),
    answerBytes: clients[0]?.answerBytes ?? 0,
  };
}

if (import.meta.main) {
  const task = (await json(process.stdin)) as LoadTask;
  console.log(JSON.stringify(await runLoad(task)));
}
