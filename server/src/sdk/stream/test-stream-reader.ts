// Reads an event stream in tests: the events so far, and the next one.
import { type ClientRequest, type IncomingMessage, get } from 'node:http';

type ReadEvent = {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: Record<string, unknown>;
};

export type StreamReader = {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** Everything received, as it came. */
  text(): string;
  events(): ReadEvent[];
  /** Resolves with the events once there are at least `count`. */
  until(count: number): Promise<ReadEvent[]>;
  /** Resolves when the server has ended the stream. */
  readonly ended: Promise<void>;
  close(): void;
};

/** Opens a stream; an answer that is none (a refusal) can be read by `text` once it `ended`. */
export async function openReader(
  url: string,
  headers: Record<string, string> = {},
): Promise<StreamReader> {
  const { promise: answered, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const request: ClientRequest = get(url, { headers, agent: false }, resolve).on('error', reject);
  const answer = await answered;
  let text = '';
  const waiting = new Set<() => void>();
  answer.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    for (const look of waiting) look();
  });
  const ended = new Promise<void>((done) => {
    answer.once('close', () => done());
    answer.once('error', () => done());
  });
  const events = (): ReadEvent[] => parseEvents(text);
  return {
    status: answer.statusCode ?? 0,
    headers: answer.headers,
    text: () => text,
    events,
    until: (count) =>
      new Promise((found) => {
        const look = (): void => {
          const sofar = events();
          if (sofar.length < count) return;
          waiting.delete(look);
          found(sofar);
        };
        waiting.add(look);
        look();
      }),
    ended,
    close: () => request.destroy(),
  };
}

/** Blocks with data, as a browser would dispatch them. */
function parseEvents(text: string): ReadEvent[] {
  return text
    .slice(0, text.lastIndexOf('\n\n') + 1)
    .split('\n\n')
    .flatMap((block) => {
      const fields = new Map(
        block.split('\n').flatMap((line) => {
          const [, name, value] = /^(\w+): ?(.*)$/.exec(line) ?? [];
          return name === undefined ? [] : [[name, value ?? ''] as const];
        }),
      );
      const data = fields.get('data');
      if (data === undefined) return [];
      return [
        {
          id: fields.get('id'),
          event: fields.get('event') ?? 'message',
          data: JSON.parse(data) as Record<string, unknown>,
        },
      ];
    });
}
