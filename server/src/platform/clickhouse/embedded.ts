// Serin's own ClickHouse: a child process that serves chDB on a unix socket in the data folder.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Logger } from 'pino';
import { type Engine, type Launched, supervise } from '#platform/supervise/child';
import { type Step, endChild, endProcess, signal } from '#platform/supervise/end-process';
import { EngineError } from '#platform/supervise/engine-error';
import { launch } from '#platform/supervise/launch';
import { commandOf, isAlive } from '#platform/supervise/processes';
import { socketFolder } from '#platform/supervise/socket-folder';
import { chdbPackage } from './chdb-engine.ts';

export type EmbeddedClickHouseOptions = {
  /** Folder that belongs to this store alone, e.g. `<data>/clickhouse`. */
  readonly folder: string;
  readonly log: Logger;
};

const SOCKET_NAME = 'http.sock';
const STOP_WITHIN_MS = 10_000;
/** More of the machine than this gains little for one product's events. */
const MOST_MEMORY_BYTES = 4 * 1024 ** 3;
const WAY_OUT = 'Set CLICKHOUSE_URL to a ClickHouse server instead.';

/** Starts the event store in `folder`. */
export async function startClickHouse(options: EmbeddedClickHouseOptions): Promise<Engine> {
  const { folder, log } = options;
  refuseUnsupported();
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const sockets = await socketFolder(folder, SOCKET_NAME, {});
  const socketPath = join(sockets, SOCKET_NAME);
  const supervised = await supervise({
    name: 'clickhouse',
    log,
    launch: () => launchChdb(folder, socketPath, log),
  });
  return {
    url: `unix://${pathToFileURL(socketPath).pathname}`,
    supervised,
    close: async () => {
      await supervised.close();
      await rm(sockets === folder ? socketPath : sockets, { recursive: true, force: true });
    },
  };
}

function refuseUnsupported(): void {
  const platform = `${process.platform}-${process.arch}`;
  if (chdbPackage() === undefined) {
    throw new EngineError(`Serin brings no event store of its own for ${platform}. ${WAY_OUT}`);
  }
  if (process.platform !== 'linux') return;
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  if (header.glibcVersionRuntime !== undefined) return;
  throw new EngineError(
    `Serin's own event store needs glibc; this system has another C library (musl). ${WAY_OUT}`,
  );
}

async function launchChdb(folder: string, socketPath: string, log: Logger): Promise<Launched> {
  const pidFile = join(folder, 'http.pid');
  await endStale(pidFile, folder, log);
  const launched = await launch({
    title: `The event store in ${folder}`,
    program: process.execPath,
    args: [programPath(), folder, socketPath, String(memoryLimitBytes())],
    spawn: {
      cwd: folder,
      // Read once at the start of Node: each running query holds one of these threads.
      env: { TZ: 'UTC', UV_THREADPOOL_SIZE: '16' },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    },
    onLine: (line) => {
      log.warn({ engine: 'clickhouse' }, line);
      return /Exception|Error/.test(line);
    },
    untilReady: async (child, stopped) => {
      await writeFile(pidFile, `${child.pid}\n`);
      await once(child, 'message', { signal: stopped });
    },
    stop: [],
  });
  const child = launched.process;
  await becomeFirstVictim(child);
  return { process: child, stop: () => stopChdb(child) };
}

/** Beside this file, with its extension: `.ts` from the sources, `.js` from a built package. */
function programPath(): string {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return fileURLToPath(new URL(`./chdb-server.${extension}`, import.meta.url));
}

/** Half of what this machine or container has. */
function memoryLimitBytes(): number {
  const constrained = process.constrainedMemory();
  const total = constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
  return Math.min(MOST_MEMORY_BYTES, Math.floor(total / 2));
}

/** When memory runs out, the kernel shall take this process and not the one that answers flags. */
async function becomeFirstVictim(child: ChildProcess): Promise<void> {
  if (process.platform !== 'linux') return;
  await writeFile(`/proc/${child.pid}/oom_score_adj`, '500').catch(() => {});
}

/** It leaves when its Serin does; only one that the system held still at that moment can be left. */
async function endStale(pidFile: string, folder: string, log: Logger): Promise<void> {
  const pid = Number.parseInt(await readFile(pidFile, 'utf8').catch(() => ''), 10);
  if (!(pid > 0) || !isAlive(pid)) return;
  const command = await commandOf(pid);
  if (!command.includes('chdb-server') || !command.includes(folder)) return;
  log.warn({ pid }, 'ending an event store that an earlier Serin left behind');
  if (await endProcess(pid, [signal('SIGKILL', 5_000)])) return;
  throw new EngineError(`The event store process ${pid} of an earlier Serin cannot be ended.`);
}

async function stopChdb(child: ChildProcess): Promise<void> {
  const ask: Step = {
    act: () => {
      if (child.connected) child.send('stop');
    },
    waitMs: STOP_WITHIN_MS,
  };
  await endChild(child, [ask, signal('SIGKILL', 5_000)]);
}
