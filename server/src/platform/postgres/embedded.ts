// Serin's own PostgreSQL: made once in the data folder, started on a unix socket that only Serin's user can
// reach, watched, and stopped in order. It listens on no port.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from 'pino';
import { EngineError } from '#platform/supervise/engine-error';
import { guard } from '#platform/supervise/guardian';
import { type Launched, type Supervised, supervise } from '#platform/supervise/child';
import { findPostgres } from './binaries.ts';
import { dataArgument, initCluster } from './init-cluster.ts';
import { type OsUser, postgresUser } from './os-user.ts';
import { endStalePostmaster } from './stale-postmaster.ts';

export type EmbeddedPostgres = {
  readonly databaseUrl: string;
  readonly supervised: Supervised;
  close(): Promise<void>;
};

/** Longest path of a unix socket that every system takes (macOS: 104 bytes with the closing zero). */
const LONGEST_SOCKET_PATH = 103;
const SOCKET_NAME = '.s.PGSQL.5432';
const READY_WITHIN_MS = 60_000;

/** Small and durable: a few dozen megabytes resident, every commit synced to disk. */
const SETTINGS = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  cluster_name: 'serin',
  max_connections: '60',
  shared_buffers: '32MB',
  work_mem: '8MB',
  maintenance_work_mem: '64MB',
  effective_cache_size: '256MB',
  max_wal_size: '256MB',
  min_wal_size: '64MB',
  wal_compression: 'on',
  checkpoint_timeout: '5min',
  // No extra worker processes: they cost memory and a small database gains nothing from them.
  io_method: 'sync',
  max_worker_processes: '2',
  max_parallel_workers: '0',
  max_logical_replication_workers: '0',
  jit: 'off',
  huge_pages: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
  log_line_prefix: '',
  // Failed statements are reported to whoever sent them; in the log they would repeat people's data.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
} satisfies Record<string, string>;

export type EmbeddedPostgresOptions = {
  /** Folder that belongs to this database alone, e.g. `<data>/postgres`. */
  readonly folder: string;
  readonly log: Logger;
};

/** Starts PostgreSQL in `folder`, making the database on the first start. */
export async function startPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { folder, log } = options;
  const user = await postgresUser(folder);
  const binaries = findPostgres();
  await initCluster({ folder, binaries, user, log });
  const sockets = await socketFolder(folder, user);
  const launch = () => launchPostgres({ folder, sockets, user, program: binaries.postgres, log });
  const supervised = await supervise({ name: 'postgres', log, launch });
  const databaseUrl = socketUrl(sockets, 'postgres');
  return {
    databaseUrl,
    supervised,
    close: async () => {
      await supervised.close();
      if (sockets !== folder) await rm(sockets, { recursive: true, force: true });
    },
  };
}

/** Address of a database behind the socket in `folder`, in the form that `pg` reads. */
function socketUrl(folder: string, database: string): string {
  return `postgresql://serin@localhost/${database}?host=${encodeURIComponent(folder)}`;
}

/** The data folder itself, or a short private one where its path is too long for a socket. */
async function socketFolder(folder: string, user: OsUser): Promise<string> {
  if (Buffer.byteLength(join(folder, SOCKET_NAME)) <= LONGEST_SOCKET_PATH) return folder;
  const short = await mkdtemp(join(tmpdir(), 'serin-pg-'));
  await chmod(short, 0o700);
  if (user.uid !== undefined && user.gid !== undefined) await chown(short, user.uid, user.gid);
  return short;
}

type LaunchOptions = {
  readonly folder: string;
  readonly sockets: string;
  readonly user: OsUser;
  readonly program: string;
  readonly log: Logger;
};

async function launchPostgres(options: LaunchOptions): Promise<Launched> {
  const { folder, sockets, user, log } = options;
  await endStalePostmaster(folder, log);
  await mkdir(sockets, { recursive: true });
  const child = spawn(options.program, postgresArguments(folder, sockets, user), {
    ...user,
    cwd: folder,
    env: { LC_ALL: 'C', PGTZ: 'UTC' },
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const lastWords = forwardLog(child, log);
  const guardian = child.pid === undefined ? undefined : guard(child.pid);
  child.once('exit', () => guardian?.release());
  try {
    await untilReady(child, socketUrl(sockets, 'postgres'));
  } catch (error) {
    child.kill('SIGKILL');
    throw new EngineError(
      `PostgreSQL in ${folder} did not start: ${lastWords() || String(error)}`,
      {
        cause: error,
      },
    );
  }
  return { process: child, stop: () => stopPostgres(child) };
}

function postgresArguments(folder: string, sockets: string, user: OsUser): string[] {
  const settings = Object.entries({
    ...SETTINGS,
    unix_socket_directories: sockets === folder ? '.' : sockets,
  });
  return ['-D', dataArgument(folder, user), ...settings.flatMap(([k, v]) => ['-c', `${k}=${v}`])];
}

async function untilReady(child: ChildProcess, databaseUrl: string): Promise<void> {
  const failed = Promise.race([
    once(child, 'exit').then(([code, signal]) => {
      throw new Error(`it left with ${String(code ?? signal)}`);
    }),
    once(child, 'error').then(([error]) => {
      throw error;
    }),
  ]);
  const giveUpAt = performance.now() + READY_WITHIN_MS;
  const answers = async (): Promise<void> => {
    for (;;) {
      if (await canConnect(databaseUrl)) return;
      if (performance.now() > giveUpAt) throw new Error('it did not answer in time');
      await sleep(15);
    }
  };
  await Promise.race([failed, answers()]);
  failed.catch(() => {});
}

async function canConnect(connectionString: string): Promise<boolean> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

/** Fast shutdown: running transactions are rolled back, everything is written out. */
async function stopPostgres(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const left = once(child, 'exit');
  child.kill('SIGINT');
  const insist = setTimeout(() => child.kill('SIGQUIT'), 15_000);
  const kill = setTimeout(() => child.kill('SIGKILL'), 25_000);
  await left;
  clearTimeout(insist);
  clearTimeout(kill);
}

/** PostgreSQL's log lines go into ours; returns a reader of the last complaint. */
function forwardLog(child: ChildProcess, log: Logger): () => string {
  let lastComplaint = '';
  if (!child.stderr) return () => lastComplaint;
  createInterface({ input: child.stderr }).on('line', (line) => {
    const [, severity = 'LOG', text = line] = /^([A-Z]+): {2}(.*)$/.exec(line) ?? [];
    const isBad = severity === 'FATAL' || severity === 'PANIC';
    if (isBad) lastComplaint = text;
    if (isBad) log.error({ engine: 'postgres' }, text);
    else log.debug({ engine: 'postgres' }, text);
  });
  return () => lastComplaint;
}
