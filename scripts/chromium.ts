// Finds a Chromium for the browser tests and the demo, and installs Debian's when it is missing and this
// user may. A test that needs a browser fails without one; it never skips.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const COMMANDS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const FOLDERS = ['/usr/bin', '/usr/local/bin', '/snap/bin'];
const APT_GET = join('/usr/bin', 'apt-get');
const MAC_APPS = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Path of a Chromium or Chrome: SERIN_CHROMIUM, else from PATH and the usual places. */
export function findChromium(): string | undefined {
  const named = process.env.SERIN_CHROMIUM;
  if (named) {
    if (isExecutable(named)) return named;
    throw new Error(`SERIN_CHROMIUM is ${named}, which cannot be executed.`);
  }
  const folders = [...(process.env.PATH ?? '').split(delimiter).filter(Boolean), ...FOLDERS];
  const candidates = COMMANDS.flatMap((command) => folders.map((folder) => join(folder, command)));
  return [...candidates, ...MAC_APPS].find(isExecutable);
}

/**
 * Like {@link findChromium}, but installs Debian's package as root when there is none.
 * @throws an Error that says what to install
 */
export function ensureChromium(): string {
  const found = findChromium();
  if (found) return found;
  if (process.getuid?.() !== 0 || !existsSync(APT_GET)) throw new Error(advice());
  console.error('serin: no Chromium found; installing Debian’s package (once)…');
  const complaints =
    aptGet('update') ?? aptGet('install', '--yes', '--no-install-recommends', 'chromium');
  const installed = findChromium();
  if (installed) return installed;
  throw new Error(`${advice()}\napt-get said:\n${complaints ?? '(nothing)'}`);
}

/** Runs apt-get without questions; returns its output when it failed. */
function aptGet(...args: string[]): string | undefined {
  // Another installation may hold dpkg's lock: wait for it, up to 300 s.
  const { status, stdout, stderr } = spawnSync(
    APT_GET,
    ['-o', 'DPkg::Lock::Timeout=300', ...args],
    {
      encoding: 'utf8',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  return status === 0 ? undefined : `${stdout ?? ''}${stderr ?? ''}`.slice(-2000);
}

function advice(): string {
  const how =
    process.platform === 'darwin'
      ? 'brew install --cask chromium'
      : 'sudo apt-get install chromium (Debian), sudo dnf install chromium (Fedora)';
  return `The browser tests need Chromium and found none. Install it: ${how}; or set SERIN_CHROMIUM to the path of a Chromium or Chrome.`;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
