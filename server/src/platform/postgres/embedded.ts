// Serin's own PostgreSQL: made once in the data folder, started on a unix socket that only Serin's user can
// reach, watched, and stopped in order. It listens on no port.
import type { ChildProcess } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from 'pino';
import { type Engine, type Launched, supervise } from '#platform/supervise/child';
import { signal } from '#platform/supervise/end-process';
import { guard } from '#platform/supervise/guardian';
import { launch } from '#platform/supervise/launch';
import { type OsUser, unprivilegedUser } from '#platform/supervise/os-user';
import { socketFolder } from '#platform/supervise/socket-folder';
import { findPostgres } from './binaries.ts';
import { dataArgument, initCluster } from './init-cluster.ts';
import { endStalePostmaster } from './stale-postmaster.ts';

export type EmbeddedPostgresOptions = {
  /** Folder that belongs to this database alone, e.g. `<data>/postgres`. */
  readonly folder: string;
  readonly log: Logger;
  /** Server settings that differ from Serin's own. */
  readonly settings?: Readonly<Record<string, string>>;
};

const SOCKET_NAME = '.s.PGSQL.5432';

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

/** Fast shutdown (transactions are rolled back, all is written out), then at once, then by force. */
const STOP = [signal('SIGINT', 15_000), signal('SIGQUIT', 5_000), signal('SIGKILL', 5_000)];

/** Starts PostgreSQL in `folder`, making the database on the first start. */
export async function startPostgres(options: EmbeddedPostgresOptions): Promise<Engine> {
  const { folder, log, settings = {} } = options;
  const user = await unprivilegedUser(folder);
  const binaries = await findPostgres(user);
  await initCluster({ folder, binaries, user, log });
  const sockets = await socketFolder(folder, SOCKET_NAME, user);
  const start = { folder, sockets, user, program: binaries.postgres, log, settings };
  const supervised = await supervise({
    name: 'postgres',
    log,
    launch: () => launchPostgres(start),
  });
  return {
    url: socketUrl(sockets),
    supervised,
    close: async () => {
      await supervised.close();
      if (sockets !== folder) await rm(sockets, { recursive: true, force: true });
    },
  };
}

/** Address behind the socket in `folder`, in the form that `pg` reads. */
function socketUrl(folder: string): string {
  return `postgresql://serin@localhost/postgres?host=${encodeURIComponent(folder)}`;
}

type LaunchPostgres = {
  readonly folder: string;
  readonly sockets: string;
  readonly user: OsUser;
  readonly program: string;
  readonly log: Logger;
  readonly settings: Readonly<Record<string, string>>;
};

async function launchPostgres(options: LaunchPostgres): Promise<Launched> {
  const { folder, sockets, user, program, log } = options;
  await endStalePostmaster(folder, log);
  const settings = Object.entries({
    ...SETTINGS,
    ...options.settings,
    unix_socket_directories: sockets === folder ? '.' : sockets,
  });
  return launch({
    title: `PostgreSQL in ${folder}`,
    program,
    args: ['-D', dataArgument(folder, user), ...settings.flatMap(([k, v]) => ['-c', `${k}=${v}`])],
    spawn: { ...user, cwd: folder, env: { LC_ALL: 'C' }, stdio: ['ignore', 'ignore', 'pipe'] },
    onLine: (line) => logLine(line, log),
    untilReady: (child, stopped) => untilReady(child, socketUrl(sockets), stopped),
    stop: STOP,
  });
}

async function untilReady(child: ChildProcess, url: string, stopped: AbortSignal): Promise<void> {
  guard(child);
  while (!stopped.aborted && !(await canConnect(url))) await sleep(15);
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

/** FATAL ends one connection, which is ordinary while the server starts or stops; PANIC ends the server. */
function logLine(line: string, log: Logger): boolean {
  const [, severity = 'LOG', text = line] = /^([A-Z]+): {2}(.*)$/.exec(line) ?? [];
  const isOrdinary = /starting up|shutting down|terminating connection/.test(text);
  if (severity === 'PANIC') log.error({ engine: 'postgres' }, text);
  else if (severity === 'FATAL' && !isOrdinary) log.warn({ engine: 'postgres' }, text);
  else log.debug({ engine: 'postgres' }, text);
  return severity === 'PANIC' || severity === 'FATAL';
}
