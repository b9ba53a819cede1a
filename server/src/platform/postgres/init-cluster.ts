// Makes the files of a new database. They are made in a folder beside the final one and moved there when
// complete, so that a start which was cut short leaves nothing half done in its place.
import { execFile } from 'node:child_process';
import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  open,
  readFile,
  readdir,
  rename,
  rm,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Logger } from 'pino';
import { EngineError } from '#platform/supervise/engine-error';
import type { OsUser } from '#platform/supervise/os-user';
import type { PostgresBinaries } from './binaries.ts';

const run = promisify(execFile);

/** The major version that Serin brings. */
const MAJOR_VERSION = 18;

const INITDB_FLAGS = [
  '--username=serin',
  // Whoever reaches the socket is let in; only Serin's user reaches it.
  '--auth=trust',
  '--encoding=UTF8',
  '--locale-provider=builtin',
  '--locale=C.UTF-8',
  '--data-checksums',
  '--no-instructions',
];

export type InitClusterOptions = {
  readonly folder: string;
  readonly binaries: PostgresBinaries;
  readonly user: OsUser;
  readonly log: Logger;
};

/**
 * Does nothing when `folder` holds a database of our version.
 * @throws EngineError when it holds another, or something else, or initdb fails.
 */
export async function initCluster(options: InitClusterOptions): Promise<void> {
  const { folder, log } = options;
  await mkdir(dirname(folder), { recursive: true });
  await removeUnfinished(folder);
  const version = await clusterVersion(folder);
  if (version === MAJOR_VERSION) return;
  if (version !== undefined) {
    throw new EngineError(
      `${folder} holds a PostgreSQL ${version} database; this Serin brings PostgreSQL ${MAJOR_VERSION}.`,
    );
  }
  const startedAt = performance.now();
  const unfinished = await mkdtemp(unfinishedPrefix(folder));
  try {
    await initialise(unfinished, options);
    await moveInPlace(unfinished, folder);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  const tookMs = Math.round(performance.now() - startedAt);
  log.info({ folder, tookMs }, 'made a new PostgreSQL database');
}

/** Version of the files in `folder`, such as 18; undefined where there is no database. */
async function clusterVersion(folder: string): Promise<number | undefined> {
  try {
    return Number((await readFile(join(folder, 'PG_VERSION'), 'utf8')).trim());
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new EngineError(
      `${folder} belongs to another user (${code}). Run Serin as the user that it was made with, ` +
        'or give the whole data folder to the user that runs it now.',
      { cause: error },
    );
  }
}

async function initialise(folder: string, options: InitClusterOptions): Promise<void> {
  const { binaries, user } = options;
  await chmod(folder, 0o700);
  if (user.uid !== undefined && user.gid !== undefined) await chown(folder, user.uid, user.gid);
  try {
    await run(binaries.initdb, ['-D', dataArgument(folder, user), ...INITDB_FLAGS], {
      ...user,
      cwd: folder,
      env: { LC_ALL: 'C', TZ: 'UTC' },
    });
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    throw new EngineError(
      `A PostgreSQL database could not be made in ${folder}: ${stderr?.trim() || String(error)}`,
      { cause: error },
    );
  }
}

async function moveInPlace(from: string, folder: string): Promise<void> {
  try {
    await rename(from, folder);
  } catch (error) {
    throw new EngineError(
      `${folder} is not empty and holds no PostgreSQL database. Move it away, or choose another ` +
        'data folder with SERIN_DATA_DIR.',
      { cause: error },
    );
  }
  const parent = await open(dirname(folder));
  await parent.sync();
  await parent.close();
}

const unfinishedPrefix = (folder: string): string =>
  join(dirname(folder), `${basename(folder)}.unfinished-`);

async function removeUnfinished(folder: string): Promise<void> {
  const prefix = basename(unfinishedPrefix(folder));
  for (const name of await readdir(dirname(folder))) {
    if (!name.startsWith(prefix)) continue;
    await rm(join(dirname(folder), name), { recursive: true, force: true });
  }
}

/**
 * The data folder as PostgreSQL's programs are told it; their working folder must be the same. An
 * unprivileged user cannot walk through a private parent such as /root, but may stay in a folder that it
 * was put into.
 */
export function dataArgument(folder: string, user: OsUser): string {
  return user.uid !== undefined && process.platform === 'linux' ? '/proc/self/cwd' : folder;
}
