// Whom an engine runs as that refuses to run as root: a root Serin hands it to an unprivileged user.
import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Absent fields mean: the user of this process. */
export type OsUser = { readonly uid?: number; readonly gid?: number };

const NOBODY = 65_534;

/**
 * As root: the owner of `folder`, else of the folder around it (so that existing files keep their user),
 * else `nobody`. As anybody else: the user of this process.
 */
export async function unprivilegedUser(folder: string): Promise<OsUser> {
  if (process.getuid?.() !== 0) return {};
  for (const path of [folder, dirname(folder)]) {
    const owner = await stat(path).catch(() => undefined);
    if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  }
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const nobody = passwd
    .split('\n')
    .map((line) => line.split(':'))
    .find(([name]) => name === 'nobody');
  return { uid: Number(nobody?.[2] ?? NOBODY), gid: Number(nobody?.[3] ?? NOBODY) };
}

/** True when every folder above `path` lets everybody through. */
export async function isReachableByAll(path: string): Promise<boolean> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const { mode } = await stat(folder);
    if ((mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}
