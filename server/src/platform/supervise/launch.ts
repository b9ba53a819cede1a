// What all engines' launches share: a process in a session of its own, its complaints in our log, and a
// start that either answers or says why not.
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { EngineError } from './engine-error.ts';
import { type Step, endChild, signal } from './end-process.ts';
import type { Launched } from './child.ts';

export type LaunchOptions = {
  /** For people, e.g. "PostgreSQL in /data/postgres". */
  readonly title: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly spawn: SpawnOptions;
  /** Called with each line of its standard error; returns true when the line says why it failed. */
  readonly onLine: (line: string) => boolean;
  /** Resolves once the process answers; `signal` is aborted when it has left or taken too long. */
  readonly untilReady: (child: ChildProcess, signal: AbortSignal) => Promise<void>;
  readonly stop: readonly Step[];
};

const READY_WITHIN_MS = 60_000;

/** @throws EngineError with the process's own words when it does not come up. */
export async function launch(options: LaunchOptions): Promise<Launched> {
  // Own session: a Ctrl-C in the terminal must reach Serin alone, which then stops everything in order.
  const child = spawn(options.program, options.args, { ...options.spawn, detached: true });
  let reason = '';
  if (child.stderr) {
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (options.onLine(line)) reason = line;
    });
  }
  const trouble = new AbortController();
  const timer = setTimeout(
    () => trouble.abort(new Error('it did not answer in time')),
    READY_WITHIN_MS,
  );
  // The streams are read to their end before `close`, so that the reason is known by then.
  child.once('close', (code, killedBy) =>
    trouble.abort(new Error(`it left with ${String(code ?? killedBy)}`)),
  );
  child.once('error', (error) => trouble.abort(error));
  try {
    await once(child, 'spawn');
    const aborted = once(trouble.signal, 'abort').then(() => trouble.signal.throwIfAborted());
    await Promise.race([options.untilReady(child, trouble.signal), aborted]);
  } catch (error) {
    await endChild(child, [signal('SIGKILL', 5_000)]);
    const cause = trouble.signal.aborted ? trouble.signal.reason : error;
    throw new EngineError(`${options.title} did not start: ${reason || String(cause)}`, { cause });
  } finally {
    clearTimeout(timer);
  }
  return { process: child, stop: () => endChild(child, options.stop) };
}
