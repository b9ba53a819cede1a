// Maps whatever was thrown to the one error shape. Unknown errors say 500 with a request id that is in
// the log, never their message.
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { SerinError, type ErrorCode } from '#kernel/errors';

const FASTIFY_CODES: Record<string, ErrorCode> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_content_type',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'invalid_payload',
  FST_ERR_CTP_INVALID_JSON_BODY: 'invalid_payload',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'invalid_payload',
  FST_ERR_BAD_URL: 'not_found',
};

// PostgreSQL classes 08 (connection), 53 (resources), 57P (shutdown) and Node's socket errors.
const STORE_DOWN = /^(08|53|57P)|^(ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|ETIMEDOUT)$/;
// What pg and its pool say, without a code, of connections that were lost or not to be had (pg 8.23, `client.js`).
const CONNECTION_LOST =
  /connection (terminated|timeout|error)|not queryable|timeout exceeded when trying to connect/i;

/** The error that a client may see for anything thrown. */
export function toSerinError(error: unknown): SerinError {
  if (error instanceof SerinError) return error;
  const { code = '', statusCode = 500, message = '' } = error as Partial<FastifyError>;
  const known = FASTIFY_CODES[code];
  if (known) return new SerinError(known, { cause: error });
  if (error instanceof SyntaxError && statusCode === 400) {
    return new SerinError('invalid_payload', {
      detail: `Malformed JSON: ${message}`,
      cause: error,
    });
  }
  if (statusCode === 400) return new SerinError('invalid_input', { cause: error });
  if (STORE_DOWN.test(code) || CONNECTION_LOST.test(message)) {
    return new SerinError('unavailable', {
      detail: 'A store is not reachable right now; try again shortly.',
      retryAfterSeconds: 2,
      cause: error,
    });
  }
  return new SerinError('internal_error', { cause: error });
}

/**
 * Logs failures that are worth a look: not what clients do wrong, nor the many refusals of a server that is full or
 * waits for its stores, which it has chosen itself (`unavailable` without a cause).
 */
export function logFailure(
  log: { error(fields: object, message: string): void },
  known: SerinError,
  error: unknown,
  requestId: string,
): void {
  const isChosen = known.code === 'unavailable' && known.cause === undefined;
  if (known.status < 500 || isChosen) return;
  log.error({ err: error, request_id: requestId }, 'request failed');
}

/** Fastify's error handler for every route of Serin. */
export function replyWithError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const known = toSerinError(error);
  logFailure(request.server.log, known, error, request.id);
  if (known.retryAfterSeconds !== undefined) {
    reply.header('retry-after', String(Math.ceil(known.retryAfterSeconds)));
  }
  return reply
    .code(known.status)
    .header('content-type', 'application/json; charset=utf-8')
    .send({ ...known.toBody(), request_id: request.id });
}
