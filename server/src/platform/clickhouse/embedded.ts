// Serin's own ClickHouse: a child process that serves chDB on a unix socket in the data folder.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { totalmem, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { type Launched, type Supervised, supervise } from '#platform/supervise/child';
import { EngineError } from '#platform/supervise/engine-error';
import { commandOf, isAlive } from '#platform/supervise/processes';
import { chdbPackage } from './chdb-engine.ts';

export type EmbeddedClickHouse = {
  readonly clickhouseUrl: string;
  readonly supervised: Supervised;
  close(): Promise<void>;
};

export type EmbeddedClickHouseOptions = {
  /** Folder that belongs to this store alone, e.g. `<data>/clickhouse`. */
  readonly folder: string;
  readonly log: Logger;
};

const LONGEST_SOCKET_PATH = 103;
const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 15_000;
const WAY_OUT = 'Set CLICKHOUSE_URL to a ClickHouse server instead.';

/** Starts the event store in `folder`. */
export async function startClickHouse(
  options: EmbeddedClickHouseOptions,
): Promise<EmbeddedClickHouse> {
  const { folder, log } = options;
  refuseUnsupported();
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const wished = join(folder, 'http.sock');
  const isTooLong = Buffer.byteLength(wished) > LONGEST_SOCKET_PATH;
  const short = isTooLong ? await mkdtemp(join(tmpdir(), 'serin-ch-')) : undefined;
  const socketPath = short === undefined ? wished : join(short, 'http.sock');
  const launch = () => launchChdb({ folder, socketPath, log });
  const supervised = await supervise({ name: 'clickhouse', log, launch });
  return {
    clickhouseUrl: `unix://${encodeURI(socketPath)}`,
    supervised,
    close: async () => {
      await supervised.close();
      await rm(short ?? socketPath, { recursive: true, force: true });
    },
  };
}

function refuseUnsupported(): void {
  const platform = `${process.platform}-${process.arch}`;
  if (chdbPackage() === undefined) {
    throw new EngineError(`Serin brings no event store of its own for ${platform}. ${WAY_OUT}`);
  }
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  if (process.platform === 'linux' && report.header?.glibcVersionRuntime === undefined) {
    throw new EngineError(
      `Serin's own event store needs glibc; this system has another C library (musl). ${WAY_OUT}`,
    );
  }
}

type LaunchOptions = {
  readonly folder: string;
  readonly socketPath: string;
  readonly log: Logger;
};

async function launchChdb(options: LaunchOptions): Promise<Launched> {
  const { folder, socketPath, log } = options;
  const pidFile = join(folder, 'http.pid');
  await endStale(pidFile, folder, log);
  const child = spawn(
    process.execPath,
    [programPath(), folder, socketPath, String(memoryLimit())],
    {
      cwd: folder,
      env: { TZ: 'UTC', UV_THREADPOOL_SIZE: '16', LANG: 'C.UTF-8' },
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    },
  );
  const lastWords = forwardLog(child, log);
  try {
    await untilReady(child);
    await chmod(socketPath, 0o600);
    await writeFile(pidFile, `${child.pid}\n`);
  } catch (error) {
    child.kill('SIGKILL');
    throw new EngineError(
      `The event store in ${folder} did not start: ${lastWords() || String(error)}`,
      {
        cause: error,
      },
    );
  }
  await becomeFirstVictim(child);
  return { process: child, stop: () => stopChdb(child) };
}

/** Beside this file, with its extension: `.ts` from the sources, `.js` from a built package. */
function programPath(): string {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return fileURLToPath(new URL(`./chdb-server.${extension}`, import.meta.url));
}

/** Bytes: half of what this machine or container has, at most 4 GiB. */
function memoryLimit(): number {
  const limit = process.constrainedMemory();
  const total = limit > 0 && limit < totalmem() ? limit : totalmem();
  return Math.min(4 * 1024 ** 3, Math.floor(total / 2));
}

async function untilReady(child: ChildProcess): Promise<void> {
  const signal = AbortSignal.timeout(READY_WITHIN_MS);
  const left = once(child, 'exit', { signal }).then(([code, killedBy]) => {
    throw new Error(`it left with ${String(code ?? killedBy)}`);
  });
  await Promise.race([once(child, 'message', { signal }), left]).finally(() => {
    left.catch(() => {});
  });
}

/** When memory runs out, the kernel shall take this process and not the one that answers flags. */
async function becomeFirstVictim(child: ChildProcess): Promise<void> {
  if (process.platform !== 'linux') return;
  await writeFile(`/proc/${child.pid}/oom_score_adj`, '500').catch(() => {});
}

/** Only a child whose Serin was killed while the system did not run it can still be there. */
async function endStale(pidFile: string, folder: string, log: Logger): Promise<void> {
  const pid = Number.parseInt(await readFile(pidFile, 'utf8').catch(() => ''), 10);
  if (pid > 0 && isAlive(pid)) {
    const command = await commandOf(pid);
    if (command.includes('chdb-server') && command.includes(folder)) {
      log.warn({ pid }, 'ending an event store that an earlier Serin left behind');
      process.kill(pid, 'SIGKILL');
    }
  }
  await rm(pidFile, { force: true });
}

async function stopChdb(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const left = once(child, 'exit');
  if (child.connected) child.send('stop');
  const kill = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  await left;
  clearTimeout(kill);
}

function forwardLog(child: ChildProcess, log: Logger): () => string {
  let last = '';
  if (!child.stderr) return () => last;
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (line.trim()) last = line;
    log.warn({ engine: 'clickhouse' }, line);
  });
  return () => last;
}
