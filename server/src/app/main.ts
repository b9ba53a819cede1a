// Starts the server: the whole application as soon as its stores answer, and until then, where a last good state
// is on disk, the flags alone. Whoever asks for flags notices no change from one to the other.
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { type GeoIp, type Locate, openGeoIp } from '#platform/geo/geoip';
import { ownDataFolder } from '#platform/supervise/data-folder';
import { openAll } from './closers.ts';
import type { Config } from './config.ts';
import { Front } from './front.ts';
import { readLastGood } from './last-good.ts';
import { openStandby } from './standby.ts';
import { StartError } from './start-error.ts';
import { type Whole, openWhole } from './whole.ts';

/** A start that takes longer is not an ordinary one any more: 10 s. */
const USUAL_START_MS = 10_000;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;

export type RunningServer = {
  /** Where browsers reach it. */
  readonly url: string;
  /** False while it serves flags from disk, waiting for its stores. */
  readonly isWhole: boolean;
  /** Resolves once all of it is there, with the one-time link for the first account where there is none yet. */
  readonly whole: Promise<{ readonly setupUrl: string | undefined }>;
  close(): Promise<void>;
};

/** @throws StartError, ConfigError or EngineError when the person at the terminal can mend it. */
export async function startServer(config: Config, log: Logger): Promise<RunningServer> {
  return openAll(async (closers) => {
    const folder = await ownDataFolder(config.dataDir);
    closers.add(() => folder.release());
    const geoip = await openPlaces(config, log);
    closers.add(async () => geoip?.close());
    const start = new Start({ ...config, locate: geoip?.locate }, log);
    closers.add(() => start.close());
    const isWhole = await start.begin();
    const { url } = start;
    const whole = start.whole.then(({ setupPath }) => ({
      setupUrl: setupPath === undefined ? undefined : `${url}${setupPath}`,
    }));
    // Whoever only closes the server has no use for it.
    whole.catch(() => undefined);
    return { url, isWhole, whole, close: () => closers.close() };
  });
}

type Settings = Config & { readonly locate: Locate | undefined };

/** @throws StartError when there is no usable database where there shall be one */
async function openPlaces({ geoipPath }: Config, log: Logger): Promise<GeoIp | undefined> {
  if (geoipPath === undefined) return undefined;
  try {
    return await openGeoIp(geoipPath, { clock: { now: () => Date.now() }, log });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new StartError(`SERIN_GEOIP_DB is no usable database: ${why}`, { cause });
  }
}

class Start {
  readonly #config: Settings;
  readonly #log: Logger;
  readonly #stopping = new AbortController();
  /** Set once standing by has begun; undefined in it where nothing usable was saved. */
  #standing: Promise<{ front: Front; app: FastifyInstance } | undefined> | undefined;
  #url = '';
  whole: Promise<Whole> = Promise.reject(new Error('not begun'));

  constructor(config: Settings, log: Logger) {
    this.#config = config;
    this.#log = log;
    this.whole.catch(() => undefined);
  }

  get url(): string {
    return this.#url;
  }

  /** Resolves as soon as flags are served: true when everything else is too. */
  async begin(): Promise<boolean> {
    const standsBy = Promise.withResolvers<false>();
    const standBy = (): void => {
      this.#standing ??= this.#standBy();
      this.#standing.then((stands) => stands && standsBy.resolve(false), standsBy.reject);
    };
    const timer = setTimeout(standBy, USUAL_START_MS);
    this.whole = this.#untilWhole(standBy).finally(() => clearTimeout(timer));
    return Promise.race([this.whole.then(() => true), standsBy.promise]);
  }

  async close(): Promise<void> {
    this.#stopping.abort();
    const stands = await this.#standing?.catch(() => undefined);
    const closing = stands?.front.close();
    const whole = await this.whole.catch(() => undefined);
    await whole?.close();
    await stands?.app.close();
    await closing;
  }

  /** Tries for as long as flags are served meanwhile. */
  async #untilWhole(onWaiting: () => void): Promise<Whole> {
    const { signal } = this.#stopping;
    const attach = (app: FastifyInstance): Promise<void> => this.#attach(app);
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)) {
      try {
        return await openWhole(this.#config, this.#log, { onWaiting, signal, attach });
      } catch (error) {
        if (signal.aborted || error instanceof StartError) throw error;
        onWaiting();
        if (!(await this.#standing)) throw error;
        this.#log.error({ err: error }, 'serving flags from disk; the rest did not start yet');
      }
      await sleep(pauseMs, undefined, { signal });
    }
  }

  async #standBy(): Promise<{ front: Front; app: FastifyInstance } | undefined> {
    const saved = await readLastGood(this.#config.dataDir, this.#log);
    if (!saved) return undefined;
    const app = await openStandby(this.#config, saved, this.#log);
    const front = new Front(app);
    const { host, port } = this.#config;
    this.#url = urlOf(this.#config, await orStartError(host, port, () => front.listen(host, port)));
    const savedAt = new Date(saved.savedAtMs).toISOString();
    this.#log.warn({ savedAt }, 'the stores are not there yet; serving flags from disk');
    return { front, app };
  }

  async #attach(app: FastifyInstance): Promise<void> {
    const { host, port } = this.#config;
    // From here on the port is taken: it is too late for standing by.
    this.#standing ??= Promise.resolve(undefined);
    const stands = await this.#standing;
    if (stands) {
      await app.ready();
      stands.front.use(app);
      // Ends its streams and lets go whoever waits: they come again, to the whole application.
      await stands.app.close();
      this.#log.info('the stores are there; everything is served');
      return;
    }
    await orStartError(host, port, () => app.listen({ host, port }));
    this.#url = urlOf(this.#config, app.server.address() as AddressInfo);
  }
}

async function orStartError<T>(host: string, port: number, listen: () => Promise<T>): Promise<T> {
  try {
    return await listen();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') {
      throw new StartError(
        `Port ${port} on ${host} is in use by another program. Stop that one or choose another: PORT=${port + 1} npm start`,
      );
    }
    if (code === 'EACCES' || code === 'EADDRNOTAVAIL') {
      throw new StartError(
        `Cannot listen on ${host}:${port} (${code}). Choose other HOST and PORT.`,
      );
    }
    throw error;
  }
}

function urlOf({ host, publicUrl }: Config, { port }: AddressInfo): string {
  const reachable = ['0.0.0.0', '::', '127.0.0.1'].includes(host) ? 'localhost' : host;
  return publicUrl ?? `http://${reachable}:${port}`;
}
