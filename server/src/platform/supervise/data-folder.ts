// One Serin per data folder. The lock is SQLite's on a file of ours: the system gives it back however the
// process ends, and it also holds between containers that share a volume, which a file with a process id in
// it does not.
import { readFileSync, writeFileSync } from 'node:fs';
import { access, constants, mkdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { EngineError } from './engine-error.ts';

/** SQLite's code for a lock that another process has. */
const SQLITE_BUSY = 5;

export type OwnedFolder = { release(): Promise<void> };

/**
 * Makes the folder when it is absent and owns it until released.
 * @throws EngineError when it cannot be written or belongs to a running Serin.
 */
export async function ownDataFolder(folder: string): Promise<OwnedFolder> {
  await ensureWritable(folder);
  const lock = openLock(folder);
  const ownerFile = join(folder, 'serin.pid');
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if ((error as { errcode?: number }).errcode !== SQLITE_BUSY) throw unwritable(folder, error);
    throw new EngineError(
      `The data folder ${folder} is in use by another Serin (${readOwner(ownerFile)}). ` +
        'Stop that one first, or give this one a folder of its own with SERIN_DATA_DIR.',
      { cause: error },
    );
  }
  writeFileSync(ownerFile, `process ${process.pid} on ${hostname()}\n`);
  return {
    release: async () => {
      if (!lock.isOpen) return;
      await rm(ownerFile, { force: true });
      lock.close();
    },
  };
}

async function ensureWritable(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw unwritable(folder, error);
  }
}

function openLock(folder: string): DatabaseSync {
  try {
    return new DatabaseSync(join(folder, 'serin.lock'), { timeout: 200 });
  } catch (error) {
    throw unwritable(folder, error);
  }
}

function unwritable(folder: string, cause: unknown): EngineError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new EngineError(
    `The data folder ${folder} cannot be used (${reason}). ` +
      'Give it to the user that runs Serin, or choose another with SERIN_DATA_DIR.',
    { cause },
  );
}

function readOwner(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return 'unknown process';
  }
}
