// `/healthz` answers while the process lives; `/readyz` when it serves, with the state of each store. Flags are
// answered from memory, or from disk, while a store is down: then it is `degraded`, which is not "not ready".
import type { FastifyInstance } from 'fastify';

export type Health = {
  isStopping(): boolean;
  stores(): Readonly<Record<string, string>>;
  /** Since when changes of flags may be missing here; undefined while none are. Milliseconds since the epoch. */
  staleSinceMs(): number | undefined;
};

export function registerHealth(app: FastifyInstance, health: Health): void {
  app.get('/healthz', { logLevel: 'warn' }, async () => ({ status: 'ok' }));
  app.get('/readyz', { logLevel: 'warn' }, async (_request, reply) => {
    const staleSinceMs = health.staleSinceMs();
    const isDegraded = staleSinceMs !== undefined;
    const isStopping = health.isStopping();
    reply.code(isStopping ? 503 : 200);
    return {
      status: isStopping ? 'stopping' : isDegraded ? 'degraded' : 'ready',
      stores: health.stores(),
      flags_stale_since: isDegraded ? new Date(staleSinceMs).toISOString() : null,
    };
  });
}
