// Lets requests that are asked most often be answered on Node's own request and answer, before Fastify, whose way
// costs a quarter of such a request (docs/decisions/0005-flags-before-fastify.md).
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';

/** Answers the request, or returns false for one that is not its own. */
export type FirstHandler = (request: IncomingMessage, response: ServerResponse) => boolean;

/** Asks `handler` before everything that was registered before; what it leaves takes its usual way. */
export function answerFirst(app: FastifyInstance, handler: FirstHandler): void {
  app.addHook('onReady', (done) => {
    const listeners = app.server.listeners('request') as RequestListener[];
    app.server.removeAllListeners('request');
    app.server.on('request', (request, response) => {
      if (handler(request, response)) return;
      for (const listener of listeners) listener(request, response);
    });
    done();
  });
}
