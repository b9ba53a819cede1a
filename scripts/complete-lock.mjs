// Completes package-lock.json with the optional packages of other platforms. npm leaves out of the lock
// what its registry mirror does not carry, and `npm ci` then refuses the lock everywhere. Such an entry
// has a version and a platform; the integrity comes with the next `npm install` against a full registry.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const OPERATING_SYSTEMS = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
];
const PROCESSORS = [
  'arm64',
  'arm',
  'ia32',
  'loong64',
  'mips64el',
  'ppc64',
  'riscv64',
  's390x',
  'wasm32',
  'x64',
];

/** Where Node's resolution would find `name` from the package at `from`, or undefined. */
function findEntry(packages, from, name) {
  let folder = from;
  for (;;) {
    const candidate = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    if (packages[candidate]) return candidate;
    if (folder === '') return undefined;
    const outer = folder.lastIndexOf('/node_modules/');
    folder = outer === -1 ? '' : folder.slice(0, outer);
  }
}

/** The lock entry of a platform package, whose name tells the platform. */
function platformEntry(owner, name, version) {
  const words = name.split(/[/-]/);
  const entry = { version, ...(owner.dev && { dev: true }), optional: true };
  const cpu = PROCESSORS.find((word) => words.includes(word));
  const os = OPERATING_SYSTEMS.find((word) => words.includes(word));
  if (cpu) entry.cpu = [cpu];
  if (os) entry.os = [os];
  if (os === 'linux' && words.some((word) => word.startsWith('musl'))) entry.libc = ['musl'];
  else if (os === 'linux' && words.some((word) => word.startsWith('gnu'))) entry.libc = ['glibc'];
  return entry;
}

/** The optional platform packages that `lock` names but has no entry for: path → entry. */
export function missingPlatformPackages(lock) {
  const missing = {};
  for (const [path, owner] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(owner.optionalDependencies ?? {})) {
      if (findEntry(lock.packages, path, name)) continue;
      missing[`node_modules/${name}`] = platformEntry(owner, name, version);
    }
  }
  return missing;
}

function main() {
  const file = fileURLToPath(new URL('../package-lock.json', import.meta.url));
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  const missing = missingPlatformPackages(lock);
  const names = Object.keys(missing);
  if (names.length === 0) return;
  if (process.argv.includes('--check')) {
    console.error(`package-lock.json misses ${names.length} platform packages, first ${names[0]}.`);
    console.error('Run `npm run fix`; without them `npm ci` refuses the lock.');
    process.exit(1);
  }
  const byPath = ([a], [b]) => (a < b ? -1 : 1);
  lock.packages = Object.fromEntries(Object.entries({ ...lock.packages, ...missing }).sort(byPath));
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`package-lock.json: added ${names.length} platform packages.`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
