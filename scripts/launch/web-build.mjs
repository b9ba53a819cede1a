// Builds the web app into server/web when its sources, or the server files that its types and forms
// come from, have changed since the last build.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runChild } from './child.mjs';
import { LaunchError } from './launch-error.mjs';
import { withLock } from './lock.mjs';
import { root } from './root.mjs';

const stampFile = join(root, '.serin', 'web-build');
const page = join(root, 'server', 'web', 'index.html');

/** Server files that the web app may be built from: contracts and files without a role in their name. */
const CONTRACT_OR_PURE = /^server\/src\/(?!cli|platform)[^.]*(\.contract)?\.ts$/;

/** Builds server/web unless it is up to date. */
export async function ensureWebBuilt() {
  if (isFresh(sourceHash())) return;
  await withLock('web-build', async () => {
    const hash = sourceHash();
    if (isFresh(hash)) return;
    console.error('serin: building the web app…');
    await build();
    writeFileSync(stampFile, hash);
  });
}

function isFresh(hash) {
  return existsSync(page) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === hash;
}

/** Hash of everything the built files depend on: web/, the contracts and exported files, the versions. */
function sourceHash() {
  const hash = createHash('sha256');
  const files = [
    'package-lock.json',
    'tsconfig.base.json',
    'server/package.json',
    ...filesBelow('web').filter((file) => !/^web\/(e2e|node_modules|dist)\//.test(file)),
    ...filesBelow('server/src').filter((file) => CONTRACT_OR_PURE.test(file)),
  ];
  for (const file of files)
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

function filesBelow(folder) {
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  const sorted = entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  return sorted.flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesBelow(path);
    return entry.isFile() ? [path] : [];
  });
}

async function build() {
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const node = join(root, 'node_modules', '.bin', 'node');
  const code = await runChild(node, [vite, 'build', '--logLevel', 'warn'], {
    cwd: join(root, 'web'),
  });
  if (code !== 0) throw new LaunchError('The web app could not be built; the reason is above.');
}
