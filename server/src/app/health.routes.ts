// `/healthz` answers while the process lives; `/readyz` when it serves, with the state of each store
// (flags are answered from memory while a store is down, so a store being down is not "not ready").
import type { FastifyInstance } from 'fastify';

export type Health = { isStopping(): boolean; stores(): Readonly<Record<string, string>> };

export function registerHealth(app: FastifyInstance, health: Health): void {
  app.get('/healthz', { logLevel: 'warn' }, async () => ({ status: 'ok' }));
  app.get('/readyz', { logLevel: 'warn' }, async (_request, reply) => {
    const status = health.isStopping() ? 'stopping' : 'ready';
    reply.code(health.isStopping() ? 503 : 200);
    return { status, stores: health.stores() };
  });
}
