// Requests that are carried out once, however often they are sent.
import type { FastifyRequest } from 'fastify';

/** What the caller named this request (`Idempotency-Key`, at most 200 characters). */
export function requestKeyOf({ headers }: Pick<FastifyRequest, 'headers'>): string | undefined {
  const header = headers['idempotency-key'];
  return typeof header === 'string' ? header.slice(0, 200) : undefined;
}
