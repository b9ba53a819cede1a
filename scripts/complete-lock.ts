// Completes package-lock.json with the optional packages of other platforms. npm leaves out of the lock
// what its registry mirror does not carry, and `npm ci` then refuses the lock everywhere. Such an entry
// has a version and a platform; the integrity comes with the next `npm install` against a full registry.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.ts';

type LockEntry = {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly os?: string[];
  readonly cpu?: string[];
  readonly libc?: string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
};
type Lock = { packages: Record<string, LockEntry> };

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
function findEntry(packages: Lock['packages'], from: string, name: string): string | undefined {
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
function platformEntry(owner: LockEntry, name: string, version: string): LockEntry {
  const words = name.split(/[/-]/);
  const cpu = PROCESSORS.find((word) => words.includes(word));
  const os = OPERATING_SYSTEMS.find((word) => words.includes(word));
  const isMusl = words.some((word) => word.startsWith('musl'));
  const isGnu = words.some((word) => word.startsWith('gnu'));
  return {
    version,
    ...(owner.dev && { dev: true }),
    optional: true,
    ...(cpu && { cpu: [cpu] }),
    ...(os && { os: [os] }),
    ...(os === 'linux' && (isMusl || isGnu) && { libc: [isMusl ? 'musl' : 'glibc'] }),
  };
}

/** The optional platform packages that `lock` names but has no entry for: path → entry. */
export function missingPlatformPackages(lock: Lock): Record<string, LockEntry> {
  const missing: Record<string, LockEntry> = {};
  for (const [path, owner] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(owner.optionalDependencies ?? {})) {
      if (findEntry(lock.packages, path, name)) continue;
      missing[`node_modules/${name}`] = platformEntry(owner, name, version);
    }
  }
  return missing;
}

function main(): void {
  const file = join(root, 'package-lock.json');
  const lock = JSON.parse(readFileSync(file, 'utf8')) as Lock;
  const missing = missingPlatformPackages(lock);
  const names = Object.keys(missing);
  if (names.length === 0) return;
  if (process.argv.includes('--check')) {
    console.error(`package-lock.json misses ${names.length} platform packages, first ${names[0]}.`);
    console.error('Run `npm run fix`; without them `npm ci` refuses the lock.');
    process.exit(1);
  }
  const byPath = ([a]: [string, LockEntry], [b]: [string, LockEntry]) => (a < b ? -1 : 1);
  lock.packages = Object.fromEntries(Object.entries({ ...lock.packages, ...missing }).sort(byPath));
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`package-lock.json: added ${names.length} platform packages.`);
}

if (process.argv[1] === import.meta.filename) main();
