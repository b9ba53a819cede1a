// A PostgreSQL that outlived an earlier Serin. Its processes are ended before ours starts: two servers on
// the same files is the one thing that must never happen. PostgreSQL's own check against that (shared memory
// still in use) stays in force; only what would keep it from starting for no reason is put right.
import { readFile, readdir, readlink, realpath, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { endProcess, signal } from '#platform/supervise/end-process';
import { EngineError } from '#platform/supervise/engine-error';
import { commandOf, isAlive } from '#platform/supervise/processes';

const ASK_FIRST = [signal('SIGINT', 10_000), signal('SIGQUIT', 5_000), signal('SIGKILL', 5_000)];
const AT_ONCE = [signal('SIGKILL', 5_000)];

/** The caller owns the data folder, so whatever still runs there was left behind. */
export async function endStalePostmaster(folder: string, log: Logger): Promise<void> {
  const lockFile = join(folder, 'postmaster.pid');
  const text = await readFile(lockFile, 'utf8').catch(() => undefined);
  const postmaster = Number.parseInt(text ?? '', 10);
  if (postmaster > 0 && isAlive(postmaster) && (await isPostgresIn(postmaster, folder))) {
    await end(postmaster, ASK_FIRST, log);
  }
  // A server process that is busy does not notice at once that its postmaster was killed.
  for (const pid of await processesIn(folder)) await end(pid, AT_ONCE, log);
  if (text !== undefined) await makeStale(lockFile, text);
  await rm(join(folder, '.s.PGSQL.5432.lock'), { force: true });
}

async function end(pid: number, steps: typeof ASK_FIRST, log: Logger): Promise<void> {
  log.warn({ pid }, 'ending a PostgreSQL process that an earlier Serin left behind');
  if (await endProcess(pid, steps)) return;
  throw new EngineError(`The PostgreSQL process ${pid} of an earlier Serin cannot be ended.`);
}

async function isPostgresIn(pid: number, folder: string): Promise<boolean> {
  const workingFolder = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
  if (workingFolder !== undefined) return workingFolder === (await realpath(folder));
  const command = await commandOf(pid);
  return command.includes('postgres') && command.includes(folder);
}

/** PostgreSQL's processes all work in their data folder. None where the system has no /proc. */
async function processesIn(folder: string): Promise<number[]> {
  const path = await realpath(folder);
  const found: number[] = [];
  for (const name of await readdir('/proc').catch(() => [])) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    const workingFolder = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
    if (workingFolder !== path || !isAlive(pid)) continue;
    if ((await commandOf(pid)).includes('postgres')) found.push(pid);
  }
  return found;
}

/**
 * PostgreSQL refuses to start when the file is empty (a power cut) or names a process that exists, even one
 * of another program that has got the number since. It takes the number of its parent for outdated, goes on
 * to check the shared memory that the file names, and then replaces the file.
 */
async function makeStale(lockFile: string, text: string): Promise<void> {
  const [, ...rest] = text.split('\n');
  if (text.trim() === '') await rm(lockFile, { force: true });
  else await writeFile(lockFile, [process.pid, ...rest].join('\n'));
}
