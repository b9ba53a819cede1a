// One process that must be there while Serin runs: started, watched, started again with a growing pause,
// stopped in order. What the process is and when it is ready is the launcher's business.
import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';

/** A process that answers. */
export type Launched = {
  readonly process: ChildProcess;
  /** Asks it to finish its work and leave; resolves once it has. */
  stop(): Promise<void>;
};

export type SupervisedState = 'up' | 'down';

export type Supervised = {
  readonly name: string;
  state(): SupervisedState;
  /** Process id, while it is up. */
  pid(): number | undefined;
  /** Stops it for good. */
  close(): Promise<void>;
};

/** A store that Serin looks after. */
export type Engine = {
  /** Where it answers. */
  readonly url: string;
  readonly supervised: Supervised;
  close(): Promise<void>;
};

export type SuperviseOptions = {
  readonly name: string;
  readonly log: Logger;
  /** Starts the process and resolves once it answers; rejects when it does not come up. */
  readonly launch: () => Promise<Launched>;
  /** Pause before the first restart, doubled with each failure in a row. Default 100 ms. */
  readonly firstPauseMs?: number;
  /** Longest pause between restarts. Default 10 s. */
  readonly longestPauseMs?: number;
};

/** A process that stays up this long has recovered: the next pause is short again. */
const STEADY_AFTER_MS = 30_000;

/** Starts the process; the first start must succeed, later ones are tried until they do. */
export async function supervise(options: SuperviseOptions): Promise<Supervised> {
  const first = await options.launch();
  return new Supervisor(options, first);
}

class Supervisor implements Supervised {
  readonly name: string;
  readonly #options: SuperviseOptions;
  readonly #stopping = new AbortController();
  #current: Launched | undefined;
  #restarting: Promise<void> = Promise.resolve();
  #failures = 0;

  constructor(options: SuperviseOptions, first: Launched) {
    this.name = options.name;
    this.#options = options;
    this.#watch(first);
  }

  state(): SupervisedState {
    return this.#current ? 'up' : 'down';
  }

  pid(): number | undefined {
    return this.#current?.process.pid;
  }

  async close(): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    this.#stopping.abort();
    await this.#restarting;
    const current = this.#current;
    this.#current = undefined;
    await current?.stop();
  }

  #watch(launched: Launched): void {
    this.#current = launched;
    const upSince = performance.now();
    const onExit = (code: number | null, signal: NodeJS.Signals | null): void => {
      if (this.#stopping.signal.aborted) return;
      this.#current = undefined;
      if (performance.now() - upSince > STEADY_AFTER_MS) this.#failures = 0;
      this.#options.log.error(
        { engine: this.name, code, signal },
        'an engine ended; restarting it',
      );
      this.#restarting = this.#restart();
    };
    const { exitCode, signalCode } = launched.process;
    if (exitCode !== null || signalCode !== null) onExit(exitCode, signalCode);
    else launched.process.once('exit', onExit);
  }

  async #restart(): Promise<void> {
    const { firstPauseMs = 100, longestPauseMs = 10_000, launch, log } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** this.#failures);
      this.#failures += 1;
      try {
        await sleep(pauseMs, undefined, { signal });
      } catch {
        return;
      }
      try {
        const launched = await launch();
        log.info({ engine: this.name, pid: launched.process.pid }, 'the engine is up again');
        this.#watch(launched);
        return;
      } catch (error) {
        log.error({ engine: this.name, err: error }, 'the engine did not come up');
      }
    }
  }
}
