// A PostgreSQL that outlived an earlier Serin. It is ended before ours starts: two on the same files is the
// one thing that must never happen, and a lock file left by a power cut must not keep ours from starting.
import { readFile, readlink, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { endProcess, signal } from '#platform/supervise/end-process';
import { EngineError } from '#platform/supervise/engine-error';
import { commandOf, isAlive } from '#platform/supervise/processes';

const STEPS = [signal('SIGINT', 10_000), signal('SIGQUIT', 5_000), signal('SIGKILL', 5_000)];

/** The caller owns the data folder, so whatever still runs there was left behind. */
export async function endStalePostmaster(folder: string, log: Logger): Promise<void> {
  const lockFile = join(folder, 'postmaster.pid');
  const text = await readFile(lockFile, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  const pid = Number.parseInt(text, 10);
  if (pid > 0 && isAlive(pid) && (await isPostgresIn(pid, folder))) {
    log.warn({ pid }, 'ending a PostgreSQL that an earlier Serin left behind');
    if (!(await endProcess(pid, STEPS))) {
      throw new EngineError(`The PostgreSQL process ${pid} of an earlier Serin cannot be ended.`);
    }
  }
  // An empty or outdated file (power cut, number taken by another program) would stop PostgreSQL.
  await rm(lockFile, { force: true });
}

async function isPostgresIn(pid: number, folder: string): Promise<boolean> {
  const workingFolder = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
  if (workingFolder !== undefined) return workingFolder === (await realpath(folder));
  const command = await commandOf(pid);
  return command.includes('postgres') && command.includes(folder);
}
