// The part of ClickHouse's HTTP interface that its official client uses, in front of an engine.
// https://clickhouse.com/docs/interfaces/http
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Engine, EngineResult } from './chdb-engine.ts';
import { type EngineRequest, RequestError, splitArguments } from './chdb-request.ts';
import type { Lanes } from './lanes.ts';

const KILL_AGAIN_AFTER_MS = 100;

const inflate = promisify(gunzip);

export type ChdbHttpOptions = {
  readonly engine: Engine;
  readonly lanes: Lanes;
  /** Settings of every query unless the request gives its own. */
  readonly defaults: Readonly<Record<string, string>>;
  /** Largest body after decompression. */
  readonly maxBodyBytes: number;
};

/** Listener for `http.createServer`. */
export function chdbListener(options: ChdbHttpOptions): RequestListener {
  return (request, response) => {
    const path = (request.url ?? '/').split('?', 1)[0];
    if (request.method === 'GET' && path === '/ping') {
      response.end('Ok.\n');
      return;
    }
    answer(options, request, response).catch((error: unknown) => sendError(response, error));
  };
}

async function answer(
  options: ChdbHttpOptions,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(incoming.url ?? '/', 'http://localhost');
  const queryId = url.searchParams.get('query_id') ?? randomUUID();
  response.setHeader('X-ClickHouse-Query-Id', queryId);
  const gone = new AbortController();
  // From here on: who leaves while the body is read has left before the query begins.
  response.once('close', () => gone.abort());
  const request = await readRequest(options, url, incoming);
  if (request === undefined) {
    response.end();
    return;
  }
  const result = await options.lanes.run(laneOf(request), async () =>
    gone.signal.aborted ? undefined : runUntilGone(options.engine, request, gone.signal),
  );
  if (result === undefined) return;
  response.setHeader('X-ClickHouse-Summary', summaryOf(result));
  response.setHeader('X-ClickHouse-Format', request.format);
  response.setHeader('X-ClickHouse-Timezone', 'UTC');
  response.end(result.body);
}

/** Ends the query when whoever asked has gone: the engine would work on for nobody. */
async function runUntilGone(
  engine: Engine,
  request: EngineRequest,
  gone: AbortSignal,
): Promise<EngineResult> {
  const settled = new AbortController();
  const end = async (): Promise<void> => {
    // Again and again: the query may not have been on the engine's list yet.
    while (!settled.signal.aborted) {
      // A full engine refuses this too, for a moment.
      await engine.kill(request.tag).catch((error: unknown) => console.error(error));
      await sleep(KILL_AGAIN_AFTER_MS, undefined, { signal: settled.signal }).catch(() => {});
    }
  };
  const onGone = (): void => void end();
  gone.addEventListener('abort', onGone, { once: true });
  try {
    return await engine.run(request);
  } finally {
    settled.abort();
    gone.removeEventListener('abort', onGone);
  }
}

/** Undefined when there is nothing to do: an INSERT without rows. */
async function readRequest(
  options: ChdbHttpOptions,
  url: URL,
  incoming: IncomingMessage,
): Promise<EngineRequest | undefined> {
  const body = await readBody(incoming, options.maxBodyBytes);
  const fields: [string, string][] = [...url.searchParams];
  let sql = url.searchParams.get('query') ?? '';
  let data: Buffer | undefined;
  const contentType = incoming.headers['content-type'] ?? '';
  if (contentType.startsWith('multipart/form-data')) {
    const form = await new Response(new Uint8Array(body), {
      headers: { 'content-type': contentType },
    }).formData();
    for (const [name, value] of form) if (typeof value === 'string') fields.push([name, value]);
    sql = fields.findLast(([name]) => name === 'query')?.[1] ?? '';
  } else if (sql === '') {
    sql = body.toString('utf8');
  } else if (isInsertWithData(sql)) {
    if (body.length === 0) return undefined;
    data = body;
  } else {
    sql += body.toString('utf8');
  }
  const { settings, parameters } = splitArguments(fields);
  return {
    tag: `q-${randomUUID()}`,
    sql,
    data,
    format: url.searchParams.get('default_format') ?? 'TabSeparated',
    database: url.searchParams.get('database') ?? undefined,
    settings: { ...options.defaults, ...settings },
    parameters,
  };
}

const isInsertWithData = (sql: string): boolean =>
  /^\s*insert\s/i.test(sql) && /\sformat\s+\w+\s*$/i.test(sql);

async function readBody(incoming: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const announced = Number(incoming.headers['content-length'] ?? 0);
  if (announced > maxBytes) throw tooLarge(maxBytes);
  const raw = await buffer(incoming);
  const isGzip = incoming.headers['content-encoding'] === 'gzip';
  const body = isGzip ? await inflate(raw, { maxOutputLength: maxBytes }) : raw;
  if (body.length > maxBytes) throw tooLarge(maxBytes);
  return body;
}

const tooLarge = (maxBytes: number): RequestError =>
  new RequestError(241, 'MEMORY_LIMIT_EXCEEDED', `The request has more than ${maxBytes} bytes.`);

/** Inserts never wait behind questions; `priority = 1` marks the questions that decide about releases. */
function laneOf(request: EngineRequest): 'insert' | 'decision' | 'question' {
  if (request.data !== undefined) return 'insert';
  // Also what a decision writes down of what it has counted: that must not keep events waiting.
  if (request.settings['priority'] === '1') return 'decision';
  return /^\s*insert\s/i.test(request.sql) ? 'insert' : 'question';
}

/** Counts as text, as the server sends them. */
function summaryOf(result: EngineResult): string {
  return JSON.stringify({
    read_rows: String(result.readRows),
    read_bytes: String(result.readBytes),
    written_rows: String(result.writtenRows),
    written_bytes: String(result.writtenBytes),
    total_rows_to_read: '0',
    result_rows: '0',
    result_bytes: String(result.body.length),
  });
}

function sendError(response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const message = error instanceof Error ? error.message : String(error);
  // The client reads code and name from this text; anything else would lose them.
  const isClickHouse = /^Code: (\d+)\. DB::Exception: /.exec(message);
  const text = isClickHouse ? message : `Code: 1002. DB::Exception: ${message} (UNKNOWN_EXCEPTION)`;
  response.statusCode = error instanceof RequestError ? 400 : 500;
  response.setHeader('X-ClickHouse-Exception-Code', isClickHouse?.[1] ?? '1002');
  response.end(text);
}
