// What goes out on Node's own answer, for the handlers that come before Fastify.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SerinError } from '#kernel/errors';
import { corsHeaders } from './cors.ts';

const JSON_TYPE = 'application/json; charset=utf-8';

type Headers = Readonly<Record<string, string>>;

/** Sends JSON in one go, readable for pages of any origin; without a body only the head. */
export function sendJson(
  { headers: { origin } }: IncomingMessage,
  response: ServerResponse,
  status: number,
  json: Uint8Array | undefined,
  headers: Headers = {},
): void {
  // A list costs less than an object, and servers, which have no origin, need no permission.
  const head: string[] = [];
  if (json) head.push('content-type', JSON_TYPE, 'content-length', String(json.length));
  if (origin !== undefined) append(head, corsHeaders({ origin, requestedHeaders: undefined }));
  append(head, headers);
  response.writeHead(status, head);
  response.end(json);
}

function append(head: string[], headers: Headers): void {
  for (const name of Object.keys(headers)) head.push(name, headers[name] as string);
}

/** The headers of a refusal. */
export function refusalHeaders({ code, retryAfterSeconds }: SerinError): Headers {
  return {
    'cache-control': 'no-store',
    // Whole seconds: ofrep-core 0.1.4 reads a date as its year.
    ...(retryAfterSeconds === undefined
      ? {}
      : { 'retry-after': String(Math.ceil(retryAfterSeconds)) }),
    // Of a body that is too large the rest is not read.
    ...(code === 'payload_too_large' ? { connection: 'close' } : {}),
  };
}
