// Whom PostgreSQL runs as. It refuses to run as root, so a root Serin hands it to an unprivileged user.
import { readFile, stat } from 'node:fs/promises';

/** Absent fields mean: the user of this process. */
export type OsUser = { readonly uid?: number; readonly gid?: number };

const NOBODY = 65_534;

/**
 * As root: the owner of `dataFolder` when that is not root (so that an existing database keeps its user),
 * else `nobody`. As anybody else: the user of this process.
 */
export async function postgresUser(dataFolder: string): Promise<OsUser> {
  if (process.getuid?.() !== 0) return {};
  const owner = await stat(dataFolder).catch(() => undefined);
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const fields = passwd.split('\n').map((line) => line.split(':'));
  const nobody = fields.find(([name]) => name === 'nobody');
  return { uid: Number(nobody?.[2] ?? NOBODY), gid: Number(nobody?.[3] ?? NOBODY) };
}
