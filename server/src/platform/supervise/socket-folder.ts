// Where an engine's unix socket lies. The system limits the length of its path, data folders have any.
import { chmod, chown, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OsUser } from './os-user.ts';

/** Longest path that every supported system takes (macOS: 104 bytes with the closing zero). */
const LONGEST_PATH_BYTES = 103;

/** `folder` itself, or a short private one where `folder`/`name` is too long; the caller removes that. */
export async function socketFolder(folder: string, name: string, user: OsUser): Promise<string> {
  if (Buffer.byteLength(join(folder, name)) <= LONGEST_PATH_BYTES) return folder;
  const short = await mkdtemp(join(tmpdir(), 'serin-'));
  await chmod(short, 0o700);
  if (user.uid !== undefined && user.gid !== undefined) await chown(short, user.uid, user.gid);
  return short;
}
