// Clients that wait to hear of a change, in a process of their own: raw connections, so that they cost as little as
// possible. Reads its task as the first line of its input, prints a line once all of them wait. Every further line
// asks for one round: it prints when each of them heard of the next change.
import { type Socket, connect } from 'node:net';
import { createInterface } from 'node:readline';
import { now } from './clock.ts';

export type ListenTask = {
  readonly port: number;
  readonly count: number;
  /**
   * `stream`: an event stream; `ask`: the same, and then all flags are asked for; `held`: definitions are asked for
   * again and again, with the tag of the last answer.
   */
  readonly kind: 'stream' | 'ask' | 'held';
  /** Path and headers of the first request; clients take turns with them. */
  readonly requests: readonly { readonly path: string; readonly headers: Headers }[];
  /** What is asked when a stream tells of a change. */
  readonly question?: { readonly path: string; readonly body: string };
};
type Headers = Readonly<Record<string, string>>;

interface Listener {
  /** Milliseconds of the common clock; undefined until it has heard. */
  heardAt: number | undefined;
  readonly isWaiting: boolean;
}

function requestText(port: number, line: string, headers: Headers, body = ''): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const length = body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
  return [`${line} HTTP/1.1`, `Host: 127.0.0.1:${port}`, ...lines, ...length, '', body].join(
    '\r\n',
  );
}

function open(port: number, onText: (text: string) => void): Socket {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  socket.setEncoding('latin1').on('data', (text: string) => onText(text));
  socket.on('error', (error) => {
    throw error;
  });
  return socket;
}

/** Hears an event; with a question, the answer to it counts. */
class StreamListener implements Listener {
  heardAt: number | undefined;
  isWaiting = false;
  #answer = '';

  constructor(task: ListenTask, { path, headers }: ListenTask['requests'][number]) {
    const asking = task.question && open(task.port, (text) => this.#onAnswer(text));
    const { path: asked, body } = task.question ?? { path: '', body: '' };
    const type = { 'Content-Type': 'application/json' };
    const question = requestText(task.port, `POST ${asked}`, type, body);
    const stream = open(task.port, (text) => {
      if (!text.includes('data:')) return;
      if (!this.isWaiting) this.isWaiting = true;
      else if (asking) asking.write(question);
      else this.heardAt ??= now();
    });
    stream.write(requestText(task.port, `GET ${path}`, headers));
  }

  #onAnswer(text: string): void {
    this.#answer += text;
    if (answerLength(this.#answer) > this.#answer.length) return;
    this.#answer = '';
    this.heardAt ??= now();
  }
}

/** Characters of the whole answer; more than any answer has while its head is not complete. */
function answerLength(text: string): number {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return Infinity;
  const head = text.slice(0, end);
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? '0';
  if (!/^HTTP\/1.1 (200|304) /.test(head)) throw new Error(`Refused:\n${text}`);
  return end + 4 + Number(length);
}

/** Asks again as soon as it is answered; a 200 tells of a change. */
class HeldListener implements Listener {
  heardAt: number | undefined;
  isWaiting = false;
  #answer = '';

  constructor({ port }: ListenTask, { path, headers }: ListenTask['requests'][number]) {
    const ask = (known: Headers): void => {
      socket.write(requestText(port, `GET ${path}`, { ...headers, ...known }));
    };
    const socket = open(port, (text) => {
      this.#answer += text;
      if (answerLength(this.#answer) > this.#answer.length) return;
      if (this.#answer.startsWith('HTTP/1.1 200 ') && this.isWaiting) this.heardAt ??= now();
      const etag = /\r\netag: (.+)\r\n/i.exec(this.#answer)?.[1] ?? '';
      this.#answer = '';
      this.isWaiting = true;
      ask({ 'If-None-Match': etag });
    });
    ask({});
  }
}

const lines = createInterface(process.stdin)[Symbol.asyncIterator]();
const task = JSON.parse((await lines.next()).value as string) as ListenTask;
const Kind = task.kind === 'held' ? HeldListener : StreamListener;
const listeners: Listener[] = [];
for (let i = 0; i < task.count; i += 1) {
  listeners.push(new Kind(task, task.requests[i % task.requests.length]!));
  // In groups: the queue of connections that wait to be taken is short.
  if (i % 100 === 99) await until(() => listeners.every(({ isWaiting }) => isWaiting));
}
await until(() => listeners.every(({ isWaiting }) => isWaiting));
console.log('waiting');
for (;;) {
  const { done } = await lines.next();
  if (done === true) process.exit();
  for (const listener of listeners) listener.heardAt = undefined;
  console.log('armed');
  await until(() => listeners.every(({ heardAt }) => heardAt !== undefined));
  console.log(JSON.stringify(listeners.map(({ heardAt }) => heardAt)));
}

function until(isTrue: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (!isTrue()) return;
      clearInterval(timer);
      resolve();
    }, 20);
  });
}
