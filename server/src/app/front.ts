// One port for two applications, one after the other: the one that serves from disk while the stores are away,
// then the whole one, with no moment in between in which nobody answers.
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** Events of a server that an application has listeners for. */
const FORWARDED = ['request', 'clientError'] as const;

/** 5 s: no answer takes longer; connections that are kept alive would never end. */
const CLOSE_LIMIT_MS = 5000;

export class Front {
  readonly #server: Server;
  #app: FastifyInstance;

  /** Serves `app`, which is ready and does not listen itself. */
  constructor(app: FastifyInstance) {
    this.#app = app;
    const { keepAliveTimeout, headersTimeout, requestTimeout, timeout } = app.server;
    this.#server = createServer({ keepAliveTimeout, headersTimeout, requestTimeout });
    this.#server.timeout = timeout;
    for (const event of FORWARDED) {
      this.#server.on(event, (...what: unknown[]) => this.#app.server.emit(event, ...what));
    }
  }

  async listen(host: string, port: number): Promise<AddressInfo> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once('error', reject).listen({ host, port }, resolve);
    await promise;
    this.#server.off('error', reject);
    return this.#server.address() as AddressInfo;
  }

  /** Lets `app` answer from the next request on. */
  use(app: FastifyInstance): void {
    this.#app = app;
  }

  /** Takes no further connection; resolves once those that are open have ended, or been ended. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      const force = setTimeout(() => this.#server.closeAllConnections(), CLOSE_LIMIT_MS);
      this.#server.close(() => {
        clearTimeout(force);
        resolve();
      });
      this.#server.closeIdleConnections();
    });
  }
}
